"""A server on the loopback interface whose every answer is decided by the test."""

import socket
import threading


class ScriptedServer:
    """Calls `answer(number)` for each request, counted from 0, and sends the pieces of bytes that it returns."""

    def __init__(self, answer, request_end=b"\r\n\r\n"):
        self.answer = answer
        self.request_end = request_end
        self.requests = 0
        self.first_requests = []
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting, is_first = b"", True
        with connection:
            while received := self.receive(connection):
                waiting += received
                *complete, waiting = waiting.split(self.request_end)
                if complete and is_first:
                    self.first_requests.append(complete[0])
                    is_first = False
                pieces = [piece for _ in complete for piece in self.next_answer()]
                if None in pieces:
                    return
                for piece in pieces:
                    connection.sendall(piece)

    @staticmethod
    def receive(connection):
        try:
            return connection.recv(65536)
        except OSError:
            return b""

    def next_answer(self):
        with self.lock:
            number, self.requests = self.requests, self.requests + 1
        return self.answer(number)


def ok(body=b"{}", status=200):
    """One complete answer in HTTP."""
    return b"HTTP/1.1 %d Word\r\nX-Other: 1\r\ncontent-length: %d\r\n\r\n%b" % (status, len(body), body)


def bytewise(answer):
    return [bytes([byte]) for byte in answer]
