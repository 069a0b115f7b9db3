"""A running server, what it costs, and clients for it."""

import http.client
import json
import os
import re
import socket
import subprocess
import threading
import time

from harness.served import Served

BOOTSTRAP = "fl_1_" + "attackattackattackattackattackattack"


class Server(Served):
    """`fstore serve` with what the attacks need of it."""

    def __init__(self, program, data, files=None, **settings):
        self.program, self.data = program, data
        options = ["--log-level", "error"]
        for name, value in settings.items():
            options += ["--" + name.replace("_", "-"), str(value)]
        limit = ["prlimit", f"--nofile={files}:{files}"] if files else []
        super().__init__(program, data, BOOTSTRAP, *options, prefix=limit)
        if self.port is None:
            raise SystemExit("the server does not start: " + self.text()[-1000:])
        self.key = self.ask("POST", "/api/v1/auth/keys", {"name": "k", "role": "admin", "rate_limit": "unlimited"})[1]["key"]

    def ask(self, method, path, body=None, key=None, kind="application/json", timeout=60):
        """One request on a connection of its own: the status, and the answer as JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        text = body if body is None or isinstance(body, (bytes, str)) else json.dumps(body)
        headers = {"X-API-Key": key or getattr(self, "key", BOOTSTRAP), "Content-Type": kind}
        try:
            connection.request(method, path, text, headers)
            answer = connection.getresponse()
            data = answer.read()
            return answer.status, json.loads(data) if data[:1] in (b"{", b"[") else data
        finally:
            connection.close()

    def connect(self, receive_bytes=None):
        """A socket."""
        made = socket.socket()
        if receive_bytes:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        made.settimeout(30)
        made.connect(("127.0.0.1", self.port))
        return made

    def head(self, method, path, length=None, key=None, kind="application/json"):
        """The head of a request as bytes."""
        lines = [f"{method} {path} HTTP/1.1", "Host: h", f"X-API-Key: {key or self.key}", f"Content-Type: {kind}"]
        lines.append("Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def organization(self, name):
        """An unlimited developer's key of another organization."""
        def run(*arguments):
            command = [self.program, *arguments, "--data", self.data]
            return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        run("organization", "create", name)
        run("user", "create", "--organization", name, "--role", "admin", "u")
        made = run("key", "create", "--organization", name, "--user", "u", "--role", "developer", "--rate-limit",
                   "unlimited", "--json")
        key = json.loads(made)["key"]
        for _ in range(100):
            if self.ask("GET", "/api/v1/features", key=key)[0] == 200:
                return key
            time.sleep(0.1)
        raise SystemExit("the server does not notice a new key")

    def fill(self, key=None):
        """Features with large values: `text` of 60 000 bytes and `vector` of 4096 numbers, of the entity `a`."""
        for name, kind in (("text", {"value_type": "string"}), ("number", {"value_type": "float64"}),
                           ("vector", {"value_type": "vector(4096)"})):
            self.expect(201, self.ask("POST", "/api/v1/features", {"name": name, **kind}, key))
        for name, value in (("text", "v" * 60_000), ("vector", [n / 3 for n in range(4096)]), ("number", 1.5)):
            body = {"entity_id": "a", "value": value}
            self.expect(201, self.ask("POST", f"/api/v1/features/{name}/values", body, key))

    @staticmethod
    def expect(status, answer):
        if answer[0] != status:
            raise SystemExit(f"{status} was expected: {answer[0]} {str(answer[1])[:300]}")
        return answer[1]

    def memory(self):
        """Bytes of memory that are the process's own: pages of the values' file are the system's to take back."""
        text = open(f"/proc/{self.process.pid}/status").read()
        return int(re.search(r"RssAnon:\s+(\d+)", text)[1]) * 1024

    def seconds(self):
        """Processor time so far."""
        fields = open(f"/proc/{self.process.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def evicted(self):
        """How many bodies and answers had to go for others."""
        metrics = self.ask("GET", "/metrics")[1].decode()
        return sum(int(count) for count in re.findall(r"^fstore_http_evicted_requests_total\S* (\d+)", metrics, re.M))


class Watch:
    """Looks at something again and again on a thread of its own, and keeps the greatest that it saw."""

    def __init__(self, look, pause=0.02):
        self.look, self.pause, self.seen, self.is_over = look, pause, [], False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.is_over:
            self.seen.append(self.look())
            time.sleep(self.pause)

    def end(self):
        self.is_over = True
        self.thread.join()
        return max(self.seen)


def timed(work):
    """How many seconds it takes, with what it returns."""
    began = time.monotonic()
    result = work()
    return time.monotonic() - began, result


def at_once(count, work):
    """Runs `work` with the numbers below `count`, each on a thread, and returns what they do."""
    results = [None] * count

    def run(number):
        try:
            results[number] = work(number)
        except OSError as error:  # A connection that the server has closed.
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def status_of(client):
    """The status of the answer that comes on a socket; 0 when it closes without one."""
    try:
        text = client.recv(64)
    except OSError:
        return 0
    return int(text.split(b" ")[1]) if text.startswith(b"HTTP/1.1 ") else 0
