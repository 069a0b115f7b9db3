"""Builds FStore with one promise broken at a time and holds the harness to noticing. See ../README.md.

    mutants.py ROOT SCRATCH INTERPOSER PROBE SEED short|full

PROBE is the one of the sources as they are, in which nothing may be found.
"""

import os
import shutil
import subprocess
import sys
import time

from mutations import MUTANTS, SHORT, Mutant

PARTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Harness:
    """Each method says what the harness has found in the store of a probe; nothing when all is well."""

    def __init__(self, probe: str, interposer: str, seed: str, scratch: str) -> None:
        self.probe, self.interposer, self.seed, self.scratch = probe, interposer, seed, scratch

    def write(self, batches: int, **more: str) -> str:
        store = os.path.join(self.scratch, "store")
        shutil.rmtree(store, ignore_errors=True)
        subprocess.run(
            [self.probe, "write", store, self.seed, str(batches), "durable"],
            env=dict(os.environ, **more), stdout=subprocess.DEVNULL, timeout=60, check=True,
        )
        return store

    def run(self, *command: str) -> str:
        child = subprocess.run(
            ["python3", os.path.join(PARTS, command[0]), *command[1:]],
            capture_output=True, text=True, timeout=120, check=False,
        )
        found = [line for line in child.stderr.splitlines() if "FOUND: " in line]
        if child.returncode != 0 and not found:
            raise RuntimeError(child.stderr[-2000:])
        return found[0].split("FOUND: ")[1] if found else ""

    def power(self) -> str:
        trace = os.path.join(self.scratch, "trace")
        self.write(60, FSTORE_TRACE=trace, LD_PRELOAD=self.interposer)
        return self.run("Power/replay.py", self.probe, trace, self.seed, "3000", "durable")

    def faults(self) -> str:
        return self.run("Faults/faults.py", self.probe, self.interposer, self.seed, "2")

    def damage(self) -> str:
        return self.run("Damage/damage.py", self.probe, self.write(75), self.seed, "75", "64")

    def judge(self) -> str:
        child = subprocess.run(
            [self.probe, "judge", self.seed], input=self.write(120) + "\n", capture_output=True, text=True, timeout=60,
            check=False,
        )
        verdict = child.stdout.strip() or f"died {child.returncode}"
        return "" if verdict == "step 124" else verdict


def build(tree: str, products: str) -> str:
    child = subprocess.run(
        ["swift", "build", "-c", "release", "--product", "reliable-probe", "--scratch-path", products],
        cwd=os.path.join(tree, "Tests/Systems/Reliability"), capture_output=True, text=True, check=False,
    )
    if child.returncode != 0:
        raise RuntimeError(child.stdout[-3000:])
    return os.path.join(products, "release/reliable-probe")


def change(tree: str, mutant: Mutant) -> str:
    """Returns the file as it was."""
    path = os.path.join(tree, mutant.file)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    changed = text
    for old, new in mutant.changes:
        if changed.count(old) != 1:
            raise RuntimeError(f"{mutant.name}: {mutant.file} no longer has this text once, so the mutant is none:\n{old}")
        changed = changed.replace(old, new)
    with open(path, "w", encoding="utf-8") as file:
        file.write(changed)
    return text


def main() -> int:
    root, scratch, interposer, sound, seed, mode = sys.argv[1:7]
    # The tree and what is built from it stay, so that the next run builds only what has changed.
    tree = os.path.join(PARTS, ".build/mutants/tree")
    products = os.path.join(PARTS, ".build/mutants/build")
    for folder in ("Sources", "Tests/TestSupport", "Tests/Systems/Reliability/Sources"):
        shutil.rmtree(os.path.join(tree, folder), ignore_errors=True)
        shutil.copytree(os.path.join(root, folder), os.path.join(tree, folder), symlinks=True)
    for name in ("Package.swift", "Tests/Systems/Reliability/Package.swift"):
        shutil.copy2(os.path.join(root, name), os.path.join(tree, name))
    # What is mutated is compared by content before the run, so a stale text is found before anything is built.
    chosen = [mutant for mutant in MUTANTS if mode == "full" or mutant.name in SHORT]
    for mutant in MUTANTS:
        text = change(tree, mutant)
        with open(os.path.join(tree, mutant.file), "w", encoding="utf-8") as file:
            file.write(text)

    missed = 0
    limit = float(os.environ.get("FSTORE_MUTANT_SECONDS", "0"))
    started = time.monotonic()
    tried = 0
    first = int(os.environ.get("FSTORE_MUTANT_FIRST", "0"))
    if first == 0:
        for name in sorted({mutant.harness for mutant in chosen}):
            if found := getattr(Harness(sound, interposer, seed, scratch), name)():
                print(f"mutants: FOUND: {name} finds something without a mutant: {found}", file=sys.stderr)
                return 1
    for mutant in chosen[first:]:
        if limit and time.monotonic() - started > limit:
            print(f"mutants: time is up after {tried}; the next is number {first + tried}")
            break
        text = change(tree, mutant)
        try:
            probe = build(tree, products)
            begun = time.monotonic()
            found = getattr(Harness(probe, interposer, seed, scratch), mutant.harness)()
        finally:
            with open(os.path.join(tree, mutant.file), "w", encoding="utf-8") as file:
                file.write(text)
        tried += 1
        if found:
            print(f"mutants: {mutant.name}: caught by {mutant.harness} in {time.monotonic() - begun:.1f} s: {found[:160]}")
        else:
            missed += 1
            print(f"mutants: FOUND: {mutant.name}: not caught by {mutant.harness}", file=sys.stderr)
    print(f"result {tried} {missed}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
