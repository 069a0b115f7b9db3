"""Parquet, which the program `duckdb` reads for the server."""

import base64
import datetime
import decimal
import os
import shutil
import sys
import time
import unittest

import pyarrow
import pyarrow.parquet

from serving import Server

server = None
MOMENT = datetime.datetime(2024, 1, 1, 0, 0, 0, 123456)


def setUpModule():
    global server
    if shutil.which("duckdb") is None:
        os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]
    server = Server()


def tearDownModule():
    server.remove()


def write(name, table):
    os.makedirs(os.path.dirname(os.path.join(server.root, name)), exist_ok=True)
    pyarrow.parquet.write_table(table, os.path.join(server.root, name))


def children():
    """Programs that the server has started and that still run."""
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/stat", encoding="utf-8") as file:
                name, _, rest = file.read().rpartition(")")
        except FileNotFoundError:
            continue
        if int(rest.split()[1]) == server.process.pid:
            found.append(name)
    return found


class Parquet(unittest.TestCase):
    def tearDown(self):
        for source in server.ask("GET", "/sources?limit=1000")["items"]:
            server.ask("DELETE", f"/sources/{source['id']}")
        for feature in server.ask("GET", "/features?limit=1000")["items"]:
            server.ask("DELETE", f"/features/{feature['id']}")

    def source(self, name, path, *values, **more):
        mapping = {"mapping": {"values": list(values)}} if values else {}
        return server.source(name, "file", {"path": path, **mapping}, **more)

    def test_types_are_exact(self):
        columns = {
            "double": pyarrow.array([0.1 + 0.2, -0.0, 5e-324]),
            "single": pyarrow.array([0.1, 1.5, None], pyarrow.float32()),
            "long": pyarrow.array([2**63 - 1, -(2**63), None], pyarrow.int64()),
            "truth": pyarrow.array([True, False, None]),
            "text": pyarrow.array(["NA", "", "\u00e9\u2028\""]),
            "blob": pyarrow.array([b"\x00\xff", b"", None]),
            "nanos": pyarrow.array([1704067200123456789, 0, None], pyarrow.timestamp("ns")),
            "zoned": pyarrow.array([MOMENT, MOMENT, None], pyarrow.timestamp("us", "Europe/Zurich")),
            "vector": pyarrow.array([[1.5, -2.0], [0.0, 0.25], None], pyarrow.list_(pyarrow.float32())),
            "money": pyarrow.array([decimal.Decimal("1.25"), decimal.Decimal("-7.00"), None], pyarrow.decimal128(20, 2)),
        }
        types = {"long": "int64", "blob": "bytes", "nanos": "timestamp", "zoned": "timestamp", "vector": "vector(2)"}
        for column, kind in types.items():
            server.ask("POST", "/features", {"name": f"types.{column}", "value_type": kind})
        table = {"id": ["a", "b", "c"], "timestamp": pyarrow.array([MOMENT] * 3, pyarrow.timestamp("us")), **columns}
        write("types.parquet", pyarrow.table(table))
        self.source("types", "types.parquet", *columns)
        job = server.job({"sources": ["types"]})
        self.assertEqual((job["status"], job["records_processed"], job["errors"]), ("completed", 3, 0), job)

        def found(column):
            values = server.values(f"types.{column}", ["a", "b", "c"])
            self.assertEqual({time for _, time, _ in values}, {"2024-01-01T00:00:00.123456Z"})
            return {entity: value for entity, _, value in values}

        self.assertEqual(found("double"), {"a": 0.1 + 0.2, "b": 0.0, "c": 5e-324})
        self.assertEqual(found("single"), {"a": 0.10000000149011612, "b": 1.5})
        self.assertEqual(found("long"), {"a": 2**63 - 1, "b": -(2**63)})
        self.assertEqual(found("truth"), {"a": True, "b": False})
        self.assertEqual(found("text"), {"a": "NA", "b": "", "c": "\u00e9\u2028\""})
        self.assertEqual(found("blob"), {"a": base64.b64encode(b"\x00\xff").decode(), "b": ""})
        self.assertEqual(found("nanos"), {"a": "2024-01-01T00:00:00.123456789Z", "b": "1970-01-01T00:00:00Z"})
        self.assertEqual(set(found("zoned").values()), {"2024-01-01T00:00:00.123456Z"})
        self.assertEqual(found("vector"), {"a": [1.5, -2.0], "b": [0.0, 0.25]})
        self.assertEqual(found("money"), {"a": 1.25, "b": -7.0})

    def test_nan_is_no_value_and_infinity_is_rejected(self):
        times = pyarrow.array([MOMENT] * 3, pyarrow.timestamp("us"))
        values = pyarrow.array([1.0, float("nan"), float("inf")])
        write("odd.parquet", pyarrow.table({"id": [1, 2, 3], "timestamp": times, "value": values, 'a "b"': [1, 2, 3]}))
        source = self.source("odd", "odd.parquet")
        job = server.job({"sources": ["odd"]})
        self.assertEqual((job["status"], job["records_processed"], job["errors"]), ("completed", 2, 1), job)
        self.assertEqual([value for _, _, value in server.values("odd.value", ["1", "2", "3"])], [1.0])
        metadata = server.ask("GET", "/features/odd.metadata/values?entity_ids=2")["items"]
        self.assertEqual(metadata[0]["value"], {'a "b"': 2})
        rejects = server.data("GET", f"/sources/{source}/rejects")
        self.assertIn("1e999", str(rejects))

    def test_what_was_read_is_not_read_again(self):
        def table(first, last):
            times = pyarrow.array([MOMENT] * (last - first), pyarrow.timestamp("us"))
            names = [f"e{n}" for n in range(first, last)]
            return pyarrow.table({"id": names, "timestamp": times, "value": [n / 2 for n in range(first, last)]})

        write("days/1.parquet", table(0, 500))
        self.source("days", "days/*.parquet")
        self.assertEqual(server.job({"sources": ["days"]})["records_processed"], 500)
        self.assertEqual(server.job({"sources": ["days"]})["records_processed"], 0)
        write("days/2.parquet", table(500, 700))
        write("days/1.parquet", table(0, 510))
        self.assertEqual(server.job({"sources": ["days"]})["records_processed"], 210)
        self.assertEqual(len(server.values("days.value", [f"e{n}" for n in range(0, 700)])), 710 - 10)

    def test_sources_are_tried_and_counted(self):
        times = pyarrow.array([MOMENT] * 100_000, pyarrow.timestamp("us"))
        write("many.parquet", pyarrow.table({"id": list(range(100_000)), "timestamp": times, "value": [1.0] * 100_000}))
        source = self.source("many", "many.parquet")
        tried = server.data("POST", f"/sources/{source}/test")
        self.assertTrue(str(tried).find("100000") > 0, tried)
        self.assertEqual(children(), [])

    def test_damage_is_said_and_stores_nothing(self):
        times = pyarrow.array([MOMENT] * 100, pyarrow.timestamp("us"))
        write("whole.parquet", pyarrow.table({"id": list(range(100)), "timestamp": times, "value": [1.0] * 100}))
        with open(os.path.join(server.root, "whole.parquet"), "rb") as file:
            whole = file.read()
        for name, content in [("cut", whole[: len(whole) // 2]), ("text", b"id,value\n1,2\n"), ("empty", b"")]:
            with open(os.path.join(server.root, f"{name}.parquet"), "wb") as file:
                file.write(content)
            self.source(name, f"{name}.parquet")
            job = server.job({"sources": [name]})
            self.assertEqual(job["status"], "failed", job)
            self.assertIn(f"{name}.parquet", job["runs"][0]["error"])
            self.assertEqual(server.ask("GET", "/features")["items"], [])

    def test_a_job_that_is_stopped_leaves_no_program(self):
        count = 3_000_000
        ids = pyarrow.array(range(count)).cast(pyarrow.string())
        times = pyarrow.array([MOMENT] * count, pyarrow.timestamp("us"))
        write("long.parquet", pyarrow.table({"id": ids, "timestamp": times, "value": pyarrow.array([1.0] * count)}))
        self.source("long", "long.parquet")
        job = server.data("POST", "/ingestion/start", {"sources": ["long"]})["job_id"]
        end = time.monotonic() + 30
        while server.data("GET", f"/ingestion/jobs/{job}")["records_processed"] == 0 and time.monotonic() < end:
            time.sleep(0.02)
        self.assertEqual(len(children()), 1)
        server.data("POST", "/ingestion/stop", {"job_id": job})
        self.assertEqual(server.ended(job)["status"], "stopped")
        self.assertEqual(children(), [])

    def test_without_the_program_it_is_said_what_is_missing(self):
        path = os.environ["PATH"]
        os.environ["PATH"] = os.pathsep.join(
            directory for directory in path.split(os.pathsep) if not os.path.exists(os.path.join(directory, "duckdb"))
        )
        try:
            without = Server()
        finally:
            os.environ["PATH"] = path
        try:
            pyarrow.parquet.write_table(pyarrow.table({"id": [1]}), os.path.join(without.root, "a.parquet"))
            without.source("a", "file", {"path": "a.parquet"})
            job = without.job({"sources": ["a"]})
            self.assertEqual(job["status"], "failed")
            self.assertIn("duckdb-cli", job["runs"][0]["error"])
        finally:
            without.remove()


if __name__ == "__main__":
    unittest.main()
