"""Point-in-time joins: FStore's engine against DuckDB's ASOF JOIN and Polars's join_asof. Started by scripts/bench."""

import os

from contenders import python_packages
from runner.measuring import Ratio, interleave, run
from runner.part import ROOT, SEED, Part

FILES = ROOT / "Benchmarks" / "contenders" / "Joins"
BINARIES = ROOT / "Benchmarks" / ".build" / "release"
# features, entities, versions: a million cells each.
SHAPES = {"1 feature": (1, 10_000, 100), "10 features": (10, 1_000, 100)}


class Joins(Part):
    name = "joins"
    needs_program = False
    rounds = 10

    def __init__(self, options, directory):
        super().__init__(options, directory)
        self.is_quick = options.quick
        self.row_count = 100_000 if options.quick else 1_000_000
        self.settings = {"rows": self.row_count, "features, entities, versions": SHAPES}
        programs = python_packages.install("join", FILES / "requirements.txt")
        self.python = programs and programs / "python"
        if not self.python:
            self.leave_out("DuckDB and Polars", "they could not be installed from PyPI")

    def command(self, shape, program, **more):
        features, entities, versions = SHAPES[shape]
        arguments = {"directory": self.directory / shape.replace(" ", "-"), "features": features, "entities": entities}
        arguments |= {"versions": versions, "count": self.row_count, "seed": SEED, **more}
        words = [f"{name}={value}" for name, value in arguments.items()]
        if program in ("load", "join", "join-values"):
            return [str(BINARIES / "engine-swift"), program, *words]
        return [str(self.python), str(FILES / "join.py"), program, *words]

    def once(self, shape, program, **more):
        return lambda: run(self.command(shape, program, **more), pinned=False)

    def compare(self, key, what, left, right, limit=None):
        ratio = Ratio(key, what, limit, operations=self.row_count)
        self.results.append(interleave(ratio, left, right, self.rounds))

    def measure(self, shape):
        (self.directory / shape.replace(" ", "-")).mkdir()
        run(self.command(shape, "load"), pinned=False)
        join = self.once(shape, "join")
        rows = "1 M" if self.row_count == 1_000_000 else "100 k"
        what = f"{rows} rows joined with {shape} of 1 M cells"
        values = self.once(shape, "join-values")
        self.compare(f"reads, {shape}", f"{what}, FStore / FStore with one read for each", join, values)
        if not self.python:
            return
        self.versions |= run(self.command(shape, "prepare"), pinned=False)
        for name, program in (("DuckDB", "duckdb"), ("Polars", "polars")):
            other = self.once(shape, program)
            self.compare(f"P10 {name}, {shape}", f"{what}, FStore / {name}", join, other, limit=1.0)
            if self.is_quick:
                continue
            alone = self.once(shape, program, threads=1)
            self.compare(f"{name} alone, {shape}", f"{what}, FStore / {name} with one thread", join, alone)

    def numbers(self):
        return super().numbers() | {"processors": str(os.cpu_count())}

    def measure_all(self):
        for shape in SHAPES:
            self.measure(shape)


if __name__ == "__main__":
    Joins.main()
