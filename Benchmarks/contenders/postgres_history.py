"""PostgreSQL with whole histories: a table for each depth, and the features of one entity in two layouts."""

import copy
import itertools

from contenders import postgresql
from contenders.fstore_history import second_of
from contenders.postgres_server import PostgresServer
from runner.history import STEP, moment

# A step down the index for each asked series, whose entry already has the value.
NEWEST_FIRST = "ORDER BY event_time DESC LIMIT 1"
EACH_ENTITY = "unnest($1::text[]) WITH ORDINALITY AS asked(entity, place)"
EACH_FEATURE = "unnest($1::text[]) WITH ORDINALITY AS asked(feature, place)"


def as_of(table):
    return f"SELECT event_time, value FROM {table} WHERE entity = $1 AND event_time <= $2 {NEWEST_FIRST}"


def column(table, bound):
    cell = f"SELECT event_time, value FROM {table} AS t WHERE t.entity = asked.entity{bound} {NEWEST_FIRST}"
    return f"SELECT cell.* FROM {EACH_ENTITY} CROSS JOIN LATERAL ({cell}) AS cell ORDER BY place"


SERIES = "t.feature = asked.feature AND t.entity = $2 AND t.event_time <= $3"
STATEMENTS = {
    "as_of_depth_1": as_of("depth_1"),
    "as_of_depth_100": as_of("depth_100"),
    "as_of_depth_10000": as_of("depth_10000"),
    "newest": column("depth_100", ""),
    "newest_distinct": "SELECT DISTINCT ON (entity) entity, event_time, value FROM depth_100 "
    "WHERE entity = ANY($1::text[]) ORDER BY entity, event_time DESC",
    "column_as_of": column("depth_100", " AND t.event_time <= $2"),
    "row": f"SELECT cell.* FROM {EACH_FEATURE} CROSS JOIN LATERAL (SELECT event_time, value FROM cells AS t "
    f"WHERE {SERIES} {NEWEST_FIRST}) AS cell ORDER BY place",
}


class PostgresHistory(PostgresServer):
    distinct_on = False
    wide_row = False

    def otherwise(self, name, **attributes):
        """The same server, asked in another way."""
        other = copy.copy(self)
        other.name = name
        for attribute, value in attributes.items():
            setattr(other, attribute, value)
        return other

    def load(self, data):
        for group in data.groups.values():
            self.load_row(group) if group.name == "row" else self.load_depth(group)
        wide = ", ".join(data.groups["row"].features)
        wide = f"SELECT event_time, {wide} FROM wide WHERE entity = $1 AND event_time <= $2 {NEWEST_FIRST}"
        self.name_statements(STATEMENTS | {"row_wide": wide})
        self.run("CHECKPOINT")

    def load_depth(self, group):
        columns = "entity text, event_time timestamptz, value float8"
        self.run(f"CREATE TABLE {group.name} ({columns}, PRIMARY KEY (entity, event_time) INCLUDE (value))")
        self.copy(group.name, (f"{name}\t{at}\t{group.value(0, *cell)!r}\n" for name, at, cell in cells(group)))

    def load_row(self, group):
        features = list(enumerate(group.features))
        columns = "feature text, entity text, event_time timestamptz, value float8"
        self.run(f"CREATE TABLE cells ({columns}, PRIMARY KEY (feature, entity, event_time) INCLUDE (value))")
        series = itertools.product(features, cells(group))
        self.copy("cells", (f"{f}\t{name}\t{at}\t{group.value(n, *cell)!r}\n" for (n, f), (name, at, cell) in series))
        columns = ", ".join(f"{feature} float8" for feature in group.features)
        key = "PRIMARY KEY (entity, event_time)"
        self.run(f"CREATE TABLE wide (entity text, event_time timestamptz, {columns}, {key})")
        values = lambda cell: "\t".join(repr(group.value(number, *cell)) for number, _ in features)
        self.copy("wide", (f"{name}\t{at}\t{values(cell)}\n" for name, at, cell in cells(group)))

    def request(self, question):
        group, names = question.group, question.entity_names
        at = () if question.second is None else (moment(question.second),)
        if group.name == "row" and self.wide_row:
            return postgresql.run_statement("row_wide", names[0], *at), 1
        if group.name == "row":
            return postgresql.run_statement("row", postgresql.array(question.feature_names), names[0], *at), 1
        if len(names) == 1:
            return postgresql.run_statement(f"as_of_{group.name}", names[0], *at), 1
        statement = "column_as_of" if at else "newest_distinct" if self.distinct_on else "newest"
        return postgresql.run_statement(statement, postgresql.array(names), *at), 1

    def read(self, question, contents):
        rows = postgresql.rows(contents[0])
        if question.group.name == "row" and self.wide_row:
            return [[(second_of(rows[0][0]), float(text)) for text in rows[0][1:]]]
        pairs = [(second_of(row[-2]), float(row[-1])) for row in rows]
        if self.distinct_on:
            by_name = {row[0]: pair for row, pair in zip(rows, pairs)}
            return [[by_name.get(name)] for name in question.entity_names]
        return [pairs] if question.group.name == "row" else [[pair] for pair in pairs]


def cells(group):
    """The name of the entity, the time, and the numbers of both, for every event of the group."""
    moments = [moment(version * STEP) for version in range(group.versions)]
    for entity, name in enumerate(group.entities):
        for version, text in enumerate(moments):
            yield name, text, (entity, version)
