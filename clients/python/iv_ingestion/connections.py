"""Connections to one server, kept open between requests."""

import os
import selectors
import ssl
import threading
import time
from http.client import HTTPConnection, HTTPSConnection
from typing import List, Optional, Tuple
from urllib.parse import SplitResult, urlsplit

from .errors import TransportError

MAX_IDLE = 16
# Below the server's own `idle_seconds` (75), so that it is rarely the server that closes first.
MAX_IDLE_SECONDS = 30.0


class ConnectionPool:
    """Hands out one connection per request. Threads may share a pool; no two of them share a connection."""

    def __init__(self, base_url: str, timeout_seconds: float, ssl_context: Optional[ssl.SSLContext]) -> None:
        url = _checked(base_url)
        if timeout_seconds <= 0:
            raise ValueError(f"timeout_seconds is {timeout_seconds}; it must be more than 0")
        # What every path of the API begins with, such as /api/v1.
        self.path = url.path.rstrip("/")
        self._host: str = url.hostname or ""
        # Never None: `http.client` would then look for a port at the end of an IPv6 address.
        self._port = url.port or (443 if url.scheme == "https" else 80)
        self._timeout_seconds = timeout_seconds
        self._context = (ssl_context or ssl.create_default_context()) if url.scheme == "https" else None
        self._lock = threading.Lock()
        # With the moment since which each is idle; the one used last stands at the end.
        self._idle: List[Tuple[HTTPConnection, float]] = []
        self._process_id = os.getpid()
        self._is_closed = False

    def take(self) -> HTTPConnection:
        """An open connection that nobody else uses. Raises TransportError when the server cannot be reached."""
        while True:
            idle = self._pop()
            if idle is None:
                return self._connect()
            connection, since = idle
            if time.monotonic() - since < MAX_IDLE_SECONDS and not _has_ended(connection):
                return connection
            connection.close()

    def give_back(self, connection: HTTPConnection) -> None:
        """Takes back a connection whose answer has been read to its end."""
        # Without a socket the server has asked to close it.
        if connection.sock is not None:
            with self._lock:
                if not self._is_closed and len(self._idle) < MAX_IDLE and self._process_id == os.getpid():
                    self._idle.append((connection, time.monotonic()))
                    return
        connection.close()

    def close(self) -> None:
        """Closes idle connections now, and those in use when they are given back."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for connection, _ in idle:
            connection.close()

    def _pop(self) -> Optional[Tuple[HTTPConnection, float]]:
        with self._lock:
            if self._is_closed:
                raise RuntimeError("the client is closed")
            # A forked process has copies of its parent's sockets. Two processes on one connection would read each
            # other's answers.
            if self._process_id != os.getpid():
                self._process_id = os.getpid()
                self._idle = []
            return self._idle.pop() if self._idle else None

    def _connect(self) -> HTTPConnection:
        seconds, context = self._timeout_seconds, self._context
        if context is None:
            connection = HTTPConnection(self._host, self._port, timeout=seconds)
        else:
            connection = HTTPSConnection(self._host, self._port, timeout=seconds, context=context)
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            message = f"cannot connect to {self._host} at port {self._port}: {error}"
            raise TransportError(message, may_have_been_received=False) from error
        return connection


def _checked(base_url: str) -> SplitResult:
    url = urlsplit(base_url)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError(f"base_url is {base_url!r}; write it as http://localhost:8000/api/v1")
    # The text is not repeated: it may hold a password.
    if url.username is not None or url.password is not None:
        raise ValueError("base_url has a login; give api_key instead, or call login()")
    if url.query or url.fragment:
        raise ValueError(f"base_url is {base_url!r}; it must end with the path, without ? and #")
    return url


def _has_ended(connection: HTTPConnection) -> bool:
    """Whether the server has closed an idle connection: nothing but that makes it readable.

    A request sent on such a connection would be lost, and a POST is not sent twice.
    """
    with selectors.DefaultSelector() as selector:
        selector.register(connection.sock, selectors.EVENT_READ)
        return bool(selector.select(timeout=0))
