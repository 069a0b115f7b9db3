"""Crash states of the writer of the kill loop, which also erases, sweeps, defines and loads on several threads, held to
the part of its ledger that was written before the cut. A process for each state, so fewer of them. See ../README.md.

    mixed.py CHECK TRACE SEED STATES durable|relaxed
"""

import collections
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from typing import Iterator

from judging import finish, on_all_processors, scratch_root
from replay import build
from states import State, states
from trace import Moment, ledger, moments


def sample(trace: str, limit: int, chance: random.Random) -> Iterator[tuple[Moment, State]]:
    """A few states of every moment, or of some moments when there are too many."""
    count = sum(1 for _ in moments(trace, "end"))
    share = limit / count
    for moment in moments(trace, "end"):
        wanted = int(share) + (chance.random() < share % 1)
        found = list(states(moment, 24, chance))
        yield from ((moment, state) for state in chance.sample(found, min(wanted, len(found))))


def main() -> int:
    check, trace, seed, limit, durability = sys.argv[1:6]
    chance = random.Random(int(seed))
    lines = ledger(trace)
    jobs = sample(trace, int(limit), chance)
    kinds: collections.Counter[str] = collections.Counter()
    findings: list[str] = []
    lock = threading.Lock()
    root = tempfile.mkdtemp(prefix="fstore-mixed-", dir=scratch_root())

    def run(number: int) -> None:
        directory = os.path.join(root, str(number))
        ledger_file = directory + ".ledger"
        while len(findings) < 20:
            with lock:
                job = next(jobs, None)
            if job is None:
                return
            moment, state = job
            shutil.rmtree(directory, ignore_errors=True)
            os.makedirs(directory)
            build(moment, state, directory)
            with open(ledger_file, "wb") as file:
                file.write(lines[: moment.ledger])
            command = [check, directory, ledger_file] + (["--may-lose"] if durability == "relaxed" else [])
            child = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
            with lock:
                kinds[state.how] += 1
                if child.returncode != 0:
                    findings.append(f"{state.how}, ledger {moment.ledger}: {child.returncode} {child.stdout.strip()[:400]}")

    started = time.monotonic()
    on_all_processors(run)
    shutil.rmtree(root)
    seconds = time.monotonic() - started
    table = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    print(f"power: mixed, {durability}: {kinds.total()} states in {seconds:.0f} s: {table}; {len(findings)} not as they must be")
    return finish("power: mixed", kinds.total(), findings)


if __name__ == "__main__":
    sys.exit(main())
