"""A real server with a directory of files."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request

KEY = "fl_1_" + "ClientsClientsClientsClientsClientsClients"

# Two rows fit, and the third has no time.
ROWS = "id,timestamp,value\na,2024-01-01T00:00:00Z,123.45\nb,2024-01-01T01:00:00Z,7\nc,noon,1\n"
SOURCE = {"type": "file", "name": "source_1", "config": {"path": "data.csv"}}


class Server:
    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="fstore-clients-")
        root = os.path.join(self.directory, "files")
        os.mkdir(root)
        with open(os.path.join(root, "data.csv"), "w", encoding="utf-8") as file:
            file.write(ROWS)
        arguments = [os.environ["FSTORE_PROGRAM"], "serve", "--data", os.path.join(self.directory, "data")]
        arguments += ["--listen", "127.0.0.1:0", "--ingest-root", root, "--address-limits", "false"]
        environment = {name: text for name, text in os.environ.items() if not name.startswith("FSTORE_")}
        log = os.path.join(self.directory, "log")
        with open(log, "wb") as errors:
            # `timeout` ends the server also when the tests are killed and cannot.
            self.process = subprocess.Popen(
                ["timeout", "-k", "5", "300", *arguments],
                env={**environment, "FSTORE_BOOTSTRAP_KEY": KEY},
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        for line in self.process.stdout:
            found = re.match(r"FStore listens on (\S+)", line)
            if found:
                self.url = found[1] + "/api/v1"
                return
        with open(log, encoding="utf-8", errors="replace") as file:
            raise RuntimeError(f"the server has not started:\n{file.read()}")

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.process.stdout.close()
        shutil.rmtree(self.directory)

    def ask(self, method, path, body=None):
        """What the clients have no call for."""
        headers = {"X-API-Key": KEY, "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def key(self, **more):
        return self.ask("POST", "/auth/keys", {"name": "test", **more})["key"]


def ended(client, job, seconds=60):
    """The job, when it has ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = client.ingestion.job(job)["data"]
        if found["status"] != "running":
            return found
        time.sleep(0.02)
    raise TimeoutError(f"{job} has not ended: {found}")
