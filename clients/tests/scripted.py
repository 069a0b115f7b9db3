"""A small server that does what a test tells it, such as closing a connection in the middle of an answer."""

import json
import socket
import threading


class ScriptedServer:
    """Answers each request with the next step, and the requests after the last step with that one."""

    def __init__(self, *steps, listens=True):
        self.steps = list(steps)
        # Method, path with query, headers by lower-case name, and the body: decoded if it is JSON, else bytes.
        self.received = []
        self.connections = 0
        self._lock = threading.Lock()
        self._open = []
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/api/v1"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._is_listening = False
        if listens:
            self.listen()

    def listen(self):
        """Until this is called, connections are refused."""
        self._listener.listen()
        self._is_listening = True
        self._thread.start()

    def stop(self):
        if self._is_listening:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._thread.join(10)
        self._listener.close()
        with self._lock:
            for connection in self._open:
                connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(30)
            with self._lock:
                self.connections += 1
                self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            with connection, connection.makefile("rb") as stream:
                while self._read(stream):
                    with self._lock:
                        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
                    if not step(connection):
                        return
        except OSError:
            pass

    def _read(self, stream):
        line = stream.readline().decode("latin-1")
        if not line:
            return False
        method, target, _ = line.split(" ", 2)
        headers = {}
        for header in iter(stream.readline, b"\r\n"):
            name, _, value = header.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        if headers.get("transfer-encoding") == "chunked":
            body = _chunks(stream)
        else:
            body = stream.read(int(headers.get("content-length", 0)))
        if not body:
            body = None
        elif headers.get("content-type") == "application/json":
            body = json.loads(body)
        with self._lock:
            self.received.append((method, target, headers, body))
        return True


def _chunks(stream):
    body = b""
    while True:
        line = stream.readline()
        if not line:
            raise ConnectionResetError("the body ended before its last chunk")
        size = int(line, 16)
        body += stream.read(size)
        stream.readline()
        if size == 0:
            return body


def answer(status=200, body=b'{"success":true,"data":{}}', closes=False, **headers):
    """A whole answer. With ``closes`` the connection ends behind it, without a word about that before."""

    def step(connection):
        lines = [f"HTTP/1.1 {status} Scripted", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return not closes

    return step


def drop(connection):
    """No answer: the connection is closed when the request has been read."""
    return False


def cut(body):
    """An answer of which only the first ``body`` comes."""

    def step(connection):
        connection.sendall(b"HTTP/1.1 200 Scripted\r\nContent-Length: 1000000\r\n\r\n" + body)
        return False

    return step


def stall(connection):
    """No answer until the client has gone."""
    return bool(connection.recv(1))
