"""Counts instructions and allocations of the hot paths and holds them to the thresholds in git.

Counts repeat where seconds do not: a slower path is seen on the busiest machine. Started by scripts/bench --check.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from contenders.fstore_server import FStoreServer, rows
from runner import report
from runner.dataset import DataSet
from runner.prepared import Wire

ROOT = Path(__file__).resolve().parent.parent.parent
BINARIES = ROOT / "Benchmarks" / ".build" / "release"
THRESHOLDS = Path(__file__).resolve().parent / "thresholds.json"
CALLGRIND = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
# valgrind has not the address space for the usual map.
MAP = 1 << 30


def total(text, name):
    found = re.search(r"Collected : (\d+)" if name == "instructions" else r"allocations: (\d+)", text)
    if not found:
        raise SystemExit(f"no number of {name} in:\n{text[-2000:]}")
    return int(found.group(1))


class EngineCounts:
    """Lookups in process: the difference between two runs of different length."""

    # workload: features, versions of the store, lookups, what one of them is
    workloads = {
        "as-of": (20, 20, 10_000, "value at a moment of the past, in process, 100 in a read"),
        "latest": (20, 20, 10_000, "newest value, in process, 100 in a read"),
        "row": (100, 4, 1_000, "read of 100 features of one entity, in process"),
        "column": (20, 20, 1_000, "read of one feature of 100 entities, in process"),
        "empty": (20, 20, 10_000, "read that asks for nothing, in process"),
    }

    def __init__(self, directory):
        self.directory = directory

    def command(self, workload, features, versions, count):
        store = self.directory / f"{features}-{versions}"
        words = [BINARIES / "engine-swift", workload, f"directory={store}", f"features={features}"]
        words += ["entities=2500", f"versions={versions}", "seed=7", f"count={count}", f"map={MAP}"]
        if not store.exists() and workload != "load":
            store.mkdir()
            subprocess.run(self.command("load", features, versions, count), check=True, stdout=subprocess.DEVNULL)
        return [str(word) for word in words]

    def each(self, workload, name, under, environment):
        features, versions, count, _ = self.workloads[workload]
        totals = []
        for times in (1, 2):
            command = ["env", *environment, *under, *self.command(workload, features, versions, count * times)]
            totals.append(total(subprocess.run(command, capture_output=True, text=True, check=True).stderr, name))
        # Each run does everything twice: to warm up and to measure.
        return (totals[1] - totals[0]) / (2 * count)


class ServerCounts:
    """Requests over a socket: the difference between a run with some of each kind and one with more of one kind."""

    few = 200
    # Allocations need more requests: what the server does each second beside them is allocated too, and would count
    # for a third of one.
    many = {"instructions": 2_000, "allocations": 20_000}
    # A user or a key with the usual limit may read 1000 times a minute.
    each_user = 900
    workloads = {
        "GET values": "`GET values` of one value of one entity, everything between the sockets but the kernel",
        "GET, limited": "the same with a key that has a limit, which the answer tells",
        "GET, signed in": "the same with an access token in place of that key",
        "POST values": "`POST values` of one value, its commit included",
        "POST online/read": "`POST online/read` of 50 features of one entity",
    }

    def __init__(self, binary, directory):
        self.directory = directory
        self.data = DataSet(100, 50, 7)
        # Without its symbols, which valgrind cannot read.
        self.binary = directory / "fstore"
        subprocess.run(["strip", "--strip-all", "-o", self.binary, binary], check=True)
        self.runs = 0
        self.baselines = {}

    def request(self, server, workload, number):
        feature = self.data.features[number % 50]
        entity = self.data.entities[number % 100]
        if workload.startswith("GET"):
            headers = server.credentials[workload][number // self.each_user] if workload in server.credentials else None
            return server.bytes("GET", f"/api/v1/features/{feature}/values?entity_ids={entity}", headers=headers)
        if workload == "POST values":
            body = {"entity_id": entity, "value": number + 0.5, "timestamp": "2026-01-02T00:00:00Z"}
            return server.bytes("POST", f"/api/v1/features/{feature}/values", body)
        return server.bytes("POST", "/api/v1/online/read", {"features": self.data.features, "entities": [entity]})

    def run(self, name, under, environment, more=None):
        self.runs += 1
        directory = self.directory / f"server-{self.runs}"
        settings = ["--map-size", str(MAP), "--threads", "1", "--address-limits", "false"]
        server = FStoreServer(self.binary, directory, None, under, settings, [word.split("=", 1) for word in environment])
        with server:
            pairs = list(zip(self.data.entities, self.data.rows))
            for feature in self.data.features:
                server.call("POST", "/api/v1/features", {"name": feature, "value_type": "float64"})
            server.call("POST", "/api/v1/online/write", rows(self.data, pairs))
            # As many in every run: signing in costs more than all requests.
            users = range(1 + self.many[name] // self.each_user)
            server.credentials = {
                "GET, limited": [server.make_key("viewer", "standard") for _ in users],
                "GET, signed in": [server.sign_in(f"user-{number}") for number in users],
            }
            with Wire(server.port, server.protocol) as wire:
                for workload in self.workloads:
                    for number in range(self.many[name] if workload == more else self.few):
                        wire.ask(self.request(server, workload, number))
        return total((directory / "log").read_text(errors="replace"), name)

    def each(self, workload, name, under, environment):
        if name not in self.baselines:
            self.baselines[name] = self.run(name, under, environment)
        return (self.run(name, under, environment, workload) - self.baselines[name]) / (self.many[name] - self.few)


def measure(directory, binary):
    """What one operation of each workload costs."""
    measured = {}
    ways = {"instructions": (CALLGRIND, []), "allocations": ([], [f"LD_PRELOAD={BINARIES}/libAllocationCounter.so"])}
    for counts in (EngineCounts(directory), ServerCounts(binary, directory)):
        for workload in counts.workloads:
            measured[workload] = {
                name: round(counts.each(workload, name, under, environment), 2)
                for name, (under, environment) in ways.items()
            }
            print(workload, measured[workload], flush=True)
    return measured


def table(measured):
    """The counts as rows of docs/benchmarks.md."""
    what = {name: row[-1] for name, row in EngineCounts.workloads.items()} | ServerCounts.workloads
    for workload, counts in measured.items():
        instructions = f"{counts['instructions']:,.0f}".replace(",", " ")
        yield f"| {what[workload]} | {instructions} | {counts['allocations']:.1f} |"


def render(measured):
    report.render("counts", {"{table}": "\n".join(table(measured))})


def judge(measured, thresholds):
    """Prints both and returns what is over its threshold."""
    over = []
    signed_in, key = (measured[name]["instructions"] for name in ("GET, signed in", "GET, limited"))
    print(f"\na hot read with an access token / with a key of the same limit: {signed_in / key:.3f} (at most 1.05)")
    if signed_in > 1.05 * key:
        over.append(f"GET, signed in: {signed_in / key:.3f} of the instructions with a key, 1.05 allowed")
    print(f"\n{'':<18} {'instructions':>12} {'threshold':>12}   {'allocations':>11} {'threshold':>9}")
    for workload, numbers in measured.items():
        known = thresholds["counts"].get(workload)
        if known is None:
            over.append(f"{workload} has no threshold; scripts/bench --check --accept writes one")
            continue
        verdicts = []
        for name, count in numbers.items():
            allowed = known[name] * (1 + thresholds["allowance"][name]) + thresholds["slack"][name]
            if count > allowed:
                over.append(f"{workload}: {count} {name}, {allowed:.2f} allowed")
            verdicts.append("over" if count > allowed else "less" if count < known[name] * 0.95 - 1 else "")
        print(
            f"{workload:<18} {numbers['instructions']:>12} {known['instructions']:>12}   "
            f"{numbers['allocations']:>11} {known['allocations']:>9}  {' '.join(verdicts)}"
        )
    return over


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench --check")
    parser.add_argument("--accept", action="store_true", help="writes what is measured as the new thresholds")
    options = parser.parse_args()
    subprocess.run([ROOT / "scripts" / "require", "valgrind", "binutils"], check=True)
    release = ["swift", "build", "-c", "release", "--package-path"]
    subprocess.run([*release, ROOT / "Benchmarks"], check=True)
    subprocess.run([*release, ROOT, "--product", "fstore"], check=True)
    started = time.time()
    directory = Path(tempfile.mkdtemp(prefix="fstore-check-"))
    try:
        measured = measure(directory, ROOT / ".build" / "release" / "fstore")
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    machine = report.machine()
    if options.accept:
        # Parts of a thousand for a compiler's mood; requests also carry the ticks of a second of the server.
        thresholds = {
            "made_with": {name: machine[name] for name in ("processor", "swift", "lmdb", "system")},
            "allowance": {"instructions": 0.03, "allocations": 0.0},
            "slack": {"instructions": 5, "allocations": 0.25},
            "counts": measured,
        }
        THRESHOLDS.write_text(json.dumps(thresholds, indent=2) + "\n")
        print(f"written: {THRESHOLDS.relative_to(ROOT)}")
        render(measured)
        return
    over = judge(measured, json.loads(THRESHOLDS.read_text()))
    print(f"{time.time() - started:.0f} s")
    for line in over:
        print(f"scripts/bench --check: {line}", file=sys.stderr)
    sys.exit(1 if over else 0)


if __name__ == "__main__":
    main()
