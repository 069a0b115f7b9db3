"""Kills the server while clients write to it, and asks the next one for everything that was acknowledged."""

import collections
import math
import os
import shutil
import subprocess
import tempfile
import time

import audit
from harness.served import Served
from people import PeopleClient
from reading import Reader
from values import ValueClient

KILLS_PER_DIRECTORY = 25
KINDS = (ValueClient, PeopleClient, ValueClient, PeopleClient)
BOOTSTRAP = "fl_1_" + "ReliabilityReliabilityReliabilityReliabilit"[:39]


def serve(program, data, *options):
    # All clients have one address.
    return Served(program, data, BOOTSTRAP, "--log-level", "warning", "--address-limits", "false", *options)


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
        self.entries = collections.Counter()

    def run(self, kills, seconds):
        """Until so many kills or seconds have passed."""
        started = time.monotonic()
        while self.kills < kills and time.monotonic() - started < seconds and self.found == 0:
            directory = tempfile.mkdtemp(dir=self.part.scratch)
            clients = [kind(number, self.random.randrange(1 << 40)) for number, kind in enumerate(KINDS)]
            self.one_directory(directory, clients, min(kills, self.kills + KILLS_PER_DIRECTORY), started + seconds)
            if self.found:
                self.part.keep(directory, "server")
            shutil.rmtree(directory)
            for client in clients:
                for (action, _), count in client.trail.items():
                    self.entries[action] += count
        interrupted = f"{self.interrupted} interrupted, of which {self.happened} had happened"
        print(f"  {self.acknowledged} requests acknowledged, {interrupted}")
        entries = ", ".join(f"{count} {action}" for action, count in sorted(self.entries.items()))
        print(f"  entries of the audit trail: {entries}")
        self.part.record("R2", "kill -9, fstore serve over HTTP", self.kills, "kills", self.found, started)

    def one_directory(self, directory, clients, kills, end):
        data = os.path.join(directory, "data")
        key = None
        durability = self.random.choice(["durable", "durable", "relaxed"])
        while self.found == 0:
            server = serve(self.program, data, "--durability", durability)
            if server.port is None:
                server.kill()
                return self.report(f"the server does not start: {server.text()[-1000:]}")
            try:
                reader = Reader(server.port, key or BOOTSTRAP, BOOTSTRAP)
                if key is None:
                    key = set_up(reader)
                    before = reader.trail()
                self.judge(reader, clients, before)
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

    def judge(self, reader, clients, before):
        """What the server says now against what it has acknowledged before."""
        state = reader.state(clients)
        for client in clients:
            self.acknowledged += client.take_acknowledged()
            self.interrupted += client.pending is not None
            problem, happened = client.settle(state[client.number])
            self.happened += happened
            for problem in (problem, client.judge(reader)):
                if problem:
                    self.report(problem)
        problem = audit.problem(reader.trail(), before, clients)
        if problem:
            self.report(problem)

    def verify(self, data):
        for command, sound in ((["verify"], "sound"), (["audit", "verify"], "")):
            done = subprocess.run([self.program, *command, "--data", data], capture_output=True, text=True)
            if done.returncode != 0 or not done.stdout.startswith(sound):
                self.report(f"{' '.join(command)}: {done.stdout} {done.stderr}")

    def report(self, problem):
        self.found += 1
        print(f"FOUND after {self.kills} kills: {problem}", flush=True)
