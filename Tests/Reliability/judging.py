"""The child that opens stores and says which step of the workload each holds."""

import os
import subprocess


def scratch_root() -> str | None:
    """Where the run script has found room; the system's own choice otherwise."""
    return os.environ.get("FSTORE_RELIABILITY_SCRATCH")


class Judge:
    """A child process that opens stores. It is replaced when it dies, and a death is a verdict."""

    def __init__(self, probe: str, seed: str, directory: str) -> None:
        self.command = [probe, "judge", seed]
        self.directory = directory
        os.makedirs(directory, exist_ok=True)
        self.process: subprocess.Popen | None = None

    def verdict(self, goes_on: bool) -> str:
        if self.process is None:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdin.write(("+" if goes_on else "") + self.directory + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline().strip()
        if not line:
            line = f"died {self.process.wait()}"
            self.process = None
        return line

    def close(self) -> None:
        if self.process:
            self.process.stdin.close()
            self.process.wait()
