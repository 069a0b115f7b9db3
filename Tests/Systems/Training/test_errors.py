"""What is wrong is refused with the row, the column or the limit."""

import json
import unittest

import pyarrow as pa

from serving import ARROW, CSV, JSON, NDJSON, Refused, Server, stream

ROWS = b"entity_id,timestamp\na,2024-02-01T00:00:00Z\nb,2024-02-02T00:00:00Z\n"


def setUpModule():
    global server
    server = Server()
    server.feature("price", "float64")
    server.feature("count", "int64")
    server.write("price", [("a", "2024-01-01T00:00:00Z", 1.5)])


def tearDownModule():
    server.remove()


def table(**columns):
    known = {"entity_id": ["a", "b"], "timestamp": pa.array([0, 1], pa.timestamp("s"))}
    return stream(pa.table({**known, **columns}))


class Errors(unittest.TestCase):
    def refused(self, status, body, kind=CSV, *arguments, features=("price",), **question):
        if kind != JSON:
            question["features"] = features
        with self.assertRaises(Refused) as found:
            server.read(body, kind, *arguments, **question)
        self.assertEqual(found.exception.status, status, found.exception)
        return found.exception

    def error(self, status, field, message, *arguments, **question):
        """The only error is one of that field, and says this among others."""
        (found,) = self.refused(status, *arguments, **question).errors
        self.assertEqual(found[0], field, found)
        self.assertIn(message, found[1])


class Cells(Errors):
    def test_a_time_that_is_none_names_its_row(self):
        rows = ROWS + b"c,yesterday\n"
        self.error(422, "rows[2].timestamp", '"yesterday" is not a time', rows)
        self.error(422, "rows[0].timestamp", "needs a unit", b"entity_id,timestamp\na,1700000000\n")
        self.error(422, "rows[1].timestamp", "missing", b"entity_id,timestamp\na,2024-01-01\na,\n")
        self.error(422, "rows[0].timestamp", "1677 to 2262", b"entity_id,timestamp\na,3000-01-01\n")
        self.error(422, "rows[0].timestamp", "must be a time", b'{"entity_id":"a","timestamp":17}\n', NDJSON)
        late = pa.table({"entity_id": ["a"], "timestamp": pa.array([32503680000], pa.timestamp("s"))})
        self.error(422, "rows[0].timestamp", "1677 to 2262", stream(late), ARROW)
        self.error(422, "rows[0].timestamp", "int64 has no times", table(timestamp=[1, 2]), ARROW)
        self.error(422, "rows[1].timestamp", "missing", table(timestamp=pa.array([0, None], pa.date32())), ARROW)

    def test_a_row_is_counted_from_the_first_of_the_table(self):
        rows = b"entity_id,timestamp\n" + b"a,2024-01-01\n" * 70_000 + b"a,2024-13-01\n"
        self.error(422, "rows[70000].timestamp", "month", rows)
        times = pa.array([0] * 70_000 + [None], pa.timestamp("s"))
        body = stream(pa.table({"entity_id": ["a"] * 70_001, "timestamp": times}), 1000)
        self.error(422, "rows[70000].timestamp", "missing", body, ARROW)

    def test_an_entity_that_is_none_names_its_row(self):
        self.error(422, "rows[1].entity_id", "missing", b"entity_id,timestamp\na,2024-01-01\n,2024-01-01\n")
        self.error(422, "rows[0].entity_id", "missing", b'{"timestamp":"2024-01-01","entity_id":null}\n', NDJSON)
        self.error(422, "rows[1].entity_id", "missing", table(entity_id=["a", None]), ARROW)
        self.error(422, "rows[0].entity_id", "", b'{"entity_id":1.0,"timestamp":"2024-01-01"}\n', NDJSON)
        self.error(422, "rows[0].entity_id", "names no entities", table(entity_id=[1.0, 2.0]), ARROW)

    def test_an_entity_has_255_bytes_at_most(self):
        for name in ("e" * 256, "é" * 128):
            rows = f"entity_id,timestamp\n{'e' * 255},2024-01-01\n{name},2024-01-01\n".encode()
            self.error(422, "rows[1].entity_id", "255", rows)
            self.error(422, "rows[1].entity_id", "255", table(entity_id=["a", name]), ARROW)

    def test_entities_may_be_whole_numbers(self):
        server.write("count", [("7", "2024-01-01T00:00:00Z", 1), ("-7", "2024-01-01T00:00:00Z", 2)])
        times = pa.array([1735689600] * 2, pa.timestamp("s"))
        for kind in (pa.int8(), pa.int64()):
            body = table(entity_id=pa.array([7, -7], kind), timestamp=times)
            self.assertEqual(server.read(body, features=["count"]).table()["count"].to_pylist(), [1, 2])
        body = b'{"entity_id":7,"timestamp":"2025-01-01"}\n{"entity_id":"-7","timestamp":"2025-01-01"}\n'
        found = server.read(body, NDJSON, features=["count"], echo="false").body
        self.assertEqual(found, b'{"count":1}\n{"count":2}\n')


class Questions(Errors):
    def test_all_unknown_features_are_named(self):
        error = self.refused(404, ROWS, features=["nothing", "price", "nobody"])
        self.assertEqual(error.body["details"]["features"], ["nothing", "nobody"])

    def test_a_feature_is_asked_for_once(self):
        self.error(422, "features", "price", ROWS, features=["price", "count", "price"])
        identity = server.ask("GET", "/features/price")["id"]
        self.error(422, "features", "price", ROWS, features=["price", identity])

    def test_a_thousand_features_at_most(self):
        rows = {"entity_id": ["a"], "timestamp": ["2024-01-01"]}
        body = json.dumps({"rows": rows, "features": [f"f{number}" for number in range(1001)]})
        self.error(422, "features", "1000", body, JSON)
        names = [f"f{number}" for number in range(1001)]
        self.error(422, "features", "1001 names; 1000 are allowed", ROWS, features=names)

    def test_a_column_of_the_rows_cannot_have_the_name_of_a_feature(self):
        rows = b"entity_id,timestamp,price\na,2024-01-01,1\n"
        self.error(422, "price", "rename it, or send echo=false", rows)
        self.assertEqual(server.read(rows, CSV, NDJSON, features=["price"], echo="false").body, b'{"price":1.5}\n')
        rows = b"entity_id,timestamp,price__status\na,2024-01-01,1\n"
        self.error(422, "price__status", "rename it", rows, statuses="true")
        server.read(rows, CSV, features=["price"])

    def test_a_missing_column_is_named_with_what_may_be_meant(self):
        rows = b"entity_idd,timestamp\na,2024-01-01\n"
        self.error(422, "entity_id", 'did you mean "entity_idd"?', rows)
        self.error(422, "origin", "it has entity_id, timestamp", ROWS, entity="origin")
        self.error(422, "at", "is not in the table", ROWS, time="at")
        self.error(422, "at", "is not in the table", table(), ARROW, time="at")

    def test_parameters_are_checked(self):
        self.error(422, "known", "timestamp", ROWS, known="yesterday")
        self.error(422, "max_age", "", ROWS, max_age="7 days")
        self.error(422, "statuses", "", ROWS, statuses="yes")
        self.error(422, "shade", "", ROWS, shade="red")

    def test_accept_must_name_a_format(self):
        error = self.refused(406, ROWS, CSV, "image/png")
        for kind in (ARROW, CSV, NDJSON, JSON):
            self.assertIn(kind, error.body["message"])
        self.refused(406, ROWS, CSV, "text/csv;q=0")
        for accept in ("image/png, text/csv;q=0.1", "*/*", "application/json;q=0.1, TEXT/CSV"):
            answer = server.read(ROWS, CSV, accept, features=["price"])
            self.assertEqual(answer.headers["Content-Type"], "text/csv; charset=utf-8", accept)

    def test_the_body_must_have_one_of_the_types(self):
        error = self.refused(415, ROWS, "text/plain")
        self.assertIn(ARROW, error.body["message"])
        self.refused(415, ROWS, "text/csv; charset=latin1")


class Tables(Errors):
    def test_csv_with_rows_of_another_length(self):
        self.error(422, "rows[1]", "has 1 fields, and the first line has 2", b"entity_id,timestamp\na,2024-01-01\na\n")
        self.error(422, "rows[0]", "has 3 fields", b"entity_id,timestamp\na,2024-01-01,\n")
        self.error(422, "rows[0]", "closing quote", b'entity_id,timestamp\n"a"b,2024-01-01\n')
        self.error(422, "entity_id", "twice", b"entity_id,timestamp,entity_id\na,2024-01-01,b\n")
        self.assertIn("first line", self.refused(400, b"").body["message"])

    def test_ndjson_that_is_no_objects(self):
        good = b'{"entity_id":"a","timestamp":"2024-01-01"}\n'
        self.error(422, "rows[1]", "is not an object", good + b"[1]\n", NDJSON)
        self.error(422, "rows[2]", "is not valid JSON", good * 2 + b'{"entity_id":"a",\n', NDJSON)
        self.error(422, "rows[1]", "is not valid JSON", good + b'{"entity_id":"a","entity_id":"b"}\n', NDJSON)
        # No line is a table without rows.
        self.assertEqual(server.read(b"", NDJSON, features=["price"]).body, b"")

    def test_json_whose_columns_differ_in_length(self):
        def body(**more):
            rows = {"entity_id": ["a", "b"], "timestamp": ["2024-01-01"] * 2, **more}
            return json.dumps({"rows": rows, "features": ["price"]})

        self.error(422, "rows.kind", "has 3 cells, and entity_id has 2", body(kind=[1, 2, 3]), JSON)
        self.error(422, "rows.timestamp", "has 0 cells", body(timestamp=[]), JSON)
        self.error(422, "rows.kind", "array", body(kind="x"), JSON)
        self.error(422, "rows", "missing", '{"features":["price"]}', JSON)
        self.refused(400, '{"rows":', JSON)

    def test_arrow_that_is_broken(self):
        body = table()
        for end in (0, 3, 100, len(body) // 2, len(body) - 20):
            self.refused(400, body[:end], ARROW)
        self.refused(400, b"this is no Arrow stream, and never was", ARROW)
        self.refused(400, body + b"more", ARROW)
        for place in range(0, len(body), 7):
            broken = bytearray(body)
            broken[place] ^= 0x55
            try:
                server.read(bytes(broken), ARROW, features=["price"])
            except Refused as error:
                self.assertIn(error.status, (400, 413, 422), error)
        self.assertEqual(len(server.read(body, features=["price"]).table()), 2)

    def test_a_file_of_arrow_is_not_a_stream(self):
        sink = pa.BufferOutputStream()
        rows = pa.table({"entity_id": ["a"], "timestamp": ["2024-01-01"]})
        with pa.ipc.new_file(sink, rows.schema) as writer:
            writer.write_table(rows)
        self.assertIn("stream", self.refused(400, sink.getvalue().to_pybytes(), ARROW).body["message"])

    def test_compressed_arrow_is_refused(self):
        rows = pa.table({"entity_id": ["a"] * 1000, "timestamp": ["2024-01-01"] * 1000})
        for codec in ("lz4", "zstd"):
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, rows.schema, options=pa.ipc.IpcWriteOptions(compression=codec)) as writer:
                writer.write_table(rows)
            self.assertIn("compress", self.refused(400, sink.getvalue().to_pybytes(), ARROW).body["message"])


class Callers(Errors):
    def test_a_viewer_may(self):
        viewer = server.new_key("viewer")
        self.assertEqual(server.read(ROWS, CSV, features=["price"], key=viewer).status, 200)
        server.ask("GET", "/commits/last", key=viewer)

    def test_without_a_key_nobody_may(self):
        self.refused(401, ROWS, CSV, None, "")
        with self.assertRaises(Refused) as found:
            server.ask("GET", "/commits/last", key="")
        self.assertEqual(found.exception.status, 401)

    def test_features_of_another_organization_do_not_exist(self):
        other = server.organization("other")
        error = self.refused(404, ROWS, CSV, None, other)
        self.assertEqual(error.body["details"]["features"], ["price"])
        identity = server.ask("GET", "/features/price")["id"]
        self.refused(404, ROWS, CSV, None, other, features=[identity])


if __name__ == "__main__":
    unittest.main()
