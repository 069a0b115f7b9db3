"""A server, and the calls that the tests of training sets make."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.parse

import pandas as pd
import pyarrow as pa

KEY = "fl_1_" + "TrainingTrainingTrainingTrainingTrainin"
ARROW = "application/vnd.apache.arrow.stream"
CSV = "text/csv"
NDJSON = "application/x-ndjson"
JSON = "application/json"


class Refused(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = json.loads(body) if body else {}

    @property
    def errors(self):
        """What is wrong with which field."""
        return [(error["field"], error["message"]) for error in self.body["details"].get("errors", [])]


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def commit(self):
        return self.headers["X-Commit-Time"]

    def table(self):
        with pa.ipc.open_stream(self.body) as reader:
            return reader.read_all()


class Server:
    def __init__(self, *options):
        self.directory = tempfile.mkdtemp(prefix="fstore-training-")
        self.data = os.path.join(self.directory, "data")
        self.log = open(os.path.join(self.directory, "log"), "ab")
        arguments = ["serve", "--data", self.data, "--listen", "127.0.0.1:0", "--address-limits", "false", *options]
        self.process = subprocess.Popen(
            [os.environ["FSTORE_PROGRAM"], *arguments],
            env={**os.environ, "FSTORE_BOOTSTRAP_KEY": KEY},
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        for line in self.process.stdout:
            found = re.match(r"FStore listens on http://([^:]+):(\d+)", line)
            if found:
                self.host, self.port = found[1], int(found[2])
                break
        else:
            raise RuntimeError(self.text())
        self.connections = threading.local()
        self.key = KEY
        self.key = self.new_key("operator")

    def text(self):
        with open(os.path.join(self.directory, "log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def remove(self):
        """Ends the server, and fails when it has ended before."""
        self.leave()
        status = self.process.poll()
        if status is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)
        self.process.stdout.close()
        self.log.close()
        text = self.text()
        shutil.rmtree(self.directory, ignore_errors=True)
        if status is not None:
            raise RuntimeError(f"the server ended with {status}: {text[-2000:]}")

    def peak_bytes(self):
        """The most memory that the server has had, without the pages of the values, which are the file's."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmHWM:\s+(\d+) kB", file.read())[1]) * 1024

    def forget_peak(self):
        with open(f"/proc/{self.process.pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")

    def open_files(self):
        """What the server has open."""
        directory = f"/proc/{self.process.pid}/fd"
        found = []
        for name in os.listdir(directory):
            try:
                found.append(os.readlink(os.path.join(directory, name)))
            except FileNotFoundError:
                pass
        return found

    def thread_count(self):
        return len(os.listdir(f"/proc/{self.process.pid}/task"))

    # Calls

    def send(self, method, path, body=None, headers=(), key=None, timeout=600):
        """One request on a connection that is kept. A body that is an iterator goes in chunks."""
        connection = getattr(self.connections, "one", None)
        if connection is None:
            connection = self.connections.one = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        fields = {"Authorization": f"Bearer {key or self.key}", **dict(headers)}
        if key == "":
            del fields["Authorization"]
        try:
            connection.request(method, path, body, fields, encode_chunked=hasattr(body, "__next__"))
            answer = connection.getresponse()
            answer = Answer(answer.status, answer.headers, answer.read())
        except BaseException:
            self.leave()
            raise
        if answer.status >= 400:
            raise Refused(answer.status, answer.body.decode())
        return answer

    def leave(self):
        """Closes the connection of this thread."""
        connection = getattr(self.connections, "one", None)
        if connection is not None:
            connection.close()
            self.connections.one = None

    def ask(self, method, path, body=None, key=None):
        headers = {} if body is None else {"Content-Type": "application/json"}
        text = self.send(method, f"/api/v1{path}", None if body is None else json.dumps(body), headers, key).body
        return json.loads(text) if text else None

    def new_key(self, role):
        return self.ask("POST", "/auth/keys", {"name": role, "role": role, "rate_limit": "unlimited"})["key"]

    def organization(self, name):
        """A developer's key of another organization."""

        def run(*arguments):
            command = [os.environ["FSTORE_PROGRAM"], *arguments, "--data", self.data]
            return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=60).stdout

        run("organization", "create", name)
        run("user", "create", "--organization", name, "--role", "admin", "u")
        made = run("key", "create", "--organization", name, "--user", "u", "--role", "developer", "--json")
        key = json.loads(made)["key"]
        for _ in range(200):
            try:
                self.ask("GET", "/features", key=key)
                return key
            except Refused:
                time.sleep(0.05)
        raise TimeoutError("the server does not notice a new key")

    def feature(self, name, kind=None, **more):
        if kind is not None:
            more["value_type"] = kind
        return self.ask("POST", "/features", {"name": name, **more})

    def write(self, name, cells):
        """Writes cells of (entity, event time, value) in one commit, and returns its time."""
        body = [{"entity_id": entity, "timestamp": time, "value": value} for entity, time, value in cells]
        return self.ask("POST", f"/features/{urllib.parse.quote(name, safe='')}/values", body)

    def delete(self, name, entity, time):
        """Deletes the value at an event time, and returns the commit time in nanoseconds; `None` if there is none."""
        query = urllib.parse.urlencode({"entity_ids": listed(entity), "timestamp": time})
        answer = self.send("DELETE", f"/api/v1/features/{urllib.parse.quote(name, safe='')}/values?{query}")
        commit = json.loads(answer.body)["committed_at"]
        return commit and pd.Timestamp(commit).value

    def read(self, body, kind=ARROW, accept=None, key=None, headers=(), **question):
        """A training set. `features` is a list."""
        fields = {"Content-Type": kind, **dict(headers)}
        if accept is not None:
            fields["Accept"] = accept
        if kind == JSON:
            query = ""
        else:
            if isinstance(question.get("features"), (list, tuple)):
                names = question.pop("features")
                if names:
                    question["features"] = ",".join(map(listed, names))
            query = "?" + urllib.parse.urlencode(question) if question else ""
        return self.send("POST", "/api/v1/training/read" + query, body, fields, key)


def listed(name):
    """A name as it stands in a list."""
    return name.replace("\\", "\\\\").replace(",", "\\,")


def stream(table, rows=None):
    """The Arrow stream of a table, in batches of so many rows."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, rows)
    return sink.getvalue().to_pybytes()
