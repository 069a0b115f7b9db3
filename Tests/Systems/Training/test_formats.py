"""The same table in four formats, and its answer in four: values are exact, and columns pass through unchanged."""

import datetime
import gzip
import io
import json
import unittest

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from serving import ARROW, CSV, JSON, NDJSON, stream
from tables import FORMATS, VALUES, body, columns, filled, value

def setUpModule():
    global server, rows, expected
    server, rows, expected = filled()


def tearDownModule():
    server.remove()


def read(kind, entities, times, accept=None, question=None, **columns):
    """Asks for a table in any format."""
    question = question or {}
    if kind == JSON:
        members = {name: value == "true" if value in ("true", "false") else value for name, value in question.items()}
        return server.read(
            json.dumps({"rows": {"entity_id": entities, "timestamp": times, **columns}, **members}), JSON, accept
        )
    return server.read(body(kind, entities, times, **columns), kind, accept, **question)


class Values(unittest.TestCase):
    def check(self, found, source, kinds=VALUES):
        for kind in kinds:
            cells = [value(kind, cell, source) for cell in found[kind]]
            right = [value(kind, cell, ARROW) for cell in expected[kind]]
            self.assertEqual(cells, right, f"{kind} in {source}")

    def test_each_value_is_exact_in_each_format(self):
        times = ["2025-01-01T00:00:00Z"] * len(rows)
        notes = [None if number % 3 == 0 else f'"{number}", ü' for number in range(len(rows))]
        question = {"features": list(VALUES)}
        for source in FORMATS:
            for accept in FORMATS:
                with self.subTest(source=source, accept=accept):
                    answer = read(source, rows, times, accept, question, note=notes)
                    found = columns(answer)
                    self.assertEqual(list(found), ["entity_id", "timestamp", "note", *VALUES])
                    self.assertEqual(found["entity_id"], rows)
                    self.assertEqual(found["timestamp"], times)
                    self.assertEqual(found["note"], notes)
                    self.check(found, accept)

    def test_statuses_and_event_times_are_the_same_in_each_format(self):
        question = {"features": ["int64", "string"], "statuses": "true", "event_times": "true", "echo": "false"}
        names = ["int64", "int64__status", "int64__event_time", "string", "string__status", "string__event_time"]
        times = ["2025-01-01", "2023-12-31T23:59:59.999999999Z", "2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00"]
        entities = ["e5", "e0", "e1", "e2"]
        event = np.datetime64("2024-01-01", "ns")
        for source in FORMATS:
            for accept in FORMATS:
                with self.subTest(source=source, accept=accept):
                    found = columns(read(source, entities, times, accept, question))
                    self.assertEqual(list(found), names)
                    self.assertEqual(found["int64__status"], ["NULL", "MISSING", "PRESENT", "PRESENT"])
                    self.assertEqual(found["string"], [VALUES["string"][5], None, *VALUES["string"][1:3]])
                    moments = [value("moment", cell, accept) for cell in found["int64__event_time"]]
                    self.assertEqual(moments, [event, None, event, event])

    def test_the_types_of_arrow(self):
        answer = read(CSV, ["e0"], ["2025-01-01"], ARROW, {"features": list(VALUES), "statuses": "true"})
        schema = answer.table().schema
        types = [schema.field(kind).type for kind in VALUES]
        vector = pa.list_(pa.float32(), 3)
        times = pa.timestamp("ns", "UTC")
        right = [pa.float64(), pa.int64(), pa.bool_(), pa.string(), pa.binary(), times, vector, pa.string()]
        self.assertEqual(types, right)
        self.assertEqual(schema.field("json__status").type, pa.string())

    def test_only_the_features_in_each_format(self):
        times = ["2025-01-01"] * len(rows)
        for source in FORMATS:
            for accept in FORMATS:
                for kinds in (["int64"], ["bool", "int64", "bytes"]):
                    if accept == CSV and len(kinds) == 1:
                        # A line without anything between its ends is one that many readers pass over.
                        continue
                    with self.subTest(source=source, accept=accept, kinds=kinds):
                        found = columns(read(source, rows, times, accept, {"features": kinds, "echo": "false"}))
                        self.assertEqual(list(found), kinds)
                        self.check(found, accept, kinds)

    def test_only_the_rows_in_each_format(self):
        for source in FORMATS:
            for accept in FORMATS:
                with self.subTest(source=source, accept=accept):
                    found = columns(read(source, ["a", "b"], ["2025-01-01"] * 2, accept, {"features": []}))
                    self.assertEqual(found, {"entity_id": ["a", "b"], "timestamp": ["2025-01-01"] * 2})

    def test_neither_rows_nor_features(self):
        question = {"features": [], "echo": "false"}
        lines = read(CSV, ["a", "b"], ["2025-01-01"] * 2, NDJSON, question).body
        self.assertEqual(lines, b"{}\n{}\n")
        answer = read(CSV, ["a", "b"], ["2025-01-01"] * 2, JSON, question)
        self.assertEqual(json.loads(answer.body), {"rows": {}})
        table = read(CSV, ["a", "b"], ["2025-01-01"] * 2, ARROW, question).table()
        self.assertEqual(table.column_names, [])

    def test_a_table_without_rows(self):
        question = {"features": ["int64", "vector(3)"], "statuses": "true"}
        names = ["entity_id", "timestamp", "int64", "int64__status", "vector(3)", "vector(3)__status"]
        for source in (ARROW, CSV, JSON):
            for accept in FORMATS:
                with self.subTest(source=source, accept=accept):
                    found = columns(read(source, [], [], accept, question))
                    self.assertEqual(found, {} if accept == NDJSON else {name: [] for name in names})
        # A stream may have batches, and none of them a row.
        rows = pa.table({"entity_id": pa.array([], pa.string()), "timestamp": pa.array([], pa.timestamp("us"))})
        empty = pa.RecordBatch.from_pylist([], rows.schema)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, rows.schema) as writer:
            for _ in range(3):
                writer.write_batch(empty)
        found = server.read(sink.getvalue().to_pybytes(), **question).table()
        self.assertEqual((found.num_rows, found.column_names), (0, names))

    def test_a_compressed_answer_and_body(self):
        times = ["2025-01-01"] * 2000
        many = rows * (2000 // len(rows)) + rows[: 2000 % len(rows)]
        plain = body(NDJSON, many, times)
        for accept in FORMATS:
            first = server.read(plain, NDJSON, accept, features=["int64", "json"])
            headers = {"Accept-Encoding": "gzip", "Content-Encoding": "gzip"}
            packed = gzip.compress(plain)
            again = server.read(packed, NDJSON, accept, headers=headers.items(), features=["int64", "json"])
            unpacked = gzip.decompress(again.body) if again.headers["Content-Encoding"] == "gzip" else again.body
            self.assertEqual(unpacked, first.body, accept)

    def test_times_of_each_unit_and_zone(self):
        seconds = 1735689600
        for unit, factor in (("s", 1), ("ms", 10**3), ("us", 10**6), ("ns", 10**9)):
            for zone in (None, "UTC", "Europe/Berlin", "+05:30"):
                first = 1704067200 * factor
                times = pa.array([seconds * factor, first - 1, first], pa.timestamp(unit, zone))
                table = pa.table({"entity_id": ["e1"] * 3, "timestamp": times})
                found = server.read(stream(table), features=["int64"]).table()
                self.assertEqual(found["int64"].to_pylist(), [-(2**63), None, -(2**63)], (unit, zone))
                self.assertEqual(found["timestamp"].type, times.type)
        days = [datetime.date(2023, 12, 31), datetime.date(2024, 1, 1)]
        for kind in (pa.date32(), pa.date64()):
            table = pa.table({"entity_id": ["e1"] * 2, "timestamp": pa.array(days, kind)})
            found = server.read(stream(table), features=["int64"]).table()
            self.assertEqual(found["int64"].to_pylist(), [None, -(2**63)])

    def test_names_with_commas_backslashes_and_quotes(self):
        for name in ("a,b", "a\\b", 'a"b', "a b+c%", "ü", "a\\,b"):
            server.feature(name, "int64")
            server.write(name, [("e", "2024-01-01T00:00:00Z", 1)])
            for accept in FORMATS:
                answer = server.read(b"entity_id,timestamp\ne,2025-01-01\n", CSV, accept, features=[name, "bool"])
                self.assertEqual(list(columns(answer)), ["entity_id", "timestamp", name, "bool"], accept)


class Lines(unittest.TestCase):
    def test_a_row_of_one_column_without_a_value_is_a_row(self):
        """Readers of CSV pass over empty lines, pandas among them."""
        answer = read(CSV, ["e0", "nobody", "e2"], ["2025-01-01"] * 3, CSV, {"features": ["int64"], "echo": "false"})
        found = pd.read_csv(io.BytesIO(answer.body), dtype="Int64")
        self.assertEqual(list(found.columns), ["int64"])
        self.assertEqual(found["int64"].tolist(), [2**53 + 1, pd.NA, 2**63 - 1])


if __name__ == "__main__":
    unittest.main()
