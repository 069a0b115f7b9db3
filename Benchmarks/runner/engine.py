"""The engine against C: makes the stores, measures mark after mark, writes the report. Started by scripts/bench."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from runner.measuring import Ratio, interleave, run, single
from runner.part import ROOT, SEED, Part

# name: features, entities, versions
STORES = {
    "1M": (20, 2_500, 20),
    "10M": (20, 25_000, 20),
    "100M": (20, 250_000, 20),
    "deep": (20, 5, 10_000),
    "flat": (20, 5, 1),
    "wide": (20, 50_000, 1),
    "row": (100, 2_500, 4),
    "space": (20, 500, 100),
}


class Engine(Part):
    name = "engine"
    needs_program = False
    flags = ("hundred-million",)
    rounds = 10

    def __init__(self, options, directory):
        super().__init__(options, directory)
        self.count = 50_000 if options.quick else 250_000
        self.settings = {"lookups": self.count, "stores": STORES}
        binaries = ROOT / "Benchmarks" / ".build" / "release"
        self.programs = {"swift": binaries / "engine-swift", "c": binaries / "engine-c"}
        self.counter = binaries / "libAllocationCounter.so"

    def command(self, side, workload, store, **arguments):
        features, entities, versions = STORES[store.removesuffix("-c").removesuffix("-shuffled")]
        arguments = {
            "directory": self.directory / store,
            "features": features,
            "entities": entities,
            "versions": versions,
            "seed": SEED,
            **arguments,
        }
        return [str(self.programs[side]), workload, *(f"{name}={value}" for name, value in arguments.items())]

    def prepare(self, store):
        """An empty directory for a store."""
        path = self.directory / store
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)

    def load(self, side, store, workload="load"):
        self.prepare(store)
        return run(self.command(side, workload, store), pinned=False)

    def compare(self, key, what, left, right, count, operations=1, **mark):
        """Measures two workloads, each given as (side, workload, store, arguments)."""

        def once(side, workload, store, arguments):
            return lambda: run(self.command(side, workload, store, count=count, **arguments))

        same = mark.pop("same_answers", True)
        ratio = Ratio(key, what, operations=count * operations, **mark)
        self.results.append(interleave(ratio, once(*left), once(*right), self.rounds, same))

    # The marks

    def loading(self):
        for store, rounds in (("1M", self.rounds), ("10M", 1 if self.rounds < 10 else 3)):
            ratio = Ratio(f"P8 {store}", "bulk load of sorted cells, Swift / C", 1.5)
            ratio.operations = STORES[store][0] * STORES[store][1] * STORES[store][2]
            sides = (lambda: self.load("swift", store), lambda: self.load("c", f"{store}-c"))
            self.results.append(interleave(ratio, *sides, rounds))
            trees = [run(self.command("c", "hash", name)) for name in (store, f"{store}-c")]
            if trees[0] != trees[1]:
                raise SystemExit(f"P8 {store}: the sides have written different tables: {trees}")
            shutil.rmtree(self.directory / f"{store}-c")

    def lookups(self):
        none, single_read = {}, {"burst": 1}
        for store in ("1M", "10M"):
            self.compare(
                f"P1 {store}", "value at a random moment of the past, Swift / C",
                ("swift", "as-of", store, none), ("c", "as-of", store, none), self.count, limit=1.05,
            )
        self.compare(
            "one call 1M", "the same with one `store.value` call for each, Swift / C that renews for each",
            ("swift", "as-of-single", "1M", none), ("c", "as-of", "1M", single_read), self.count,
        )
        for store in ("1M", "10M"):
            self.compare(
                f"latest {store}", "newest value, Swift / C",
                ("swift", "latest", store, none), ("c", "latest", store, none), self.count,
            )
            self.compare(
                f"P2 {store}", "newest value / value in the past, 20 versions, both Swift",
                ("swift", "latest", store, none), ("swift", "as-of", store, none), self.count,
                limit=0.35, same_answers=False,
            )
        self.compare(
            "column 1M", "newest values of 1 feature of 100 entities, Swift / C",
            ("swift", "column", "1M", none), ("c", "column", "1M", none), self.count // 50, 100,
        )
        self.compare(
            "empty read", "a read that asks for nothing, Swift / C",
            ("swift", "empty", "1M", none), ("c", "empty", "1M", none), self.count, same_answers=False,
        )

    def depth(self):
        for store in ("deep", "flat", "wide"):
            self.load("swift", store)
        none = {}
        self.compare(
            "P2 depth, latest", "newest value of 100 series, 10 000 versions / 1 version each",
            ("swift", "latest", "deep", none), ("swift", "latest", "flat", none), self.count,
            limit=1.3, same_answers=False,
        )
        self.compare(
            "P2 depth, as of", "value in the past over 1 M cells, 100 series of 10 000 / 1 M series of 1",
            ("swift", "as-of", "deep", none), ("swift", "as-of", "wide", none), self.count,
            limit=1.3, same_answers=False,
        )

    def rows(self):
        self.load("swift", "row")
        none, count = {}, self.count // 50
        self.compare(
            "P3", "100 single gets / one read of 100 features of one entity",
            ("swift", "row-singly", "row", none), ("swift", "row", "row", none), count, limit=12, at_least=True,
        )
        self.compare(
            "P3 numbers", "100 single gets / one read of 100 features of one entity, as numbers",
            ("swift", "row-singly", "row", none), ("swift", "row-numbers", "row", none), count, limit=12, at_least=True,
        )
        self.compare(
            "P3 in C", "the same in C: how much there is to gain",
            ("c", "row-singly", "row", none), ("c", "row", "row", none), count,
        )
        self.compare(
            "row", "one read of 100 features of one entity, Swift / C",
            ("swift", "row", "row", none), ("c", "row", "row", none), count,
        )
        self.compare(
            "row, numbers", "the same, answers as numbers in memory of the caller's, Swift / C",
            ("swift", "row-numbers", "row", none), ("c", "row", "row", none), count,
        )
        self.compare(
            "row, array", "the same, answers as an array that the caller keeps, Swift / C",
            ("swift", "row-owned", "row", none), ("c", "row", "row", none), count,
        )

    def allocations(self):
        """Two runs that differ only in their number of lookups."""
        for workload, store, count in (("as-of", "1M", 10_000), ("latest", "1M", 10_000), ("row", "row", 1_000)):
            counted = [self.count_allocations(workload, store, times * count) for times in (1, 2)]
            # Each run does everything twice: to warm up and to measure.
            each = (counted[1] - counted[0]) / (2 * count)
            what = f"allocations of one {workload} read on the borrowed path"
            self.results.append(single(f"allocations {workload}", what, each, limit=0, unit="each"))

    def count_allocations(self, workload, store, count):
        command = self.command("swift", workload, store, count=count)
        environment = os.environ | {"LD_PRELOAD": str(self.counter)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return int(re.search(r"allocations: (\d+)", done.stderr).group(1))

    def space(self):
        for name, workload, text in (
            ("space", "load", "after a sorted load"),
            ("space-shuffled", "load-shuffled", "after writes in random order"),
        ):
            self.load("swift", name, workload)
            size = run(self.command("swift", "space", name))
            what = f"bytes in use for each cell, 100 versions, 8-byte values, {text}"
            self.results.append(single(f"P11 {text}", what, size["used_bytes"] / size["cells"], 24, "bytes"))

    def first_answer(self):
        self.load("swift", "100M")
        os.sync()
        for text, prepare in (("cold", self.drop_caches), ("warm", lambda: None)):
            times = []
            for seed in range(1, 8):
                prepare()
                command = self.command("swift", "first-answer", "100M", seed=seed)
                command.append(f"started={time.monotonic_ns()}")
                times.append(run(command, pinned=False)["nanoseconds"] / 1e6)
            what = f"start of the process to its first right answer on 100 M cells, {text}"
            self.results.append(single(f"P12 {text}", what, None, 100, "ms", times))

    def drop_caches(self):
        """Empties the page cache, or at least lets go of the file where that takes another user."""
        try:
            Path("/proc/sys/vm/drop_caches").write_text("3")
        except OSError:
            with open(self.directory / "100M" / "values.mdb", "rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


    def measure_all(self):
        self.loading()
        self.lookups()
        self.rows()
        self.depth()
        self.allocations()
        self.space()
        if self.options.hundred_million:
            self.first_answer()


if __name__ == "__main__":
    Engine.main()
