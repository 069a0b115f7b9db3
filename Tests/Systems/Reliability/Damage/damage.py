"""Flips bits of a values file, one at a time, and counts what came of it. See ../README.md.

    damage.py PROBE DIRECTORY SEED BATCHES STEP

Of a sample of live pages (each kind of page of each table) every STEP-th bit is flipped, of the space that no entry uses
an eighth of that; of every other page 32 bits.
"""

import collections
import os
import random
import shutil
import subprocess
import sys
import threading
import time

from pages import PAGE, UNUSED, File

OUTCOMES = ["harmless", "open", "read", "verify", "stopped", "trapped", "crashed", "hung", "older-verify", "older", "foreign"]
SIGNALS = {-6: "stopped", -14: "hung", -4: "trapped", -5: "trapped"}
"""LMDB's own check ends the process with SIGABRT, a check of Swift with SIGILL or SIGTRAP, the probe's alarm with
SIGALRM. Every other signal is a crash."""


def allowed(name: str) -> list[str]:
    """Damage in a stored value must be reported. A wrong answer must at least be found by `verify`, unless the whole
    file went back to an earlier commit. In pages, LMDB may stop or crash: those are counted, not judged."""
    if name == "value":
        return ["open", "read", "verify"]
    return OUTCOMES[:-1] if name.startswith("meta page") else OUTCOMES[:-2]


def sample(file: File, step: int, chance: random.Random) -> list[int]:
    by_kind: dict[str, list[int]] = collections.defaultdict(list)
    for page, kind in file.pages.items():
        by_kind[kind].append(page)
    chosen = {page for kind in by_kind.values() for page in chance.sample(kind, min(2, len(kind)))}
    names = file.names()
    bits = []
    for page in sorted(chosen):
        first = page * PAGE * 8
        every = range(first + chance.randrange(step), first + PAGE * 8, step)
        bits += [bit for bit in every if names[bit // 8] != UNUSED or chance.randrange(8) == 0]
    others = [bit for page in range(len(file.data) // PAGE) if page not in chosen
              for bit in chance.sample(range(page * PAGE * 8, (page + 1) * PAGE * 8), 32)]
    return bits + others


class Worker(threading.Thread):
    """Has its own copy of the store, and a child that flips. A child that dies is replaced by another."""

    def __init__(self, probe: str, source: str, number: int, seed: str, batches: str, bits: list[int]) -> None:
        super().__init__()
        self.directory = f"{source}.{number}"
        shutil.copytree(source, self.directory)
        with open(os.path.join(source, "values.mdb"), "rb") as whole:
            self.whole = whole.read()
        self.command = [probe, "flip", self.directory, seed, batches]
        self.bits = bits
        self.outcomes: list[str] = []
        self.log = open(self.directory + ".log", "wb")

    def run(self) -> None:
        while len(self.outcomes) < len(self.bits):
            rest = self.bits[len(self.outcomes) :]
            child = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True
            )
            feeder = threading.Thread(target=self.feed, args=(child, rest))
            feeder.start()
            for line in child.stdout:
                self.outcomes.append(line.strip())
            status = child.wait()
            feeder.join()
            if status != 0:
                self.outcomes.append(SIGNALS.get(status, "crashed"))
                with open(os.path.join(self.directory, "values.mdb"), "r+b") as file:
                    file.write(self.whole)
            elif len(self.outcomes) < len(self.bits):
                raise RuntimeError("the child ended without a reason")
        shutil.rmtree(self.directory)

    @staticmethod
    def feed(child: subprocess.Popen, bits: list[int]) -> None:
        try:
            child.stdin.write("".join(f"{bit}\n" for bit in bits))
            child.stdin.close()
        except BrokenPipeError:
            pass


def main() -> int:
    probe, directory, seed, batches, step = sys.argv[1:6]
    with open(os.path.join(directory, "values.mdb"), "rb") as whole:
        file = File(whole.read())
    chance = random.Random(int(seed))
    bits = sample(file, int(step), chance)
    count = os.cpu_count() or 2
    started = time.monotonic()
    workers = [Worker(probe, directory, number, seed, batches, bits[number::count]) for number in range(count)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    names = file.names()
    table: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    examples: list[str] = []
    for worker in workers:
        for bit, outcome in zip(worker.bits, worker.outcomes, strict=True):
            name = names[bit // 8]
            table[name][outcome] += 1
            if outcome not in allowed(name):
                examples.append(f"bit {bit} in {name} of {file.pages.get(bit // 8 // PAGE, 'a free page')}: {outcome}")
    print("| flipped in | " + " | ".join(OUTCOMES) + " | tried |")
    print("|---" * (len(OUTCOMES) + 2) + "|")
    total: collections.Counter[str] = collections.Counter()
    for name in sorted(table):
        total += table[name]
        print(f"| {name} | " + " | ".join(str(table[name][o]) for o in OUTCOMES) + f" | {table[name].total()} |")
    print("| all | " + " | ".join(str(total[o]) for o in OUTCOMES) + f" | {total.total()} |")
    # The worst first.
    examples.sort(key=lambda example: -OUTCOMES.index(example.rsplit(" ", 1)[1]))
    for example in examples[:10]:
        print(f"damage: FOUND: {example}", file=sys.stderr)
    in_values = table["value"].total()
    print(f"result {total.total()} {in_values} {len(examples)} {time.monotonic() - started:.1f}")
    return 1 if examples else 0


if __name__ == "__main__":
    sys.exit(main())
