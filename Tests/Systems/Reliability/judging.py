"""What the drivers of Power, Faults and Damage have in common: the child that judges, the threads, the end."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable


def scratch_root() -> str | None:
    """Where the run script has found room; the system's own choice otherwise."""
    return os.environ.get("FSTORE_RELIABILITY_SCRATCH")


def on_all_processors(run: Callable[[int], None]) -> None:
    """Runs it once for each processor, with its number, and waits."""
    threads = [threading.Thread(target=run, args=(number,)) for number in range(os.cpu_count() or 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def finish(part: str, tried: int, findings: list[str]) -> int:
    """Says what was found, to people and to the run script. The status of the program."""
    for finding in findings[:10]:
        print(f"{part}: FOUND: {finding}", file=sys.stderr)
    print(f"result {tried} {len(findings)}")
    return 1 if findings else 0


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
