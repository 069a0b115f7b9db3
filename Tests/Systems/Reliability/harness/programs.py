"""The programs that the parts run: built here, started, killed by their own process id."""

import json
import os
import signal
import subprocess

PACKAGE = os.path.realpath(os.path.join(os.path.dirname(__file__), ".."))
ROOT = os.path.realpath(os.path.join(PACKAGE, "..", "..", ".."))


def build(directory, *arguments):
    """Builds with SwiftPM and returns where the products are."""
    command = ["swift", "build", *arguments]
    done = subprocess.run(command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-4000:]}")
    shown = subprocess.run([*command, "--show-bin-path"], cwd=directory, stdout=subprocess.PIPE, text=True, check=True)
    return shown.stdout.strip()


class Programs:
    """The writer and the judge."""

    def __init__(self):
        products = os.environ.get("FSTORE_RELIABILITY_PRODUCTS") or build(PACKAGE, "-c", "release")
        self.writer = os.path.join(products, "reliable-writer")
        self.judge = os.path.join(products, "reliable-check")

    def write(self, directory, ledger, *options, **more):
        """Starts the writer; what it says is appended to the ledger, which outlives it."""
        with open(ledger, "ab") as file:
            command = [self.writer, directory, *[str(option) for option in options]]
            return subprocess.Popen(command, stdout=file, stderr=subprocess.PIPE, **more)

    def check(self, directory, ledger, *options):
        """The verdict on a store, as a dictionary."""
        command = [self.judge, directory, ledger, *[str(option) for option in options]]
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
        except subprocess.TimeoutExpired:
            return {"ok": False, "problems": ["the judge does not come to an end"]}
        if done.returncode not in (0, 1):
            return {"ok": False, "problems": [f"the judge ended with {done.returncode}: {done.stderr.decode()[-500:]}"]}
        return json.loads(done.stdout)


def kill(process):
    """SIGKILL. Returns how the process ended: a program that had ended before says so by its status."""
    process.send_signal(signal.SIGKILL)
    return process.wait()


def server_program():
    """The program `fstore` as users run it, up to date."""
    given = os.environ.get("FSTORE_PROGRAM")
    if given:
        return given
    return os.path.join(build(ROOT, "-c", "release", "--product", "fstore"), "fstore")
