"""The server against Redis and Feast: fills them with the same values, measures mark after mark, writes the report.

Started by scripts/bench.
"""

import os
from contextlib import ExitStack

from contenders import feast_server
from contenders.feast_server import FeastServer
from contenders.fstore_server import FStoreServer
from contenders.hello_server import HelloServer
from contenders.redis_server import RedisServer
from runner import cross_checks, prepared, writes
from runner.comparison import Rounds, cpu_us, latency, measure_beside, throughput
from runner.dataset import DataSet
from runner.part import SEED, Part

FEATURES = 50
READERS, TABLE_READERS, WRITERS = 32, 8, 64
ONE_LOOP = ("--threads", "1")
# Requests under way at once on each of few connections.
DEPTH, PIPELINED = 16, 4
# Two passwords are hashed at once, and sixteen wait. A user who is trying already several times has to wait too.
SIGN_INS = 16


class Server(Part):
    name = "server"
    flags = ("apart", "without-feast")

    @classmethod
    def add_options(cls, parser):
        super().add_options(parser)
        parser.add_argument("--entities", type=int)

    def begin(self, stack):
        quick = self.options.quick
        # Which processors the servers get; the load client inherits those of this process.
        self.processors = {min(os.sched_getaffinity(0))} if self.options.apart else None
        if self.options.apart:
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        self.data = DataSet(self.options.entities or (1_000 if quick else 10_000), FEATURES, SEED)
        self.single = self.data.draw_values(4_000 if quick else 20_000)
        self.tables = {
            1: self.data.draw_tables(500 if quick else 4_000, 1),
            100: self.data.draw_tables(20 if quick else 100, 100),
        }
        fstore = FStoreServer(self.options.binary, self.directory / "fstore", self.processors)
        self.fstore = self.start(fstore, stack, self.data)
        self.redis = None
        if self.has("Redis", "redis-server"):
            self.versions["Redis"] = RedisServer.version()
            self.redis = self.start(RedisServer(self.directory / "redis", self.processors), stack, self.data)

    def numbers(self):
        return super().numbers() | {"entities": f"{len(self.data.entities):,}".replace(",", " ")}

    def asked(self, contender, what, questions):
        """A side of a comparison: who is asked, and the file of requests."""
        return contender, self.prepared(contender, what, questions, self.data)

    def compare(self, left, right, connections, rounds=None, **options):
        """Both sides, each given as (contender, requests), under the same load."""
        sides = (self.once(*side, connections, **options) for side in (left, right))
        return Rounds(*sides, rounds or self.rounds, (left[0].name, right[0].name))

    # The marks

    def values(self):
        if not self.redis:
            return
        left, right = (self.asked(side, "value", self.single) for side in (self.fstore, self.redis))
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
        runs = self.compare(left, right, PIPELINED, depth=DEPTH)
        what = f"one value, {PIPELINED} connections with {DEPTH} requests under way on each, FStore / Redis GET"
        self.results += [
            runs.line("pipelined", what, throughput),
            runs.line("pipelined CPU", "the same, processor time of the server for one request", cpu_us),
        ]

    def one_loop(self):
        """FStore with one event loop, as Redis has one thread: the client has a processor to itself."""
        if not self.redis:
            return
        with ExitStack() as stack:
            fstore = FStoreServer(self.options.binary, self.directory / "one-loop", self.processors, settings=ONE_LOOP)
            fstore.name = "FStore, one event loop"
            left = self.asked(self.start(fstore, stack, self.data), "value", self.single)
            runs = self.compare(left, self.asked(self.redis, "value", self.single), READERS)
        what = f"one value over HTTP, FStore with one event loop / Redis GET, {READERS} connections"
        self.results += [
            runs.line("one loop", what, throughput),
            runs.line("one loop p99", "the same, 99th percentile of latency", latency("p99")),
            runs.line("one loop CPU", "the same, processor time of the server for one request", cpu_us),
        ]

    def floor(self):
        """What HTTP itself costs, by a program that does nothing else."""
        _, file = left = self.asked(self.fstore, "value", self.single)
        records = prepared.read(file)
        with prepared.Wire(self.fstore.port, self.fstore.protocol) as wire:
            answer = b"".join(wire.whole_answer(records[0][0]))
        with ExitStack() as stack:
            hello = self.start(HelloServer(self.directory / "hello", answer, self.processors), stack)
            records = [(request, answers, hello.body) for request, answers, _ in records]
            right = hello, prepared.write(self.directory / "hello-value", records)
            runs = self.compare(left, right, READERS)
            what = f"one value over HTTP / a C program that always gives the same answer, {READERS} connections"
            self.results += [
                runs.line("floor", what, throughput),
                runs.line("floor p99", "the same, 99th percentile of latency", latency("p99")),
                runs.line("floor CPU", "the same, processor time of the server for one request", cpu_us),
            ]
            if self.redis:
                runs = self.compare(right, self.asked(self.redis, "value", self.single), READERS)
                what = "the C program over HTTP / Redis GET: what is to be had"
                self.results.append(runs.line("floor Redis", what, throughput))

    def tables_against(self, right, mark, limit, rounds=None):
        if not right:
            return
        for entities, questions in self.tables.items():
            sides = (self.asked(side, f"{entities}×{FEATURES}", questions) for side in (self.fstore, right))
            runs = self.compare(*sides, TABLE_READERS, rounds)
            key = f"{mark} {entities}×{FEATURES}"
            what = f"{entities} × {FEATURES} values over HTTP / {right.name}, {TABLE_READERS} connections"
            self.results += [
                runs.line(key, what, throughput, limit=limit, at_least=True),
                runs.line(f"{key} p99", "the same, 99th percentile of latency", latency("p99")),
                runs.line(f"{key} CPU", "the same, processor time of the servers for one request", cpu_us),
            ]

    def feast(self):
        if self.options.without_feast:
            return
        programs = feast_server.install()
        if not programs or not self.redis:
            self.leave_out("Feast", "it could not be installed from PyPI" if self.redis else "it needs Redis")
            return
        with ExitStack() as stack:
            feast = self.start(FeastServer(programs, self.directory / "feast", self.processors), stack, self.data)
            self.versions["Feast"] = feast.version()
            self.tables_against(feast, "P5", 100, min(self.rounds, 4))

    def writing(self):
        requests = writes.single_values(self.directory / "writes", self.fstore, self.data, 50_000)
        by = lambda count: lambda: self.with_commits(self.once(self.fstore, requests, count))
        runs = Rounds(by(WRITERS), by(1), self.rounds, (f"{WRITERS} clients", "1 client"))
        what = f"durable writes, {WRITERS} clients / 1 client"
        self.results.append(runs.line("P7", what, throughput, limit=4, at_least=True))
        in_commits = lambda run: run["latency_us"]["p99"] / run["commit_us"]
        what = f"99th percentile of {WRITERS} clients, counted in commits of that load"
        self.results.append(runs.line("P7 p99", what, in_commits, lambda run: 1, limit=3))
        what = f"99th percentile of {WRITERS} clients / median of one client, whose commit holds one value"
        self.results.append(runs.line("P7 p99 alone", what, latency("p99"), latency("p50")))
        if not self.redis:
            return
        with ExitStack() as stack:
            durable = RedisServer(self.directory / "redis-durable", self.processors, is_durable=True)
            durable.name = "Redis that syncs"
            right = self.start(durable, stack), writes.redis_values(self.directory / "redis-writes", 50_000)
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
        batches = writes.batches(self.directory / "batches", self.fstore, self.data, 500, 20)
        self.beside("P9", self.fstore, batches, 4, "a writer", "writer saturated / idle")

    def under_sign_ins(self):
        """As many sign-ins at once as the server takes without refusing any. Each costs a hash of a password."""
        with ExitStack() as stack:
            # All clients have one address.
            settings = ("--address-limits", "false")
            fstore = FStoreServer(self.options.binary, self.directory / "sign-ins", self.processors, settings=settings)
            fstore.name = "FStore, signing in"
            self.start(fstore, stack, self.data)
            sign_ins = writes.sign_ins(self.directory / "people", fstore, 10 * SIGN_INS)
            self.beside("P9 sign-ins", fstore, sign_ins, SIGN_INS, "sign-ins", "flood of sign-ins / none")

    def beside(self, key, fstore, requests, connections, name, compared):
        """Reads at a fixed rate, a tenth of what the server can do, alone and beside others that never rest."""
        _, reads = self.asked(fstore, "value", self.single)
        rate = int(throughput(self.once(fstore, reads, READERS)()) / 10)
        idle = self.once(fstore, reads, READERS, rate=rate)
        beside = lambda: measure_beside(idle, fstore, requests, self.seconds + 2, connections)
        runs = Rounds(beside, idle, self.rounds, (f"beside {name}", "alone"))
        what = f"99th percentile of {rate} reads a second, {compared}"
        self.results += [
            runs.line(key, what, latency("p99"), limit=1.5),
            runs.line(f"{key} p50", "the same, median", latency("p50")),
        ]

    def tables_redis(self):
        self.tables_against(self.redis, "P6", 1.0)

    def redis_benchmark(self):
        """Redis by its own client, so that nobody need believe that it was asked badly."""
        if not self.redis:
            return
        requests = cross_checks.redis_requests(self.redis, self.directory)
        ours = self.once(self.redis, requests, READERS)
        theirs = cross_checks.redis_benchmark(self.redis, round(throughput(ours()) * self.seconds), READERS)
        runs = Rounds(ours, theirs, self.rounds, ("load-client", "redis-benchmark"))
        self.results += [
            runs.line("check", "Redis GET, by this client / by redis-benchmark", throughput),
            runs.line("check p50", "the same, median of latency", latency("p50")),
        ]

    groups = {
        "P4": values,
        "one-loop": one_loop,
        "floor": floor,
        "P6": tables_redis,
        "P5": feast,
        "P7": writing,
        "P9": under_writes,
        "sign-ins": under_sign_ins,
        "check": redis_benchmark,
    }


if __name__ == "__main__":
    Server.main()
