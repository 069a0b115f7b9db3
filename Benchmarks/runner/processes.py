"""Servers as child processes: on free ports of the loopback interface, stopped by their own process id."""

import os
import socket
import subprocess
import time
from pathlib import Path


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def children(pid):
    """A process and all that it has started."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += children(int(child))
    return found


class Process:
    """A server that runs as long as the `with` block."""

    start_seconds = 120
    stop_seconds = 30

    def __init__(self, name, command, log, processors=None, **options):
        self.name = name
        self.command = [str(word) for word in command]
        self.log = Path(log)
        self.processors = processors
        self.options = options

    def __enter__(self):
        pin = (lambda: os.sched_setaffinity(0, self.processors)) if self.processors else None
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=pin, **self.options
            )
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(self.stop_seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def wait_until(self, is_ready):
        """Asks `is_ready` until it says yes; ends the run if the server ends or takes too long."""
        deadline = time.monotonic() + self.start_seconds
        while time.monotonic() < deadline:
            try:
                if is_ready():
                    return
            except OSError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        tail = self.log.read_text(errors="replace")[-2000:]
        raise SystemExit(f"{self.name} did not start ({self.process.poll()}):\n{' '.join(self.command)}\n{tail}")

    @property
    def pids(self):
        return children(self.process.pid)
