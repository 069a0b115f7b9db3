"""FStore against Redis and PostgreSQL that keep the same histories: what was the value at a moment of the past.

Started by scripts/bench.
"""


from contenders.fstore_history import FStoreHistory
from runner import cross_checks
from runner.comparison import cpu_us, latency, throughput
from runner.history import Histories, depths_and_rows
from runner.part import SEED, Part
from runner.turns import Turns

READERS, TABLE_READERS = 32, 8


class Peers(Part):
    name = "peers"

    def __init__(self, options, directory):
        super().__init__(options, directory)
        self.data = Histories(depths_and_rows(50_000 if options.quick else 1_000_000), SEED)
        self.count = 2_000 if options.quick else 20_000

    def begin(self, stack):
        """Starts and fills everybody who is there, FStore first."""
        self.fstore = self.start(FStoreHistory(self.options.binary, self.directory / "fstore"), stack, self.data)
        self.contenders = [self.fstore]
        self.postgres = None
        if self.has("Redis", "redis-server"):
            from contenders.redis_history import RedisHistory

            redis = RedisHistory(self.directory / "redis")
            self.contenders.append(self.start(redis, stack, self.data))
            self.versions["Redis"] = redis.version()
        if self.has("PostgreSQL", "postgresql", "postgresql-contrib"):
            from contenders import postgres_server
            from contenders.postgres_history import PostgresHistory

            self.postgres = self.start(PostgresHistory(self.directory / "postgresql"), stack, self.data)
            self.contenders.append(self.postgres)
            self.versions["PostgreSQL"] = postgres_server.version()

    def compare(self, key, what, questions, connections, others=()):
        """FStore against all others under the same questions."""
        contenders = [*self.contenders, *others]
        side = lambda c: self.once(c, self.prepared(c, key, questions, self.data), connections)
        turns = Turns({contender.name: side(contender) for contender in contenders}, self.rounds)
        for other in contenders[1:]:
            pair = turns.pair("FStore", other.name)
            self.results += [
                pair.line(f"{key}, {other.name}", f"{what}, FStore / {other.name}", throughput),
                pair.line(f"{key}, {other.name}, p99", "the same, 99th percentile of latency", latency("p99")),
                pair.line(f"{key}, {other.name}, CPU", "the same, processor time of the server", cpu_us),
            ]
        return turns

    def depths(self):
        for depth in (1, 100, 10_000):
            questions = self.data.draw(f"depth_{depth}", self.count)
            self.compare(f"as of, depth {depth}", "one value at a moment of the past", questions, READERS)

    def depth_alone(self):
        """Each contender against itself: what ten thousand versions cost."""
        for contender in self.contenders:
            sides = {
                f"{contender.name}, depth {depth}": self.once(
                    contender,
                    self.prepared(
                        contender, f"as of, depth {depth}", self.data.draw(f"depth_{depth}", self.count), self.data
                    ),
                    READERS,
                )
                for depth in (10_000, 1)
            }
            pair = Turns(sides, self.rounds).pair(*sides)
            what = f"the same of {contender.name}, 10 000 versions / 1"
            self.results.append(pair.line(f"depth of {contender.name}", what, throughput))

    def columns(self):
        count = self.count // 10
        newest = self.data.draw("depth_100", count, 100, newest=True)
        others = [self.postgres.otherwise("PostgreSQL, DISTINCT ON", distinct_on=True)] if self.postgres else []
        self.compare("100 newest", "newest values of 1 feature of 100 entities", newest, TABLE_READERS, others)
        past = self.data.draw("depth_100", count, 100)
        self.compare("100 as of", "the same at a moment of the past", past, TABLE_READERS)

    def rows(self):
        questions = self.data.draw("row", self.count)
        others = [self.postgres.otherwise("PostgreSQL, wide rows", wide_row=True)] if self.postgres else []
        what = "50 features of 1 entity at a moment of the past"
        self.compare("1×50 as of", what, questions, TABLE_READERS, others)

    def pgbench(self):
        if self.postgres:
            questions = self.data.draw("depth_100", self.count)
            requests = self.prepared(self.postgres, "as of, depth 100", questions, self.data)
            ours = self.once(self.postgres, requests, READERS)
            theirs = cross_checks.pgbench(self.postgres, self.data.groups["depth_100"], self.seconds, READERS)
            pair = Turns({"load-client": ours, "pgbench": theirs}, self.rounds).pair("load-client", "pgbench")
            what = "PostgreSQL, one value as of, depth 100, by this client / by pgbench"
            self.results.append(pair.line("pgbench", what, throughput))

    groups = {"depth": depths, "alone": depth_alone, "column": columns, "row": rows, "pgbench": pgbench}

    def numbers(self):
        return super().numbers() | {
            "cells": f"{self.data.groups['row'].cells:,}".replace(",", " "),
        }


if __name__ == "__main__":
    Peers.main()
