"""The floor of HTTP: a C program that answers every request with the same bytes, those of one of FStore's answers."""

from pathlib import Path

from runner.prepared import Wire, http
from runner.processes import Process, free_port

PROGRAM = Path(__file__).resolve().parent.parent / ".build" / "release" / "hello-server"


class HelloServer:
    name = "hello"
    protocol = "http"

    def __init__(self, directory, answer, processors=None):
        """`answer` is a whole answer, head and body."""
        self.port = free_port()
        directory.mkdir(parents=True)
        self.body = answer.partition(b"\r\n\r\n")[2]
        (directory / "answer").write_bytes(answer)
        self.process = Process(self.name, [PROGRAM, self.port, directory / "answer"], directory / "log", processors)

    def __enter__(self):
        self.process.__enter__()
        self.process.wait_until(self.is_ready)
        return self

    def __exit__(self, *error):
        self.process.__exit__(*error)

    def is_ready(self):
        with Wire(self.port, self.protocol) as wire:
            return wire.ask(http("GET", "/", self.port)) == [self.body]

    @property
    def pids(self):
        return self.process.pids
