"""Dictionaries, Arrow tables and files go into a real server and come out of it again."""

import gzip
import os
import tempfile
import unittest
from datetime import datetime, timezone

from fstore_serving import fstore, needs_library, without
from fstore_weather import ANSWERS, FEATURES, HOURS, QUESTIONS, RECORDS, WithTables


class Records(WithTables):
    def test_come_back_with_their_features(self):
        result = self.load()
        self.assertEqual((result.rows, result.values, result.rejected, result.warning), (3, 8, 0, None))
        self.assertEqual(sorted(result.created), sorted(FEATURES))
        self.assertEqual(self.client.last_commit(), result.commit_time)
        rows = [{"origin": entity, "as_of": as_of, "other": {"x": 1}} for entity, as_of in QUESTIONS]
        found = self.ask(rows)
        for index, row in enumerate(rows):
            self.assertEqual(found[index], {**row, **{name: cells[index] for name, cells in ANSWERS.items()}})
        self.assertEqual(self.ask([]), [])
        self.assertEqual(self.load([]), fstore.WriteResult(0, 0))

    def test_take_features_by_their_ids(self):
        self.load()
        ids = [self.client.feature(name)["id"] for name in FEATURES]
        rows = [{"origin": entity, "as_of": as_of} for entity, as_of in QUESTIONS]
        self.assertEqual(self.ask(rows, features=ids), self.ask(rows))

    def test_have_statuses_and_event_times_when_asked(self):
        self.load()
        self.client.update_feature("temp", ttl="90m")
        rows = [{"origin": entity, "as_of": as_of} for entity, as_of in QUESTIONS]
        found = self.ask(rows, features=["temp"], statuses=True, event_times=True)
        self.assertEqual([row["temp__status"] for row in found], ["PRESENT", "PRESENT", "MISSING", "MISSING"])
        self.assertEqual([row["temp__event_time"] for row in found[:2]], [HOURS[2], HOURS[0]])
        self.assertEqual([*found[0]], ["origin", "as_of", "temp", "temp__status", "temp__event_time"])

    def test_do_not_see_what_was_learned_later(self):
        first = self.load()
        second = self.load([{"origin": "JFK", "time_hour": HOURS[2], "temp": 99.0}])
        rows = [{"origin": "JFK", "as_of": HOURS[3]}]
        temps = [self.ask(rows, features="temp", known=known)[0]["temp"] for known in ("now", first.commit_time, "row")]
        self.assertEqual(temps, [99.0, 72.0, None])
        self.assertGreater(second.commit_time, first.commit_time)

    def test_are_sent_in_the_body_when_names_are_many_and_long(self):
        names = [f"{number:0>250}" for number in range(40)]
        self.load([{"origin": "JFK", "time_hour": HOURS[0], **dict.fromkeys(names, 1.5)}])
        rows = [{"origin": "JFK", "as_of": HOURS[3]}]
        found = self.ask(rows, features=names, statuses=True)[0]
        self.assertEqual({found[name] for name in names}, {1.5})
        self.assertEqual(found[names[0] + "__status"], "PRESENT")

    def test_with_wrong_cells_are_refused_with_their_row(self):
        self.make(temp="float64")
        row = {"origin": "JFK", "as_of": HOURS[0]}
        for wrong, field in [
            ({"origin": None}, "rows[1].origin"),
            ({"origin": 1.0}, "rows[1].origin"),
            ({"as_of": None}, "rows[1].as_of"),
            ({"as_of": 5}, "rows[1].as_of"),
            ({"as_of": "2013-07-01T00:00"}, "rows[1].as_of"),
            ({"as_of": datetime(2013, 7, 1)}, "rows[1].as_of"),
        ]:
            self.refused(field, self.ask, [row, {**row, **wrong}], features=["temp"])
        self.refused("features", self.ask, [{**row, "temp": 1}], features=["temp"])
        self.refused("entity", self.ask, [row], entity="nothing", features=["temp"])
        self.refused("rows", self.ask, "rows.csv", features=["temp"])
        with self.assertRaises(fstore.FStoreError) as caught:
            self.ask([row, {**row, "as_of": "noonZ"}], features=["temp"])
        self.assertEqual((caught.exception.status, caught.exception.field), (422, "rows[1].as_of"))

    def test_that_are_rejected_are_in_the_result(self):
        self.make(temp="float64")
        rows = [{"origin": "JFK", "time_hour": HOURS[0], "temp": temp} for temp in (1.0, "warm")]
        with self.assertWarns(fstore.RejectedRowsWarning):
            result = self.load(rows, create=False)
        self.assertEqual((result.rows, result.rejected, result.rejects[0].row), (1, 1, 1))
        self.assertIn("1 of 2 rows", str(result.warning))
        with self.assertRaises(fstore.FStoreError) as caught:
            self.load(rows, create=False, raise_on_reject=True)
        self.assertEqual((caught.exception.code, caught.exception.field), ("ROWS_REJECTED", "rows[1]"))
        with self.assertRaises(fstore.FStoreError) as caught:
            self.load(rows[1:], create=False)
        self.assertEqual((caught.exception.status, caught.exception.field), (422, "rows[0].temp"))

    def test_are_stored_once_with_one_key(self):
        self.assertEqual(self.load(idempotency_key="july").skipped, 0)
        again = self.load(idempotency_key="july")
        self.assertEqual((again.skipped, again.rows, again.commit_time), (3, 3, None))

    def test_have_nulls_when_asked(self):
        self.load(nulls="write")
        self.assertEqual(self.client.online("temp", "EWR").statuses, {"EWR": {"temp": "NULL"}})


class Arrow(WithTables):
    @needs_library("pyarrow")
    def test_tables_and_batches_come_back(self):
        import pyarrow as pa

        columns = {name: [None if row[name] != row[name] else row[name] for row in RECORDS] for name in RECORDS[0]}
        columns["name"] = pa.array(columns["name"]).dictionary_encode()
        self.assertEqual(self.load(pa.table(columns)).values, 8)
        table = pa.table(
            {"as_of": [q[1] for q in QUESTIONS], "origin": [q[0] for q in QUESTIONS], "n": pa.array([1] * 4, "int8")}
        )
        table = table.replace_schema_metadata({"a": "b"})
        found = self.ask(table)
        self.assertEqual(found.select(["as_of", "origin", "n"]), table)
        self.assertEqual(found.schema.metadata, {b"a": b"b"})
        self.assertEqual(found.select(FEATURES).to_pydict(), ANSWERS)
        batch = self.ask(table.to_batches()[0])
        self.assertIsInstance(batch, pa.RecordBatch)
        self.assertEqual(batch.num_columns, 7)

    @needs_library("pyarrow")
    def test_values_of_all_types_come_back(self):
        import pyarrow as pa

        at = datetime(2013, 7, 1, tzinfo=timezone.utc)
        values = {
            "number": pa.array([1.5], "float32"),
            "whole": pa.array([2], "uint16"),
            "flag": pa.array([True]),
            "text": pa.array(["x"], pa.large_string()),
            "raw": pa.array([b"\x00\xff"]),
            "moment": pa.array([at], pa.timestamp("ms", "Europe/Berlin")),
            "vector": pa.array([[1, 2, 3]]),
        }
        table = pa.table({"origin": ["JFK"], "time_hour": [at], **values})
        self.assertEqual(self.load(table).values, len(values))
        types = {name: self.client.feature(name)["value_type"] for name in values}
        expected = ["float64", "int64", "bool", "string", "bytes", "timestamp", "vector(3)"]
        self.assertEqual(types, dict(zip(values, expected)))
        found = self.ask(pa.table({"origin": ["JFK"], "as_of": [at]}), features=list(values)).to_pylist()[0]
        self.assertEqual(
            {name: found[name] for name in ("number", "whole", "flag", "text", "raw", "vector")},
            {"number": 1.5, "whole": 2, "flag": True, "text": "x", "raw": b"\x00\xff", "vector": [1, 2, 3]},
        )
        self.assertEqual(found["moment"], at)


class Files(WithTables):
    def write_csv(self, path, opened=open):
        with opened(path, "wt", encoding="utf-8") as file:
            file.write("origin,time_hour,temp,name\nJFK,2013-07-01T00:00:00Z,70.5,a\nEWR,2013-07-01T01:00:00,,b\n")

    def test_of_csv_and_lines_are_loaded(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "weather.csv")
            self.write_csv(path)
            result = self.load(path, features=["temp"])
            self.assertEqual((result.rows, result.values, result.created), (2, 1, ["temp"]))
            self.write_csv(path + ".gz", gzip.open)
            self.assertEqual(self.load(path + ".gz").created, ["name"])
            marked = os.path.join(folder, "marked.csv")
            with open(path, "rb") as plain, open(marked, "wb") as file:
                file.write(b"\xef\xbb\xbf" + plain.read())
            self.assertEqual(self.load(marked).rows, 2)
            lines = os.path.join(folder, "weather.ndjson")
            with open(lines, "w", encoding="utf-8") as file:
                file.write('{"origin":"JFK","time_hour":"2013-07-01T03:00:00Z","temp":71.5}\n')
            self.assertEqual(self.load(lines).values, 1)
            self.refused("features", self.load, path, features=["humidity"])
            self.refused("entity", self.load, path, entity="airport")
            self.refused("zone", self.load, path, zone="Europe/Berlin")
        self.refused("data", self.load, path)
        self.refused("data", self.load, __file__)
        self.assertEqual(self.client.online("temp", "JFK").columns, [[71.5]])

    @needs_library("pyarrow", "polars")
    def test_of_parquet_are_loaded_by_either_library(self):
        import pyarrow as pa
        import pyarrow.parquet as pq

        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "weather.parquet")
            pq.write_table(pa.table({"temp": [1.5, 2.5], "origin": ["JFK", "EWR"], "time_hour": HOURS[:2]}), path)
            self.assertEqual(self.load(path).values, 2)
            with without("pyarrow"):
                self.assertEqual(self.load(path).values, 2)
                with without("polars"):
                    with self.assertRaises(fstore.FStoreError) as caught:
                        self.load(path)
            self.assertEqual(caught.exception.code, "MISSING_LIBRARY")
            self.assertIn("pip install", str(caught.exception))
        self.assertEqual(self.client.online("temp", ["JFK", "EWR"]).columns, [[1.5, 2.5]])


if __name__ == "__main__":
    unittest.main()
