"""Lets the N-th call that changes the values file fail, for every N of a workload. See ../README.md.

    faults.py PROBE INTERPOSER SEED BATCHES
"""

import collections
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading

from judging import Judge, finish, on_all_processors, scratch_root

KINDS = ["eio", "enospc", "short", "late"]
"""EIO; ENOSPC; half of the bytes are written; the call does its work and says EIO. With a + all calls after it too."""


def write(probe: str, interposer: str, directory: str, seed: str, batches: str, durability: str, **more: str) -> list[str]:
    environment = dict(os.environ, LD_PRELOAD=interposer, **more)
    child = subprocess.run(
        [probe, "write", directory, seed, batches, durability],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )
    return child.stdout.splitlines() + ([] if child.returncode == 0 else [f"died {child.returncode} {child.stderr[-300:]}"])


def judge(ledger: list[str], verdict: str, errors: collections.Counter[str]) -> list[str]:
    """What is wrong with what the writer said and with what it left behind."""
    problems = []
    acknowledged, begun, failed, nothing_written = -1, -1, -1, True
    for line in ledger:
        word, _, rest = line.partition(" ")
        if word == "begin":
            begun = int(rest)
        elif word == "ack":
            acknowledged = int(rest)
        elif word == "fail":
            failed = int(rest.split()[0])
            errors[f"{'open' if failed == 0 else 'write'}: {rest.split()[1]}"] += 1
            nothing_written = rest.split()[1] == "diskFull"
        elif word == "read":
            # Readers of this process see what was acknowledged, or the commit whose end nobody knows.
            if not acknowledged <= int(rest) <= begun:
                problems.append(f"read {rest} after ack {acknowledged}")
        elif word != "end":
            problems.append(line)
    words = verdict.split()
    if words[0] != "step":
        problems.append(verdict)
    elif not max(acknowledged, 0) <= int(words[1]) <= max(begun, 0):
        problems.append(f"holds {words[1]}, acknowledged {acknowledged}, begun {begun}")
    elif failed == begun and nothing_written and int(words[1]) > max(acknowledged, 0):
        problems.append(f"holds {words[1]}, of which the writer said that nothing was written")
    elif failed == begun and int(words[1]) > max(acknowledged, 0):
        errors["refused, and there after the restart:"] += 1
    if failed < 0 and begun != acknowledged:
        problems.append("the writer ended without a word")
    return problems


def main() -> int:
    probe, interposer, seed, batches = sys.argv[1:5]
    root = tempfile.mkdtemp(prefix="fstore-faults-", dir=scratch_root())
    counted = os.path.join(root, "count")
    jobs: queue.SimpleQueue[tuple[str, str, int]] = queue.SimpleQueue()
    for durability in ("durable", "relaxed"):
        store = os.path.join(root, "without")
        ledger = write(probe, interposer, store, seed, batches, durability, FSTORE_FAULT_COUNT=counted)
        if ledger[-1] != "end":
            print("\n".join(ledger[-3:]), file=sys.stderr)
            return 1
        with open(counted) as file:
            calls = int(file.read())
        shutil.rmtree(store)
        print(f"faults: {durability}: {calls} calls that change the file or wait for it")
        for number in range(1, calls + 1):
            for kind in KINDS:
                for goes_on in ("", "+"):
                    jobs.put((durability, kind + goes_on, number))
    lock = threading.Lock()
    tried: collections.Counter[str] = collections.Counter()
    errors: collections.Counter[str] = collections.Counter()
    findings: list[str] = []

    def run(name: int) -> None:
        child = Judge(probe, seed, os.path.join(root, str(name)))
        while True:
            try:
                durability, kind, number = jobs.get_nowait()
            except queue.Empty:
                break
            shutil.rmtree(child.directory, ignore_errors=True)
            ledger = write(
                probe, interposer, child.directory, seed, batches, durability, FSTORE_FAULT=f"{number}:{kind}"
            )
            verdict = child.verdict(goes_on=True)
            with lock:
                tried[kind] += 1
                for problem in judge(ledger, verdict, errors):
                    findings.append(f"{durability}, {kind} at call {number}: {problem}")
        child.close()

    on_all_processors(run)
    shutil.rmtree(root)
    print("faults: " + ", ".join(f"{count} {kind}" for kind, count in sorted(tried.items())))
    print("faults: said " + ", ".join(f"{error} {count}" for error, count in sorted(errors.items())))
    return finish("faults", tried.total(), findings)


if __name__ == "__main__":
    sys.exit(main())
