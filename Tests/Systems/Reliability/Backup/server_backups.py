"""`fstore backup` beside a server that is written to, `fstore restore`, and a server on what was restored."""

import os
import shutil
import subprocess
import time

from client import same
from reading import Reader
from server import BOOTSTRAP, serve, set_up
from values import ValueClient

# What lies in the catalog; everything else lies with the values. The catalog is copied a moment later.
CATALOG = ("source", "key")
CLIENTS = 4


class Recorder(ValueClient):
    """A client that keeps every change, in order."""

    def __init__(self, number, seed):
        super().__init__(number, seed)
        self.changes = []

    def acknowledge(self, request, answer):
        super().acknowledge(request, answer)
        self.changes.append(request.change)


class ServerBackups:
    def __init__(self, part, program):
        self.part = part
        self.program = program
        self.found = 0

    def run(self, seconds):
        started = time.monotonic()
        directory = os.path.join(self.part.scratch, "served")
        os.makedirs(directory)
        data = os.path.join(directory, "data")
        server = serve(self.program, data)
        clients = [Recorder(number, self.part.random.randrange(1 << 40)) for number in range(CLIENTS)]
        key = set_up(Reader(server.port, BOOTSTRAP, BOOTSTRAP))
        backups = 0
        try:
            for client in clients:
                client.start(server.port, key)
            while time.monotonic() - started < seconds and self.found == 0:
                time.sleep(self.part.random.uniform(0.05, 0.4))
                self.one_backup(directory, data, key, clients)
                backups += 1
        finally:
            server.kill()
            for client in clients:
                client.join()
        for client in clients:
            for problem in client.problems:
                self.report(problem)
        what = "fstore backup beside a server, restored and served"
        self.part.record("R9", what, backups, "backups", self.found, started)
        if self.found:
            self.part.keep(directory, "backup-server")

    def one_backup(self, directory, data, key, clients):
        backup, restored = os.path.join(directory, "backup"), os.path.join(directory, "restored")
        before = [len(client.changes) for client in clients]
        commands = [
            ["backup", "--data", data, backup, "--with-secret-key"],
            ["restore", backup, "--data", restored],
            ["verify", "--data", restored],
        ]
        for command in commands:
            done = subprocess.run([self.program, *command], capture_output=True, text=True)
            if command[0] == "backup":
                # The request that has no answer yet may be in it, too.
                after = [len(client.changes) + 1 for client in clients]
            if done.returncode != 0:
                return self.report(f"fstore {command[0]}: {done.stdout} {done.stderr}")
        server = serve(self.program, restored)
        try:
            if server.port is None:
                return self.report(f"no server starts on the restored directory: {server.text()[-500:]}")
            state = Reader(server.port, key, BOOTSTRAP).state(clients)
        finally:
            server.kill()
        for client in clients:
            while len(client.changes) < after[client.number] and not client.problems and client.thread.is_alive():
                time.sleep(0.001)
            problem = self.judge(client, state[client.number], before[client.number], after[client.number])
            if problem:
                self.report(problem)
        shutil.rmtree(backup)
        shutil.rmtree(restored)

    def judge(self, client, state, before, after):
        """The values are as they were after some change between the two ends; the catalog as after that or later."""
        wanted = [{}, {}]
        found = [{f: v for f, v in state.items() if (f[0] in CATALOG) == side} for side in (False, True)]
        fits = [[], []]
        for count, change in enumerate([{}, *client.changes[:after]]):
            for fact, value in change.items():
                side = wanted[fact[0] in CATALOG]
                side.pop(fact, None) if value is None else side.update({fact: value})
            if count >= before:
                for side in (0, 1):
                    if same(wanted[side], found[side]):
                        fits[side].append(count)
        if fits[0] and fits[1] and fits[1][-1] >= fits[0][0]:
            return None
        fitting = f"values fit after {fits[0]}, catalog after {fits[1]}"
        return f"client {client.number}: changes {before} to {after}; {fitting}"

    def report(self, problem):
        self.found += 1
        print(f"FOUND: {problem}", flush=True)
