"""A running `fstore serve`."""

import os
import re
import subprocess
import tempfile

from harness.programs import kill


class Served:
    """The program on a free port. `port` is None when it does not start; `text` then says why."""

    def __init__(self, program, data, bootstrap, *options, prefix=()):
        environment = {"FSTORE_BOOTSTRAP_KEY": bootstrap, "PATH": os.environ.get("PATH", "")}
        command = [*prefix, program, "serve", "--data", data, "--listen", "127.0.0.1:0", *options]
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, env=environment)
        self.port = None
        for line in self.process.stdout:
            found = re.search(rb"listens on http://127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found[1])
                break

    def kill(self):
        """Returns the status, -9 when the server was alive."""
        status = kill(self.process)
        self.process.stdout.close()
        return status

    def text(self):
        """What it has logged."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")
