"""Columns of the rows pass through unchanged, whichever program has written them."""

import datetime
import decimal
import io
import unittest

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv

from serving import ARROW, CSV, JSON, NDJSON, Refused, stream
from tables import FORMATS, VALUES, columns, filled

def setUpModule():
    global server
    server, _, _ = filled()


def tearDownModule():
    server.remove()


class PassingThrough(unittest.TestCase):
    """Columns of Arrow come back with their types, their values and their metadata."""

    def columns(self):
        strings = ["a", "", None, "ü 🦉"]
        return {
            "large_string": pa.array(strings, pa.large_string()),
            "string_view": pa.array([*strings[:3], "a text that is longer than a view"], pa.string_view()),
            "binary": pa.array([b"a", b"", None, b"\xff"], pa.binary()),
            "large_binary": pa.array([b"a", b"", None, b"\xff"], pa.large_binary()),
            "fixed": pa.array([b"abc", b"def", None, b"\x00\x01\x02"], pa.binary(3)),
            "dictionary": pa.array(strings).dictionary_encode(),
            "numbers": pa.array([7, 8, None, 7], pa.int64()).dictionary_encode(),
            "int8": pa.array([1, -128, None, 127], pa.int8()),
            "uint8": pa.array([1, 255, None, 0], pa.uint8()),
            "uint64": pa.array([1, 2**64 - 1, None, 0], pa.uint64()),
            "half": pa.array(np.array([1, 2, 3, np.nan], np.float16)),
            "float": pa.array([0.1, float("nan"), None, float("inf")], pa.float32()),
            "double": pa.array([0.1, float("nan"), None, -0.0], pa.float64()),
            "bool": pa.array([True, False, None, True]),
            "null": pa.nulls(4),
            "date32": pa.array([0, 2932896, None, -719162], pa.date32()),
            "date64": pa.array([0, 86_400_000, None, -86_400_000], pa.date64()),
            "second": pa.array([0, 2**40, None, -1], pa.timestamp("s")),
            "zoned": pa.array([0, 1, None, -1], pa.timestamp("us", "America/New_York")),
            "list": pa.array([[1.5], [], None, [1, 2]], pa.list_(pa.float64())),
            "large_list": pa.array([[1.5], [], None, [1, 2]], pa.large_list(pa.float32())),
            "vector": pa.array([[1, 2], [3, 4], None, [5, 6]], pa.list_(pa.float32(), 2)),
        }

    def table(self, **columns):
        known = {"entity_id": ["e1", "e0", "e1", "e2"], "timestamp": pa.array([2_000_000_000] * 4, pa.timestamp("s"))}
        return pa.table({**known, **columns})

    def test_columns_of_each_type(self):
        table = self.table(**self.columns())
        names = {name: {"unit": name} for name in table.column_names}
        fields = [field.with_metadata(names[field.name]) for field in table.schema]
        table = table.cast(pa.schema(fields, {"who": "somebody"}))
        repeated = pa.concat_tables([table] * 500).unify_dictionaries()
        for rows, size in ((table, None), (table, 1), (table, 3), (repeated, 333), (repeated[17:1500], 100)):
            found = server.read(stream(rows, size), features=["int64", "string"]).table()
            self.assertEqual(found.schema.metadata, {b"who": b"somebody"})
            passed = found.select(rows.column_names)
            self.assertTrue(passed.schema.equals(rows.schema, check_metadata=True))
            for name in rows.column_names:
                left, right = passed[name].combine_chunks(), rows[name].combine_chunks()
                if name in ("half", "float", "double"):  # with NaN, which does not equal itself
                    self.assertEqual(str(left.to_pylist()), str(right.to_pylist()), name)
                else:
                    self.assertTrue(left.equals(right), name)
    def test_columns_that_are_not_read_are_refused_with_their_name(self):
        for name, column in {
            "money": pa.array([decimal.Decimal("1.50")] * 4),
            "struct": pa.array([{"a": 1}] * 4),
            "clock": pa.array([1] * 4, pa.time64("us")),
            "lapse": pa.array([1] * 4, pa.duration("s")),
            "words": pa.array([["a"]] * 4),
            "map": pa.array([[("a", 1)]] * 4, pa.map_(pa.string(), pa.int64())),
        }.items():
            body = stream(self.table(**{name: column}, behind=pa.array([1, 2, 3, 4])))
            for accept in FORMATS:
                with self.assertRaises(Refused, msg=name) as found:
                    server.read(body, ARROW, accept, features=["int64"])
                self.assertEqual(found.exception.status, 422)
                self.assertEqual(found.exception.errors[0][0], name)
                self.assertIn("leave the column out", found.exception.errors[0][1])
            found = server.read(body, features=["int64"], echo="false").table()
            self.assertEqual(found["int64"].to_pylist(), [-(2**63), 2**53 + 1, -(2**63), 2**63 - 1])

    def test_text_formats_of_what_passes_through(self):
        """Cells which no 64 bits or no year to 2262 holds are cells too."""
        some = {name: column for name, column in self.columns().items() if name not in ("uint64", "date32", "second")}
        answers = {}
        for accept in (CSV, NDJSON, JSON):
            answers[accept] = columns(server.read(stream(self.table(**some)), ARROW, accept, features=["int64"]))
        self.assertEqual(answers[NDJSON], answers[JSON])
        found = answers[JSON]
        self.assertEqual(found["double"], [0.1, None, None, -0.0])
        self.assertEqual(found["dictionary"], ["a", "", None, "ü 🦉"])
        self.assertEqual(found["string_view"], ["a", "", None, "a text that is longer than a view"])
        self.assertEqual(found["binary"], ["YQ==", "", None, "/w=="])
        self.assertEqual(found["list"], [[1.5], [], None, [1, 2]])
        self.assertEqual(found["zoned"][0], "1970-01-01T00:00:00Z")
        self.assertEqual(answers[CSV]["large_string"], ["a", "", None, "ü 🦉"])
        self.assertEqual(answers[CSV]["int8"], ["1", "-128", None, "127"])

    def test_a_cell_that_cannot_be_written_names_its_row(self):
        times = pa.array([0] * 70_000, pa.timestamp("s"))
        big = pa.array([0] * 69_999 + [2**64 - 1], pa.uint64())
        body = stream(pa.table({"entity_id": ["a"] * 70_000, "timestamp": times, "big": big}), 9000)
        try:
            found = server.read(body, ARROW, CSV, features=[])
            self.assertTrue(found.body.endswith(b",18446744073709551615\n"))
        except Refused as error:
            self.assertEqual(error.errors[0][0], "rows[69999].big")

    def test_a_name_that_occurs_twice(self):
        """JSON has no member twice, so such a table is refused, whatever it is answered in."""
        times = pa.array([0], pa.timestamp("s"))
        table = pa.Table.from_arrays([pa.array(["e1"]), times, pa.array([1]), pa.array([2])],
                                     names=["entity_id", "timestamp", "same", "same"])
        for accept in (NDJSON, JSON):
            with self.assertRaises(Refused, msg=accept) as found:
                server.read(stream(table), ARROW, accept, features=["int64"])
            self.assertIn("same", str(found.exception))

    def test_a_name_that_two_features_would_have(self):
        server.feature("bool__status", "string")
        with self.assertRaises(Refused) as found:
            server.read(stream(self.table()), features=["bool", "bool__status"], statuses="true")
        self.assertIn("bool__status", str(found.exception))
        server.read(stream(self.table()), features=["bool", "bool__status"])


class Frames(unittest.TestCase):
    def test_frames_of_pandas(self):
        frame = pd.DataFrame(
            {
                "entity_id": pd.Categorical(["e0", "e1", "e0"]),
                "timestamp": pd.to_datetime(["2025-01-01", "2025-01-02", "2020-01-01"]).tz_localize("Europe/Berlin"),
                "nullable": pd.array([1, None, 3], "Int64"),
                "flag": pd.array([True, None, False], "boolean"),
                "text": pd.array(["a", None, "c"], "string[pyarrow]"),
                "category": pd.Categorical(["x", None, "y"], ["y", "x", "z"], ordered=True),
                "float": [1.5, float("nan"), 2],
            },
            index=pd.Index([30, 10, 20], name="order"),
        )
        plain = frame.reset_index(drop=True)
        several = frame.set_index(["float"], append=True)
        for given in (frame, plain, several, frame.iloc[::-1]):
            found = server.read(stream(pa.Table.from_pandas(given)), features=["int64"]).table().to_pandas()
            pd.testing.assert_frame_equal(found[list(given.columns)], given)
            right = [
                None if time.year < 2024 else VALUES["int64"][int(entity[1:])]
                for entity, time in zip(given["entity_id"], given["timestamp"], strict=True)
            ]
            cells = server.read(stream(pa.Table.from_pandas(given)), features=["int64"]).table()["int64"]
            self.assertEqual(cells.to_pylist(), right)

    def test_frames_of_polars(self):
        frame = pl.DataFrame(
            {
                "entity_id": ["e0", "e1", "e0"],
                "timestamp": [datetime.datetime(year, 1, 1) for year in (2025, 2026, 2020)],
                "category": pl.Series(["x", None, "y"], dtype=pl.Categorical),
                "kind": pl.Series(["a", "b", None], dtype=pl.Enum(["a", "b"])),
                "long": ["a text that is longer than a view", "", None],
                "day": [datetime.date(2024, 1, 1), None, datetime.date(9999, 12, 31)],
                "big": pl.Series([2**64 - 1, None, 0], dtype=pl.UInt64),
            }
        )
        out = io.BytesIO()
        frame.write_ipc_stream(out, compression="uncompressed")
        answer = server.read(out.getvalue(), features=["int64", "vector(3)"])
        found = pl.read_ipc_stream(answer.body)
        self.assertTrue(found.select(frame.columns).equals(frame))
        self.assertEqual(found.select(frame.columns).schema, frame.schema)
        self.assertEqual(found["int64"].to_list(), [2**53 + 1, -(2**63), None])
        self.assertEqual(found.schema["vector(3)"], pl.Array(pl.Float32, 3))


if __name__ == "__main__":
    unittest.main()
