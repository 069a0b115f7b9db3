"""Point-in-time joins: FStore's engine against DuckDB's ASOF JOIN and Polars's join_asof. Started by scripts/bench."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import report
from measuring import Ratio, interleave, run

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = Path(__file__).resolve().parent / "Joins"
BINARIES = ROOT / "Benchmarks" / ".build" / "release"
SEED = 20_260_101
ROWS = 1_000_000
# features, entities, versions: a million cells each.
SHAPES = {"1 feature": (1, 10_000, 100), "10 features": (10, 1_000, 100)}


def install(folder):
    """A virtual environment with what the requirements name; returns its Python, or None with a sentence."""
    wanted, present = FILES / "requirements.txt", folder / "requirements.txt"
    if not present.exists() or present.read_text() != wanted.read_text():
        pip = [folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "-r", wanted]
        try:
            subprocess.run([ROOT / "scripts" / "require", "python3", "python3-venv", "python3-pip"], check=True)
            subprocess.run(["python3", "-m", "venv", "--clear", folder], check=True)
            subprocess.run(pip, check=True)
        except subprocess.CalledProcessError as error:
            print(f"DuckDB and Polars are left out: {error}", flush=True)
            return None
        shutil.copy(wanted, present)
    return folder / "bin" / "python"


class Joins:
    def __init__(self, options, directory, python):
        self.directory = Path(directory)
        self.python = python
        self.rounds = 3 if options.quick else 10
        self.results = []
        self.versions = {}

    def command(self, shape, program, **more):
        features, entities, versions = SHAPES[shape]
        arguments = {"directory": self.directory / shape.replace(" ", "-"), "features": features, "entities": entities}
        arguments |= {"versions": versions, "count": ROWS, "seed": SEED, **more}
        words = [f"{name}={value}" for name, value in arguments.items()]
        if program in ("load", "join-values", "join-walks"):
            return [str(BINARIES / "engine-swift"), program, *words]
        return [str(self.python), str(FILES / "join.py"), program, *words]

    def once(self, shape, program, **more):
        return lambda: run(self.command(shape, program, **more), pinned=False)

    def compare(self, key, what, left, right, limit=None):
        ratio = Ratio(key, what, limit, operations=ROWS)
        self.results.append(interleave(ratio, left, right, self.rounds))

    def measure(self, shape):
        (self.directory / shape.replace(" ", "-")).mkdir()
        run(self.command(shape, "load"), pinned=False)
        walks = self.once(shape, "join-walks")
        what = f"1 M rows joined with {shape} of 1 M cells"
        values = self.once(shape, "join-values")
        self.compare(f"walks, {shape}", f"{what}, FStore by walks / by one read for each row", walks, values)
        if not self.python:
            return
        self.versions |= run(self.command(shape, "prepare"), pinned=False)
        for name, program in (("DuckDB", "duckdb"), ("Polars", "polars")):
            other = self.once(shape, program)
            self.compare(f"P10 {name}, {shape}", f"{what}, FStore by walks / {name}", walks, other, limit=1.0)
        alone = self.once(shape, "duckdb", threads=1)
        self.compare(f"one thread, {shape}", f"{what}, FStore by walks / DuckDB with one thread", walks, alone)


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench joins")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--directory")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    subprocess.run(["swift", "build", "-c", "release", "--package-path", ROOT / "Benchmarks"], check=True)
    python = install(ROOT / ".data" / "join")
    started = time.time()
    directory = tempfile.mkdtemp(prefix="fstore-bench-", dir=options.directory)
    try:
        joins = Joins(options, directory, python)
        for shape in SHAPES:
            joins.measure(shape)
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    seconds = time.time() - started
    if options.write or not options.quick:
        command = f"scripts/bench joins{' --quick' if options.quick else ''}"
        numbers = {"processors": str(os.cpu_count())}
        report.write("joins", joins.results, command, joins.rounds, SEED, seconds, joins.versions, numbers)
    print(f"{seconds:.0f} s")


if __name__ == "__main__":
    main()
