"""Builds the states that a power cut could leave and has each opened and judged. See ../README.md.

    replay.py PROBE TRACE SEED STATES durable|relaxed
"""

import collections
import contextlib
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from typing import Iterator

from judging import Judge, finish, on_all_processors, scratch_root
from states import State, states, torn_within_a_sector
from trace import MADE_AS, NAME, Moment, moments

BEYOND = 2000
"""So many states that FStore assumes not to happen are tried, to see what the assumption is worth."""
ENOUGH = 100
"""So many findings end a run: the rest would tell nothing new."""


def build(moment: Moment, state: State, directory: str) -> None:
    for name in (NAME, MADE_AS):
        with contextlib.suppress(FileNotFoundError):
            os.remove(os.path.join(directory, name))
    image = bytearray(state.length)
    image[: len(moment.base)] = moment.base
    for offset, data in state.parts:
        image[offset : offset + len(data)] = data
    with open(os.path.join(directory, moment.name), "wb") as out:
        out.write(image)


def wrong(verdict: str, moment: Moment, durability: str) -> str | None:
    """What is wrong with a verdict, if anything."""
    words = verdict.split()
    if words[0] != "step":
        return verdict
    step = int(words[1])
    if step > max(moment.begun, 0):
        return f"step {step}, and only {moment.begun} had been begun"
    # Relaxed: the last commits may go, nothing else may.
    if durability == "durable" and step < moment.acknowledged:
        return f"step {step}, and {moment.acknowledged} had been acknowledged"
    if durability == "durable" and step < moment.begun - 1:
        return f"step {step}, and {moment.begun} was the one in flight"
    return None


def main() -> int:
    probe, trace, seed, limit, durability = sys.argv[1:6]
    chance = random.Random(int(seed))
    waiting = [bool(moment.pending) for moment in moments(trace)]
    busy = max(1, sum(waiting))
    budget = max(2, -(-int(limit) // busy))

    def work() -> Iterator[tuple[Moment, State, bool]]:
        for moment in moments(trace):
            for state in states(moment, budget, chance):
                yield moment, state, True
        for moment in moments(trace):
            torn = list(torn_within_a_sector(moment))
            for state in chance.sample(torn, min(len(torn), -(-BEYOND // busy))):
                yield moment, state, False

    kinds: collections.Counter[str] = collections.Counter()
    findings: list[str] = []
    gone = 0
    beyond_wrong: collections.Counter[str] = collections.Counter()
    lock = threading.Lock()
    jobs = work()
    root = tempfile.mkdtemp(prefix="fstore-power-", dir=scratch_root())

    def run(number: int) -> None:
        nonlocal gone
        judge = Judge(probe, seed, os.path.join(root, str(number)))
        while len(findings) < ENOUGH:
            with lock:
                job = next(jobs, None)
            if job is None:
                break
            moment, state, is_expected = job
            build(moment, state, judge.directory)
            verdict = judge.verdict(goes_on=is_expected)
            problem = wrong(verdict, moment, durability)
            with lock:
                if not is_expected:
                    beyond_wrong["wrong" if problem else "right"] += 1
                    continue
                kinds[state.how] += 1
                if verdict.startswith("step "):
                    gone = max(gone, moment.acknowledged - int(verdict.split()[1]))
                if problem:
                    findings.append(f"{state.how} after ack {moment.acknowledged}, begin {moment.begun}: {problem}")
        judge.close()

    started = time.monotonic()
    on_all_processors(run)
    shutil.rmtree(root)
    seconds = time.monotonic() - started
    tried = sum(kinds.values())
    table = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    print(f"power: {durability}: {tried} states of {len(waiting)} moments in {seconds:.0f} s: {table}")
    print(
        f"power: {durability}: {len(findings)} not as they must be;"
        f" at most {gone} acknowledged commits gone"
    )
    print(
        f"power: {durability}: beyond the assumption of whole sectors: {sum(beyond_wrong.values())} meta pages torn"
        f" at 8 bytes, {beyond_wrong['wrong']} of them not as they must be"
    )
    return finish("power", tried, findings)


if __name__ == "__main__":
    sys.exit(main())
