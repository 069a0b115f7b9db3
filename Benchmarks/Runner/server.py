"""The server against Redis and Feast: fills them with the same values, measures mark after mark, writes the report.

Started by scripts/bench.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import feast_server
import report
import writes
from comparison import Rounds, cpu_us, latency, measure, measure_beside, throughput
from dataset import DataSet
from feast_server import FeastServer
from fstore_server import FStoreServer
from prepared import prepare
from redis_server import RedisServer

ROOT = Path(__file__).resolve().parent.parent.parent
SEED = 20_260_101
FEATURES = 50
READERS, TABLE_READERS, WRITERS = 32, 8, 64


class Server:
    def __init__(self, options, directory):
        self.options = options
        self.directory = directory
        self.rounds = 2 if options.quick else 10
        self.seconds = 1.0 if options.quick else 3.0
        # Which processors the servers get; the load client inherits those of this process.
        self.processors = {min(os.sched_getaffinity(0))} if options.apart else None
        self.data = DataSet(options.entities, FEATURES, SEED)
        self.single = self.data.draw_values(4_000 if options.quick else 20_000)
        self.tables = {
            1: self.data.draw_tables(500 if options.quick else 4_000, 1),
            100: self.data.draw_tables(30 if options.quick else 100, 100),
        }
        self.files = {}
        self.results = []
        self.versions = {"Redis": RedisServer.version()}

    def start(self, contender, stack):
        stack.enter_context(contender)
        started = time.time()
        contender.load(self.data)
        count = len(self.data.entities) * FEATURES
        print(f"{contender.name} has {count} values after {time.time() - started:.1f} s", flush=True)
        return contender

    def prepared(self, contender, what, questions):
        name = f"{contender.name}-{what}"
        if name not in self.files:
            self.files[name] = prepare(self.directory / name, contender, questions, self.data)
        return contender, self.files[name]

    def compare(self, left, right, connections, rounds=None):
        """Both sides, each given as (contender, requests), under the same load."""

        def once(contender, requests):
            return lambda: measure(contender, requests, self.seconds, connections)

        return Rounds(once(*left), once(*right), rounds or self.rounds)

    # The marks

    def values(self):
        left, right = (self.prepared(side, "value", self.single) for side in (self.fstore, self.redis))
        runs = self.compare(left, right, READERS)
        what = f"one value of one entity over HTTP / Redis GET, {READERS} connections"
        self.results += [
            runs.line("P4", what, throughput, limit=1.0, at_least=True),
            runs.line("P4 p99", "the same, 99th percentile of latency", latency("p99"), limit=1.0),
            runs.line("P4 CPU", "the same, processor time of the server for one request", cpu_us),
        ]
        self.results.append(self.compare(right, right, READERS).line("null", "Redis GET against itself", throughput))
        runs = self.compare(left, right, 1)
        self.results.append(runs.line("one client", "the same with one connection, median of latency", latency("p50")))

    def tables_against(self, right, mark, limit, rounds=None):
        for entities, questions in self.tables.items():
            sides = (self.prepared(side, f"{entities}×{FEATURES}", questions) for side in (self.fstore, right))
            runs = self.compare(*sides, TABLE_READERS, rounds)
            key = f"{mark} {entities}×{FEATURES}"
            what = f"{entities} × {FEATURES} values over HTTP / {right.name}, {TABLE_READERS} connections"
            self.results += [
                runs.line(key, what, throughput, limit=limit, at_least=True),
                runs.line(f"{key} p99", "the same, 99th percentile of latency", latency("p99")),
                runs.line(f"{key} CPU", "the same, processor time of the servers for one request", cpu_us),
            ]

    def feast(self):
        programs = feast_server.install(ROOT / ".data" / "feast", ROOT / "scripts" / "require")
        with ExitStack() as stack:
            feast = self.start(FeastServer(programs, self.directory / "feast", self.processors), stack)
            self.versions["Feast"] = feast.version()
            self.tables_against(feast, "P5", 100, min(self.rounds, 4))

    def writing(self):
        requests = writes.single_values(self.directory / "writes", self.fstore, self.data, 50_000)
        by = lambda count: lambda: self.with_commits(lambda: measure(self.fstore, requests, self.seconds, count))
        runs = Rounds(by(WRITERS), by(1), self.rounds)
        what = f"durable writes, {WRITERS} clients / 1 client"
        self.results.append(runs.line("P7", what, throughput, limit=4, at_least=True))
        in_commits = lambda run: run["latency_us"]["p99"] / run["commit_us"]
        what = f"99th percentile of {WRITERS} clients, counted in commits of that load"
        self.results.append(runs.line("P7 p99", what, in_commits, lambda run: 1, limit=3))
        what = f"99th percentile of {WRITERS} clients / median of one client, whose commit holds one value"
        self.results.append(runs.line("P7 p99 alone", what, latency("p99"), latency("p50")))
        with RedisServer(self.directory / "redis-durable", self.processors, is_durable=True) as durable:
            right = durable, writes.redis_values(self.directory / "redis-writes", 50_000)
            runs = self.compare((self.fstore, requests), right, WRITERS)
        what = f"durable writes of {WRITERS} clients, FStore / Redis that syncs before it answers"
        self.results.append(runs.line("P7 Redis", what, throughput))

    def with_commits(self, run):
        """A run with the mean duration of the commits that were made during it."""
        before = self.fstore.commits()
        measured = run()
        count, seconds = (now - then for now, then in zip(self.fstore.commits(), before))
        return measured | {"commit_us": seconds * 1e6 / count}

    def under_writes(self):
        """Reads at a fixed rate, a tenth of what the server can do, alone and beside a writer that never rests."""
        _, reads = self.prepared(self.fstore, "value", self.single)
        batches = writes.batches(self.directory / "batches", self.fstore, self.data, 500, 20)
        rate = int(throughput(measure(self.fstore, reads, self.seconds, READERS)) / 10)
        idle = lambda: measure(self.fstore, reads, self.seconds, READERS, rate=rate)
        runs = Rounds(lambda: measure_beside(idle, self.fstore, batches, self.seconds + 2, 4), idle, self.rounds)
        what = f"99th percentile of {rate} reads a second, writer saturated / idle"
        self.results += [
            runs.line("P9", what, latency("p99"), limit=1.5),
            runs.line("P9 p50", "the same, median", latency("p50")),
        ]

    def tables_redis(self):
        self.tables_against(self.redis, "P6", 1.0)

    def run(self):
        parts = {
            "P4": self.values,
            "P6": self.tables_redis,
            "P5": self.feast,
            "P7": self.writing,
            "P9": self.under_writes,
        }
        with ExitStack() as stack:
            fstore = FStoreServer(self.options.binary, self.directory / "fstore", self.processors)
            self.fstore = self.start(fstore, stack)
            self.redis = self.start(RedisServer(self.directory / "redis", self.processors), stack)
            for mark in self.options.only or parts:
                if mark != "P5" or not self.options.without_feast:
                    parts[mark]()


def build(options):
    subprocess.run([ROOT / "scripts" / "require", "redis-server"], check=True)
    release = ["swift", "build", "-c", "release", "--package-path"]
    subprocess.run([*release, ROOT / "Benchmarks", "--product", "load-client"], check=True)
    if options.binary is None:
        subprocess.run([*release, ROOT, "--product", "fstore"], check=True)
        options.binary = ROOT / ".build" / "release" / "fstore"


def refuse_memory(directory):
    """Durable writes to a file system that lives in memory would be a fairy tale."""
    kind = report.output("stat", "-f", "-c", "%T", directory)
    if kind in ("tmpfs", "ramfs"):
        raise SystemExit(f"{directory} is in memory ({kind}); give --directory on a disk")
    return kind


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench server")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--apart", action="store_true")
    parser.add_argument("--without-feast", action="store_true")
    parser.add_argument("--only", action="append", choices=["P4", "P5", "P6", "P7", "P9"])
    parser.add_argument("--entities", type=int, default=10_000)
    parser.add_argument("--binary", type=Path)
    parser.add_argument("--directory")
    options = parser.parse_args()
    if options.only and options.write:
        parser.error("--write needs all marks, --only leaves some out")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    build(options)
    started = time.time()
    directory = Path(tempfile.mkdtemp(prefix="fstore-bench-", dir=options.directory))
    try:
        kind = refuse_memory(directory)
        server = Server(options, directory)
        if options.apart:
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        print(f"data and questions from seed {SEED}, {server.rounds} rounds", flush=True)
        server.run()
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    if options.write or not (options.quick or options.only):
        given = [name for name in ("quick", "apart", "without_feast") if getattr(options, name)]
        words = "".join(f" --{name.replace('_', '-')}" for name in given)
        seconds = time.time() - started
        server.versions["file system"] = kind
        command = f"scripts/bench server{words}"
        numbers = {"entities": f"{options.entities:,}".replace(",", " ")}
        report.write("server", server.results, command, server.rounds, SEED, seconds, server.versions, numbers)
    print(f"{time.time() - started:.0f} s")


if __name__ == "__main__":
    main()
