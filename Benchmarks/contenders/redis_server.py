"""Redis, with the same values twice: a string for each value, and a hash for each entity."""

import re
import subprocess

from runner.prepared import Wire, resp
from runner.processes import Process, free_port

PIPELINED = 1000


class RedisServer:
    name = "Redis"
    protocol = "resp"

    def __init__(self, directory, processors=None, is_durable=False):
        self.port = free_port()
        directory.mkdir(parents=True)
        # As it comes, but for the snapshots, which disturb; durable: a write is on disk when it is answered.
        saving = ["--save", "", "--appendonly", "yes" if is_durable else "no", "--appendfsync", "always"]
        command = ["redis-server", "--port", self.port, "--bind", "127.0.0.1", "--dir", directory, *saving]
        self.process = Process(self.name, command, directory / "log", processors)

    def __enter__(self):
        self.process.__enter__()
        self.process.wait_until(lambda: self.ask("PING") == [b"+PONG\r\n"])
        return self

    def __exit__(self, *error):
        self.process.__exit__(*error)

    def ask(self, *words):
        with Wire(self.port, self.protocol) as wire:
            return wire.ask(resp(*words))

    @property
    def pids(self):
        return self.process.pids

    def load(self, data):
        commands = []
        for entity, row in zip(data.entities, data.rows):
            pairs = [(feature, repr(value)) for feature, value in zip(data.features, row)]
            commands.append(resp("HSET", entity, *(word for pair in pairs for word in pair)))
            commands += [resp("SET", f"{feature}:{entity}", text) for feature, text in pairs]
        with Wire(self.port, self.protocol) as wire:
            for start in range(0, len(commands), PIPELINED):
                some = commands[start : start + PIPELINED]
                wire.ask(b"".join(some), len(some))
        self.names = data

    def request(self, question):
        """GET for a single value, otherwise one HMGET for each entity, all sent at once."""
        features = [self.names.features[number] for number in question.features]
        entities = [self.names.entities[number] for number in question.entities]
        if len(features) == len(entities) == 1:
            return resp("GET", f"{features[0]}:{entities[0]}"), 1
        return b"".join(resp("HMGET", entity, *features) for entity in entities), len(entities)

    def read(self, question, contents):
        return [[float(text) for text in re.findall(rb"\$\d+\r\n([^\r]*)\r\n", content)] for content in contents]

    @staticmethod
    def version():
        text = subprocess.run(["redis-server", "--version"], capture_output=True, text=True, check=True).stdout
        return re.search(r"v=(\S+)", text).group(1)
