"""One request and its answer on one connection. The answer may begin before the request has ended.

``http.client`` sends a whole body before it reads. A server that answers rows while it still receives rows would then
wait for its reader, and the client for the server. Here sending is a part of reading: while the next bytes of the
answer are not there yet, the next bytes of the body are sent.
"""

import io
import selectors
import socket
import ssl
from http.client import HTTPException, HTTPResponse
from typing import Iterator, Mapping, Optional, cast

from .errors import CONNECTION_FAILED, TIMED_OUT, FStoreError

BUFFER_BYTES = 262_144

_NOT_READY = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Exchange(io.RawIOBase):
    """The bytes of an answer. To read them sends the rest of the request."""

    def __init__(self, connection: socket.socket, request: Iterator[bytes], timeout_seconds: float) -> None:
        self._connection = connection
        self._request = request
        self._pending = memoryview(b"")
        self._timeout_seconds = timeout_seconds
        # Why the rest of the request cannot be sent. The server may have said why before it closed the connection.
        self.send_error: Optional[OSError] = None
        connection.setblocking(False)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self, BUFFER_BYTES)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        while True:
            try:
                return self._connection.recv_into(buffer)
            except _NOT_READY:
                pass
            if not self._send():
                self._wait()

    def is_sent(self) -> bool:
        """Whether nothing of the request is left to send. Ask once, at the end: a piece that is left gets lost."""
        return self.send_error is None and not self._pending and next(self._request, None) is None

    def abandon(self) -> None:
        """Sends no more of the request: it has been refused."""
        self._request = iter(())
        self._pending = memoryview(b"")

    def _send(self) -> bool:
        """Sends some of the request. False when the connection takes nothing now, or all is sent."""
        if not self._pending:
            piece = next(self._request, None)
            if piece is None:
                return False
            self._pending = memoryview(piece)
            return True
        try:
            count = self._connection.send(self._pending)
        except _NOT_READY:
            return False
        except OSError as error:
            self.send_error = error
            self.abandon()
            return True
        self._pending = self._pending[count:]
        return True

    def _wait(self) -> None:
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._pending else 0)
        with selectors.DefaultSelector() as selector:
            selector.register(self._connection, events)
            if not selector.select(self._timeout_seconds):
                raise socket.timeout(f"nothing came for {self._timeout_seconds} seconds")


def begin(exchange: Exchange, method: str) -> HTTPResponse:
    """The answer, of which the head has been read."""
    response = HTTPResponse(cast(socket.socket, exchange), method=method)
    response.begin()
    return response


def head(method: str, target: str, host: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", *(f"{name}: {text}" for name, text in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def chunked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """A body of unknown length."""
    for piece in pieces:
        if piece:
            yield b"%x\r\n" % len(piece)
            yield piece
            yield b"\r\n"
    yield b"0\r\n\r\n"


def finish(response: HTTPResponse) -> None:
    """Reads an answer to its end, and raises when it ended too early."""
    while response.read(BUFFER_BYTES):
        pass
    # `read` with a size takes an early end for the end of the body.
    if response.length:
        raise ConnectionResetError(f"{response.length} bytes are missing")


def lost(error: Exception, target: str) -> FStoreError:
    """The error of a connection that broke off or stalled."""
    # Until Python 3.10 this was not the built-in TimeoutError.
    if isinstance(error, socket.timeout):
        return FStoreError(f"{target}: the answer did not come in time: {error}", code=TIMED_OUT)
    assert isinstance(error, (OSError, HTTPException))
    reason = str(error) or type(error).__name__
    return FStoreError(f"{target}: the connection ended before the whole answer: {reason}", code=CONNECTION_FAILED)
