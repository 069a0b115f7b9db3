"""Requests for the load client: asked once and checked here, then written to a file together with their answers.

The format of the file stands in Sources/load-client/requests.h.
"""

import socket
import struct

NEWLINE = b"\r\n"


def http(method, target, port, body=b"", headers=(), kind="application/json"):
    """The bytes of a request as a usual client sends them."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: 127.0.0.1:{port}", "User-Agent: load-client", "Accept: */*"]
    lines += headers
    if body:
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def resp(*words):
    """The bytes of one Redis command."""
    words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words)


class Refused(Exception):
    """A server's answer that says no."""


class Wire:
    """One connection that sends bytes and waits for their answers."""

    def __init__(self, port, protocol, greeting=()):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answers = self.socket.makefile("rb")
        self.read = getattr(self, f"read_{protocol}")
        for request, answers, _ in greeting or ():
            self.ask(request, answers)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.answers.close()
        self.socket.close()

    def ask(self, request, answers=1):
        """What the load client will compare: the body in HTTP, the whole answer elsewhere, of each answer."""
        self.socket.sendall(request)
        return [self.read() for _ in range(answers)]

    def whole_answer(self, request):
        """Head and body of an HTTP server's answer."""
        self.socket.sendall(request)
        return self.read_head_and_body()

    def read_http(self):
        return self.read_head_and_body()[1]

    def read_head_and_body(self):
        head, length = self.answers.readline(), 0
        while (line := self.answers.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            head += line
        body = self.answers.read(length)
        if head[9:10] != b"2":
            raise Refused(f"{head.partition(NEWLINE)[0].decode()}: {body.decode(errors='replace')[:500]}")
        return head + NEWLINE, body

    def read_resp(self):
        line = self.answers.readline()
        count = int(line[1:]) if line[:1] in b"*$" else -1
        if line[:1] == b"-":
            raise Refused(line.decode().strip())
        if line[:1] == b"$" and count >= 0:
            return line + self.answers.read(count + 2)
        return line + b"".join(self.read_resp() for _ in range(count)) if line[:1] == b"*" else line

    def read_postgresql(self):
        answer, letter = b"", b""
        while letter != b"Z":
            head = self.answers.read(5)
            letter, length = head[:1], int.from_bytes(head[1:], "big")
            message = head + self.answers.read(length - 4)
            if len(head) < 5 or letter == b"E":
                raise Refused(message.replace(b"\0", b" ").decode(errors="replace")[:500])
            answer += message
        return answer


def write(path, records):
    """Writes (request, number of answers, what is expected) for the load client."""
    with open(path, "wb") as file:
        for request, answers, expected in records:
            file.write(struct.pack("<III", len(request), answers, len(expected)) + request + expected)
    return path


def read(path):
    """The records of such a file."""
    records, offset = [], 0
    content = path.read_bytes()
    while offset < len(content):
        length, answers, expected = struct.unpack_from("<III", content, offset)
        middle = offset + 12 + length
        offset = middle + expected
        records.append((content[middle - length : middle], answers, content[middle:offset]))
    return records


def prepare(path, contender, questions, data):
    """Asks every question once, ends the run if an answer is not what was written, and keeps both."""
    records = []
    with Wire(contender.port, contender.protocol, getattr(contender, "greeting", None)) as wire:
        for question in questions:
            request, answers = contender.request(question)
            contents = wire.ask(request, answers)
            found = contender.read(question, contents)
            if found != data.answer(question):
                raise SystemExit(f"{contender.name} answers {contents[0][:300]} to {request[:300]}")
            records.append((request, answers, b"".join(contents)))
    return write(path, records)
