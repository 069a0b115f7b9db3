"""Feast's Python feature server on a Redis of its own, from PyPI, with one feature view of all features."""

import json
import os
import subprocess
from pathlib import Path

from contenders import python_packages
from contenders.redis_server import RedisServer
from runner.dataset import EVENT_TIME
from runner.prepared import Refused, Wire, http
from runner.processes import Process, free_port

FILES = Path(__file__).resolve().parent / "Feast"


def install():
    """Feast's programs, or None where they cannot be had."""
    return python_packages.install("feast", FILES / "requirements.txt")


class FeastServer:
    name = "Feast"
    protocol = "http"

    def __init__(self, programs, directory, processors=None):
        self.programs = programs
        self.directory = directory
        self.redis = RedisServer(directory / "redis", processors)
        self.port = free_port()
        # A worker for each processor, none restarted in between, no log line for each request: its best foot forward.
        self.workers = len(processors or os.sched_getaffinity(0))
        command = [
            programs / "feast", "serve", "--host", "127.0.0.1", "--port", self.port,
            "--workers", self.workers, "--max-requests", 0, "--no-access-log",
        ]  # fmt: skip
        self.process = Process(self.name, command, directory / "log", processors, cwd=directory)

    def __enter__(self):
        settings = (FILES / "feature_store.yaml").read_text().replace("{port}", str(self.redis.port))
        (self.directory / "feature_store.yaml").write_text(settings)
        self.redis.__enter__()
        return self

    def __exit__(self, *error):
        if hasattr(self.process, "process"):
            self.process.__exit__(*error)
        self.redis.__exit__(*error)

    def load(self, data):
        """Fills the online store, and only then starts the server, which reads the registry once."""
        values = {"features": data.features, "entities": data.entities, "rows": data.rows, "event_time": EVENT_TIME}
        (self.directory / "values.json").write_text(json.dumps(values))
        subprocess.run([self.programs / "python", FILES / "load.py"], cwd=self.directory, check=True)
        self.process.__enter__()
        self.process.wait_until(self.is_ready)
        self.names = data

    def is_ready(self):
        try:
            with Wire(self.port, self.protocol) as wire:
                wire.ask(http("GET", "/health", self.port))
                return True
        except Refused:
            return False

    @property
    def pids(self):
        return self.process.pids + self.redis.pids

    def request(self, question):
        body = {
            "features": [f"stats:{self.names.features[number]}" for number in question.features],
            "entities": {"driver": [self.names.entities[number] for number in question.entities]},
        }
        encoded = json.dumps(body, separators=(",", ":")).encode()
        return http("POST", "/get-online-features", self.port, encoded), 1

    def read(self, question, contents):
        # One result for each name, the first of which is the entity's own.
        answer = json.loads(contents[0])
        columns = dict(zip(answer["metadata"]["feature_names"], answer["results"]))
        wanted = [columns[self.names.features[number]]["values"] for number in question.features]
        return [[column[row] for column in wanted] for row in range(len(question.entities))]

    def version(self):
        program = "from importlib.metadata import version; print(version('feast'))"
        return subprocess.run([self.programs / "python", "-c", program], capture_output=True, text=True).stdout.strip()
