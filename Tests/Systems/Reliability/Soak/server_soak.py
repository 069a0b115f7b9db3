"""`fstore serve` for long: connections come and go, with writes, reads, features, sources, erasures, backups."""

import http.client
import json
import os
import random
import shutil
import subprocess
import threading
import time

from curves import Curves
from reading import Reader
from server import BOOTSTRAP, serve, set_up

CLIENTS = 4


class Load:
    """One client. Everything that it makes it also takes away, and its values have a limit of versions."""

    def __init__(self, number, seed, port, key, pause):
        self.number = number
        self.pause = pause
        self.random = random.Random(seed)
        self.port = port
        self.headers = {"X-API-Key": key, "Content-Type": "application/json"}
        self.requests = 0
        self.problems = []
        self.is_stopped = False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        try:
            while not self.is_stopped:
                # Connections come and go.
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                for _ in range(self.random.randrange(1, 200)):
                    self.step()
                    if self.is_stopped:
                        break
                self.connection.close()
        except Exception as error:  # A thread must not end unseen.
            self.problems.append(repr(error))

    def send(self, method, path, body=None):
        time.sleep(self.pause)
        self.connection.request(method, path, json.dumps(body) if body is not None else None, self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        self.requests += 1
        if answer.status >= 400:
            self.problems.append(f"{method} {path}: {answer.status} {text[:200]}")
            self.is_stopped = True
        return json.loads(text) if text else {}

    def step(self):
        entity = f"entity-{self.number}-{self.random.randrange(50)}"
        chosen = self.random.randrange(100)
        if chosen < 40:
            self.send("POST", "/api/v1/features/first/values", {"entity_id": entity, "value": self.requests})
        elif chosen < 50:
            rows = [{"entity_id": entity, "values": {"first": self.requests, "second": 1}} for _ in range(5)]
            self.send("POST", "/api/v1/online/write", {"rows": rows[:1]})
        elif chosen < 75:
            self.send("GET", f"/api/v1/features/first/values?entity_ids={entity}")
        elif chosen < 85:
            self.send("POST", "/api/v1/online/read", {"features": ["first", "second"], "entities": [entity]})
        elif chosen < 92:
            self.send("GET", f"/api/v1/features/first/values?entity_ids={entity}&start_time=2020-01-01T00:00:00Z")
        elif chosen < 95:
            name = f"temporary-{self.number}-{self.requests}"
            self.send("POST", "/api/v1/features", {"name": name, "value_type": "int64"})
            self.send("POST", f"/api/v1/features/{name}/values", {"entity_id": entity, "value": 1})
            self.send("DELETE", f"/api/v1/features/{name}")
        elif chosen < 97:
            body = {"type": "file", "name": f"source-{self.number}-{self.requests}", "config": {"path": "/nowhere"}}
            made = self.send("POST", "/api/v1/sources", body)
            self.send("DELETE", f"/api/v1/sources/{made['id']}")
        elif chosen < 98:
            self.send("DELETE", f"/api/v1/entities/{entity}")
        else:
            self.send("GET", "/api/v1/features?limit=1000")


class ServerSoak:
    def __init__(self, part, program):
        self.part = part
        self.program = program

    def run(self, seconds):
        started = time.monotonic()
        data = os.path.join(self.part.scratch, "soaked")
        backup = os.path.join(self.part.scratch, "soaked-backup")
        server = serve(self.program, data)
        reader = Reader(server.port, BOOTSTRAP, BOOTSTRAP)
        key = set_up(reader)
        for name in ("first", "second"):
            reader.send("PATCH", f"/api/v1/features/{name}", {"retention": {"max_versions": 20}})
        reader.connection.close()
        # A long run counts hours, not requests; it leaves something of the machine to what runs beside it.
        pause = 0 if seconds < 300 else 0.004
        loads = [Load(number, self.part.seed + number, server.port, key, pause) for number in range(CLIENTS)]
        curves, found, steps = Curves(), [], 0
        while time.monotonic() - started < seconds and not found:
            time.sleep(0.5)
            steps += 1
            curves.process(server.process.pid)
            files = ["catalog.sqlite", "catalog.sqlite-wal"]
            curves.add("catalog bytes", sum(os.path.getsize(os.path.join(data, file)) for file in files))
            # The server sweeps every five minutes: before that, what retention hides only piles up.
            if seconds >= 1800:
                curves.add("file bytes", os.path.getsize(os.path.join(data, "values.mdb")))
            if steps % 10 == 0:
                found += self.command("backup", "--data", data, backup)
                shutil.rmtree(backup, ignore_errors=True)
            found += [problem for load in loads for problem in load.problems]
        for load in loads:
            load.is_stopped = True
        for load in loads:
            load.thread.join(30)
        status = server.kill()
        if status != -9:
            found.append(f"the server ended by itself with {status}: {server.text()[-500:]}")
        found += curves.growing() + self.command("verify", "--data", data)
        for problem in found:
            print(f"FOUND: {problem}", flush=True)
        print(f"  {sum(load.requests for load in loads)} requests; {curves.text()}")
        if found:
            self.part.keep(data, "soak-server")
        self.part.record("R10", "soak, fstore serve", int(time.monotonic() - started), "seconds", len(found), started)

    def command(self, *arguments):
        done = subprocess.run([self.program, *arguments], capture_output=True, text=True)
        return [] if done.returncode == 0 else [f"fstore {arguments[0]}: {done.stdout} {done.stderr}"]
