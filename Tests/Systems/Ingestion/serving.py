"""A server with a directory of files, and the calls that the tests make."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

KEY = "fl_1_" + "IngestionIngestionIngestionIngestionIng"


class Refused(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body


class Server:
    def __init__(self, *options, directory=None):
        self.directory = directory or tempfile.mkdtemp(prefix="fstore-ingestion-")
        self.root = os.path.join(self.directory, "files")
        os.makedirs(self.root, exist_ok=True)
        self.options = options
        self.key = None
        self.start()

    def start(self):
        self.launch()
        for line in self.process.stdout:
            found = re.match(r"FStore listens on (\S+)", line)
            if found:
                self.url = found[1]
                break
        else:
            raise RuntimeError(self.text())
        if self.key is None:
            self.key = KEY
            made = self.ask("POST", "/auth/keys", {"name": "test", "role": "operator", "rate_limit": "unlimited"})
            self.key = made["key"]

    def launch(self):
        """Starts the program, and does not wait until it listens."""
        arguments = ["serve", "--data", os.path.join(self.directory, "data"), "--listen", "127.0.0.1:0"]
        arguments += ["--ingest-root", self.root, "--address-limits", "false", *self.options]
        self.log = open(os.path.join(self.directory, "log"), "ab")
        self.process = subprocess.Popen(
            [os.environ["FSTORE_PROGRAM"], *arguments],
            env={**os.environ, "FSTORE_BOOTSTRAP_KEY": KEY},
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )

    def text(self):
        with open(os.path.join(self.directory, "log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(30)
        self.process.stdout.close()
        self.log.close()
        return status

    def remove(self):
        if self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def write(self, name, text):
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def ask(self, method, path, body=None, timeout=60):
        request = urllib.request.Request(f"{self.url}/api/v1{path}", method=method)
        request.add_header("Authorization", f"Bearer {self.key}")
        data = None
        if body is not None:
            request.add_header("Content-Type", "application/json")
            data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise Refused(error.code, error.read().decode()) from None
        return json.loads(text) if text else None

    def data(self, method, path, body=None):
        return self.ask(method, path, body)["data"]

    def source(self, name, kind, config, **more):
        return self.ask("POST", "/sources", {"name": name, "type": kind, "config": config, **more})["id"]

    def job(self, body=None, seconds=120):
        """Starts a job and returns it when it has ended."""
        return self.ended(self.data("POST", "/ingestion/start", body)["job_id"], seconds)

    def ended(self, job, seconds=120):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.data("GET", f"/ingestion/jobs/{job}")
            if found["status"] != "running":
                return found
            time.sleep(0.02)
        raise TimeoutError(f"{job} has not ended: {found}")

    def values(self, feature, entities, **query):
        """All values of the entities, as pairs of event time and value."""
        asked = "&".join([f"entity_ids={','.join(entities)}", *[f"{name}={value}" for name, value in query.items()]])
        asked += "" if query else "&start_time=1700-01-01&end_time=2200-01-01"
        items = self.ask("GET", f"/features/{feature}/values?{asked}")["items"]
        return [(item["entity_id"], item["timestamp"], item["value"]) for item in items]
