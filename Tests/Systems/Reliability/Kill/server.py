"""Kills the server while clients write to it, and asks the next one for everything that was acknowledged."""

import math
import os
import shutil
import subprocess
import tempfile
import time

from client import Client
from harness.served import Served
from reading import Reader

KILLS_PER_DIRECTORY = 25
CLIENTS = 4
BOOTSTRAP = "fl_1_" + "ReliabilityReliabilityReliabilityReliabilit"[:39]


def serve(program, data, *options):
    return Served(program, data, BOOTSTRAP, "--log-level", "warning", *options)


def set_up(reader):
    """Makes the features that everybody writes to, and the key that everybody uses, which is returned."""
    made = reader.send("POST", "/api/v1/auth/keys", {"name": "clients", "role": "admin", "rate_limit": "unlimited"})
    reader.key = made["key"]
    for name in ("first", "second"):
        reader.send("POST", "/api/v1/features", {"name": name, "value_type": "int64"})
    return made["key"]


class ServerLoop:
    def __init__(self, part, program):
        self.part = part
        self.program = program
        self.random = part.random
        self.kills = 0
        self.found = 0
        self.acknowledged = 0
        self.happened = 0
        self.interrupted = 0

    def run(self, kills, seconds):
        """Until so many kills or seconds have passed."""
        started = time.monotonic()
        while self.kills < kills and time.monotonic() - started < seconds and self.found == 0:
            directory = tempfile.mkdtemp(dir=self.part.scratch)
            self.one_directory(directory, min(kills, self.kills + KILLS_PER_DIRECTORY), started + seconds)
            if self.found:
                self.part.keep(directory, "server")
            shutil.rmtree(directory)
        interrupted = f"{self.interrupted} interrupted, of which {self.happened} had happened"
        print(f"  {self.acknowledged} requests acknowledged, {interrupted}")
        self.part.record("R2", "kill -9, fstore serve over HTTP", self.kills, "kills", self.found, started)

    def one_directory(self, directory, kills, end):
        data = os.path.join(directory, "data")
        clients = [Client(number, self.random.randrange(1 << 40)) for number in range(CLIENTS)]
        key = None
        durability = self.random.choice(["durable", "durable", "relaxed"])
        while self.found == 0:
            server = serve(self.program, data, "--durability", durability)
            if server.port is None:
                server.kill()
                return self.report(f"the server does not start: {server.text()[-1000:]}")
            try:
                reader = Reader(server.port, key or BOOTSTRAP)
                if key is None:
                    key = set_up(reader)
                self.judge(reader, clients)
                if self.found or self.kills >= kills or time.monotonic() > end:
                    return
                for client in clients:
                    client.start(server.port, key)
                time.sleep(math.exp(self.random.uniform(math.log(0.005), math.log(0.25))))
            finally:
                status = server.kill()
                for client in clients:
                    client.join()
            self.kills += 1
            if status != -9:
                self.report(f"the server ended by itself with {status}: {server.text()[-1000:]}")
            for client in clients:
                for problem in client.problems:
                    self.report(problem)
            self.verify(data)

    def judge(self, reader, clients):
        """What the server says now against what it has acknowledged before."""
        state = reader.state(clients)
        for client in clients:
            self.acknowledged += client.take_acknowledged()
            self.interrupted += client.pending is not None
            problem, happened = client.settle(state[client.number])
            self.happened += happened
            if problem:
                self.report(problem)
        problem = reader.keys_open_what_they_should(clients)
        if problem:
            self.report(problem)

    def verify(self, data):
        done = subprocess.run([self.program, "verify", "--data", data], capture_output=True, text=True)
        if done.returncode != 0 or not done.stdout.startswith("sound"):
            self.report(f"verify: {done.stdout} {done.stderr}")

    def report(self, problem):
        self.found += 1
        print(f"FOUND after {self.kills} kills: {problem}", flush=True)
