"""The server under other loads: favorites, wide tables, reads with writes, durable writes, bulk loads, rising load.

Started by scripts/bench.
"""

import random
from array import array
from contextlib import ExitStack

from contenders import postgresql
from contenders.fstore_history import FStoreHistory
from contenders.fstore_server import FStoreServer
from runner import cross_checks, prepared, writes
from runner.bulk import Bulk
from runner.comparison import cpu_us, latency, measure, throughput
from runner.dataset import DataSet
from runner.history import Group, Histories
from runner.part import SEED, Part
from runner.turns import Turns

FEATURES = 250
READERS, TABLE_READERS = 32, 8
BULK_VERSIONS = 100
SIZE_VERSIONS = 100
INSERT = (
    "INSERT INTO written VALUES ($1, $2, $3) ON CONFLICT (entity, event_time) DO UPDATE SET value = EXCLUDED.value"
)


class Server(FStoreServer):
    send_lines = FStoreHistory.send_lines


class Workloads(Part):
    name = "workloads"

    def __init__(self, options, directory):
        super().__init__(options, directory)
        self.data = DataSet(500 if options.quick else 10_000, FEATURES, SEED)
        self.count = 5_000 if options.quick else 50_000
        self.bulk_entities = 2_000 if options.quick else 10_000
        self.values = self.data.draw_values(self.count)

    def begin(self, stack):
        self.fstore = self.start(Server(self.options.binary, self.directory / "fstore"), stack, self.data)
        self.redis = self.durable = self.postgres = None
        if self.has("Redis", "redis-server"):
            from contenders.redis_server import RedisServer

            self.redis = self.start(RedisServer(self.directory / "redis"), stack, self.data)
            self.durable = RedisServer(self.directory / "redis-durable", is_durable=True)
            self.durable.name = "Redis that syncs"
            self.versions["Redis"] = RedisServer.version()
            self.start(self.durable, stack)
        if self.has("PostgreSQL", "postgresql", "postgresql-contrib"):
            from contenders import postgres_server

            self.postgres = self.start(postgres_server.PostgresServer(self.directory / "postgresql"), stack)
            key = "PRIMARY KEY (entity, event_time)"
            self.postgres.run(f"CREATE TABLE written (entity text, event_time timestamptz, value float8, {key})")
            self.postgres.name_statements({"insert": INSERT})
            self.versions["PostgreSQL"] = postgres_server.version()

    def add(self, pair, key, what, with_cpu=True):
        self.results.append(pair.line(key, what, throughput))
        self.results.append(pair.line(f"{key}, p99", "the same, 99th percentile of latency", latency("p99")))
        if with_cpu:
            self.results.append(pair.line(f"{key}, CPU", "the same, processor time of the server", cpu_us))

    def reads(self, contender, what, questions, connections=READERS, **options):
        return self.once(contender, self.prepared(contender, what, questions, self.data), connections, **options)

    def keys(self):
        zipf = self.data.draw_favorites(self.count, 0.99)
        sides = {
            f"{contender.name}, {what}": self.reads(contender, what, questions)
            for contender in filter(None, (self.fstore, self.redis))
            for what, questions in (("Zipf", zipf), ("uniform", self.values))
        }
        if self.redis:
            # How far chance alone moves a ratio.
            sides["Redis again"] = sides["Redis, uniform"]
        turns = Turns(sides, self.rounds)
        what = "one value, favorites by Zipf's law (0.99) / all keys alike, FStore"
        self.results.append(turns.pair("FStore, Zipf", "FStore, uniform").line("Zipf, FStore", what, throughput))
        if self.redis:
            for kind in ("Zipf", "uniform"):
                pair = turns.pair(f"FStore, {kind}", f"Redis, {kind}")
                self.add(pair, f"{kind}, Redis", f"one value, {kind}, FStore / Redis GET")
            self.add(turns.pair("Redis again", "Redis, uniform"), "null", "Redis GET against itself", with_cpu=False)

    def tables(self):
        if not self.redis:
            return
        for entities, count in ((1, 200), (100, 10)):
            questions = self.data.draw_tables(count if self.options.quick else 5 * count, entities)
            what = f"{entities}×{FEATURES}"
            # Long enough for some hundred of the largest tables.
            seconds = self.seconds if entities == 1 else 2 * self.seconds
            side = lambda c: self.reads(c, what, questions, TABLE_READERS, seconds=seconds)
            sides = {c.name: side(c) for c in (self.fstore, self.redis)}
            pair = Turns(sides, self.rounds).pair("FStore", "Redis")
            self.add(pair, what, f"{entities} × {FEATURES} values, FStore / Redis HMGET")

    def sizes(self):
        """A store against one that is ten times as large, as no cache is."""
        sizes = (20_000, 200_000) if self.options.quick else (1_000_000, 10_000_000)
        with ExitStack() as stack:
            sides = {}
            for cells in sizes:
                group = Group("size", 1, cells // SIZE_VERSIONS, SIZE_VERSIONS)
                data = Histories([group], SEED)
                store = FStoreHistory(self.options.binary, self.directory / f"cells-{cells}")
                store.name = f"FStore, {cells // 1000} k"
                self.start(store, stack, data)
                for kind in ("newest", "as of"):
                    questions = data.draw("size", self.count, newest=kind == "newest")
                    requests = self.prepared(store, f"size, {kind}", questions, data)
                    sides[kind, cells] = self.once(store, requests, READERS)
            turns = Turns(sides, self.rounds)
        for kind, what in (("newest", "newest value"), ("as of", "value at a moment of the past")):
            numbers = [f"{cells:,}".replace(",", " ") for cells in reversed(sizes)]
            pair = turns.pair((kind, sizes[1]), (kind, sizes[0]))
            what = f"{what}, FStore with {numbers[0]} cells / {numbers[1]}"
            self.add(pair, f"size, {kind}", what)

    def written(self, contender, number):
        """A durable write of one value, no two alike."""
        entity, value, at = f"written_{number % 2000:06}", number + 0.5, writes.moment(number)
        if contender is self.fstore:
            body = {"entity_id": entity, "value": value, "timestamp": at}
            return contender.bytes("POST", f"/api/v1/features/{self.data.features[0]}/values", body)
        if contender is self.postgres:
            return postgresql.run_statement("insert", entity, at, repr(value))
        return prepared.resp("SET", entity, repr(value))

    def mixed(self):
        sides = {"FStore, reads only": self.reads(self.fstore, "reads", self.values)}
        places = random.Random(SEED).sample(range(self.count), self.count // 20)
        for contender in filter(None, (self.fstore, self.durable)):
            if contender is self.durable:
                contender.load(self.data)
            path = self.directory / f"{contender.name}-mixed"
            reads = prepared.prepare(path, contender, self.values, self.data)
            records = prepared.read(reads)
            for place in places:
                records[place] = (self.written(contender, place), 1, b"")
            sides[contender.name] = self.once(contender, prepared.write(path, records), READERS)
        turns = Turns(sides, self.rounds)
        what = "95 % reads and 5 % durable writes / reads only, FStore"
        self.results.append(turns.pair("FStore", "FStore, reads only").line("95/5, FStore", what, throughput))
        if self.durable:
            pair = turns.pair("FStore", "Redis that syncs")
            self.add(pair, "95/5, Redis", "95 % reads and 5 % durable writes, FStore / Redis that syncs")

    def durable_writes(self):
        contenders = list(filter(None, (self.fstore, self.durable, self.postgres)))
        numbers = range(self.count)
        for contender in contenders:
            path = self.directory / f"{contender.name}-writes"
            prepared.write(path, [(self.written(contender, number), 1, b"") for number in numbers])
        rounds = max(1, self.rounds // 2)
        for clients in (1, 16, 64):
            sides = {c.name: self.once(c, self.directory / f"{c.name}-writes", clients) for c in contenders}
            turns = Turns(sides, rounds)
            for other in contenders[1:]:
                what = f"durable writes of one value, {clients} client{'s' * (clients > 1)}, FStore / {other.name}"
                self.add(turns.pair("FStore", other.name), f"{clients} writing, {other.name}", what)

    def bulk(self):
        group = Group("bulk", 1, self.bulk_entities, BULK_VERSIONS)
        values = random.Random(SEED)
        group.values = array("d", (values.uniform(-1000, 1000) for _ in range(group.cells)))
        bulk = Bulk(group, self.directory, self.fstore, self.options.binary, self.postgres)
        turns = Turns(bulk.sides(), 1 if self.options.quick else 3)
        pairs = [("FStore, HTTP", "fstore load")]
        pairs += [(left, "PostgreSQL, COPY") for left in pairs[0]] if self.postgres else []
        for left, right in pairs:
            what = f"cells a second of a bulk load, {left} / {right}"
            self.results.append(turns.pair(left, right).line(f"bulk, {left} / {right}", what, throughput))

    def rising_load(self):
        contenders = list(filter(None, (self.fstore, self.redis)))
        files = {c.name: self.prepared(c, "reads", self.values, self.data) for c in contenders}
        full = {c.name: throughput(measure(c, files[c.name], self.seconds, READERS)) for c in contenders}
        rounds = max(1, self.rounds // 2)
        for percent in (10, 30, 50, 70, 90) if self.options.quick else range(10, 100, 10):
            rate = lambda c: round(full[c.name] * percent / 100)
            sides = {c.name: self.once(c, files[c.name], READERS, rate=rate(c)) for c in contenders}
            turns = Turns(sides, rounds)
            names = [c.name for c in contenders]
            pair = turns.pair(names[0], names[-1])
            what = f"p99 at {percent} % of what each can do, {names[0]} / {names[-1]}"
            self.results.append(pair.line(f"load {percent} %", what, latency("p99")))

    def wrk(self):
        if not self.has("wrk", "wrk"):
            return
        targets = [self.fstore.request(question)[0].split(b" ")[1].decode() for question in self.values]
        for connections in (READERS, 1):
            ours = self.reads(self.fstore, "reads", self.values, connections)
            theirs = cross_checks.wrk(self.fstore, targets, self.directory, self.seconds, connections)
            pair = Turns({"load-client": ours, "wrk": theirs}, self.rounds).pair("load-client", "wrk")
            key = "wrk" if connections > 1 else "wrk, one connection"
            what = f"FStore, one value, {connections} connection{'s' * (connections > 1)}, by this client / by wrk"
            self.results += [
                pair.line(key, what, throughput),
                pair.line(f"{key}, p50", "the same, median of latency", latency("p50")),
                pair.line(f"{key}, p99", "the same, 99th percentile", latency("p99")),
            ]

    groups = {
        "keys": keys,
        "tables": tables,
        "sizes": sizes,
        "mixed": mixed,
        "writes": durable_writes,
        "bulk": bulk,
        "load": rising_load,
        "wrk": wrk,
    }

    def numbers(self):
        spaced = lambda number: f"{number:,}".replace(",", " ")
        entities = len(self.data.entities)
        return super().numbers() | {
            "entities": spaced(entities),
            "cells": spaced(entities * FEATURES),
            "questions": spaced(self.count),
            "bulk": spaced(self.bulk_entities * BULK_VERSIONS),
        }


if __name__ == "__main__":
    Workloads.main()
