"""What ``fstore`` sends for columns of every kind, read back with pyarrow. No server is needed."""

import decimal
import json
import math
import unittest
from datetime import date, datetime, timedelta, timezone

from fstore_serving import fstore, needs_library, without
from fstore.rows import Selection
from fstore.tables import rows_of

AT = datetime(2013, 7, 1, 4, tzinfo=timezone.utc)
NAIVE = datetime(2013, 7, 1)


def sent(table, features=("x",), zone=None, **options):
    """The body of a write, decoded."""
    import pyarrow as pa

    selection = Selection("e", "t", features, zone, **options)
    pieces = [piece for piece, _ in rows_of(table).pieces(selection)]
    return pa.ipc.open_stream(b"".join(pieces)).read_all()


def lines(table, features=("x",), zone=None):
    pieces = [piece for piece, _ in rows_of(table).pieces(Selection("e", "t", features, zone))]
    return [json.loads(line) for line in b"".join(pieces).splitlines()]


class Pandas(unittest.TestCase):
    def kind(self, column, zone=None):
        import pandas as pd

        table = sent(pd.DataFrame({"e": ["a"] * len(column), "t": [AT] * len(column), "x": column}), zone=zone)
        return str(table.schema.field("x").type), table.column("x").to_pylist()

    @needs_library("pandas", "pyarrow")
    def test_columns_have_the_types_of_features(self):
        import numpy as np
        import pandas as pd

        nan, whole = math.nan, 2**53 + 1
        moment = pd.Timestamp(NAIVE).as_unit("ns")
        for name, column, kind, cells in [
            ("floats", [1.5, nan, math.inf], "double", [1.5, None, math.inf]),
            ("float32", np.array([1.5, nan], "float32"), "float", [1.5, None]),
            ("float16", np.array([1.5, nan], "float16"), "double", [1.5, None]),
            ("nullable floats", pd.array([1.5, None], "Float64"), "double", [1.5, None]),
            ("int8", np.array([1, 2], "int8"), "int8", [1, 2]),
            ("nullable integers", pd.array([whole, None], "Int64"), "int64", [whole, None]),
            ("objects that are integers", pd.Series([1, None], dtype=object), "int64", [1, None]),
            ("booleans", [True, False], "bool", [True, False]),
            ("nullable booleans", pd.array([True, None], "boolean"), "bool", [True, None]),
            ("texts", ["x", None], "string", ["x", None]),
            ("string", pd.array(["x", pd.NA], "string"), "string", ["x", None]),
            ("categories", pd.Categorical(["x", None, "x"]), "string", ["x", None, "x"]),
            ("categories of integers", pd.Categorical([3, 4]), "int64", [3, 4]),
            ("decimals", [decimal.Decimal("1.5"), None], "double", [1.5, None]),
            ("bytes", pd.Series([b"x", None], dtype=object), "binary", [b"x", None]),
            ("lists", [[1, 2], None], "fixed_size_list<item: float>[2]", [[1, 2], None]),
            ("arrays", [np.array([1.0, 2.0]), None], "fixed_size_list<item: float>[2]", [[1, 2], None]),
            ("dictionaries", [{"a": 1}, None], "string", ['{"a":1}', None]),
            ("Arrow", pd.array([1.5, None], "float64[pyarrow]"), "double", [1.5, None]),
        ]:
            with self.subTest(name):
                found, values = self.kind(column)
                self.assertEqual((found.replace("element", "item"), values), (kind, cells))
        with self.subTest("times"):
            self.assertEqual(self.kind([moment.tz_localize("UTC"), pd.NaT])[0], "timestamp[ns, tz=UTC]")
            self.assertEqual(self.kind([moment, pd.NaT], "America/New_York")[1], [AT, None])
            self.assertEqual(self.kind([date(2013, 7, 1), None], "America/New_York")[1], [AT, None])

    @needs_library("pandas", "pyarrow")
    def test_columns_that_no_feature_can_hold_are_refused(self):
        import pandas as pd

        for name, column in [
            ("durations", [timedelta(1)]),
            ("complex", [1j]),
            ("periods", pd.array(["2013"], "period[Y]")),
            ("times without zone", [NAIVE]),
            ("of several types", pd.Series([1, "x"], dtype=object)),
            ("vectors of two lengths", [[1.0], [1.0, 2.0]]),
            ("vectors of texts", [["x"]]),
        ]:
            with self.subTest(name), self.assertRaises(fstore.FStoreError) as caught:
                self.kind(column)
            self.assertRegex(caught.exception.field, r"^(rows\[\d\]\.)?x$")

    @needs_library("pandas", "pyarrow")
    def test_a_column_of_nothing_is_sent(self):
        import pandas as pd

        frame = pd.DataFrame({"e": ["a"], "t": [AT], "x": [None], "y": [1.5]})
        self.assertEqual(sent(frame, ("x", "y")).column_names, ["e", "t", "x", "y"])

    @needs_library("pandas", "pyarrow")
    def test_slices_have_one_type(self):
        import numpy as np
        import pandas as pd

        rows = 200_000
        frame = pd.DataFrame({"e": np.arange(rows) % 100, "t": pd.date_range(AT, periods=rows, freq="s"), "x": None})
        frame["x"] = frame["x"].astype(object)
        frame.loc[rows - 1, "x"] = 1.5
        table = sent(frame)
        self.assertEqual((table.num_rows, table.column("x").null_count), (rows, rows - 1))
        self.assertGreater(table.column("x").num_chunks, 2)

    @needs_library("pandas")
    def test_without_pyarrow_the_same_values_are_sent_as_lines(self):
        import pandas as pd

        frame = pd.DataFrame(
            {
                "e": pd.Categorical(["a", "b"]),
                "t": pd.to_datetime(["2013-07-01T00:00:00.000000001", "2013-07-01T01:00"], format="ISO8601"),
                "x": pd.array([2**53 + 1, None], "Int64"),
                "y": [1.5, math.nan],
            }
        )
        with without("pyarrow"):
            found = lines(frame, ("x", "y"), "America/New_York")
        self.assertEqual(found[0], {"e": "a", "t": "2013-07-01T00:00:00.000000001-04:00", "x": 2**53 + 1, "y": 1.5})
        self.assertEqual(found[1], {"e": "b", "t": "2013-07-01T01:00:00-04:00", "x": None, "y": None})


class Polars(unittest.TestCase):
    @needs_library("polars", "pyarrow")
    def test_columns_have_the_types_of_features(self):
        import polars as pl

        for name, column, kind, cells in [
            ("floats", pl.Series([1.5, math.nan, None]), "double", [1.5, None, None]),
            ("integers", pl.Series([1, None], dtype=pl.UInt8), "uint8", [1, None]),
            ("booleans", pl.Series([True, None]), "bool", [True, None]),
            ("texts", pl.Series(["x", None]), "large_string", ["x", None]),
            ("categories", pl.Series(["x", None], dtype=pl.Categorical), "large_string", ["x", None]),
            ("enums", pl.Series(["x"], dtype=pl.Enum(["x"])), "large_string", ["x"]),
            ("decimals", pl.Series([decimal.Decimal("1.5")]), "double", [1.5]),
            ("bytes", pl.Series([b"x"]), "large_binary", [b"x"]),
            ("lists", pl.Series([[1, 2], None]), "fixed_size_list<item: float>[2]", [[1, 2], None]),
            ("arrays", pl.Series([[1, 2]], dtype=pl.Array(pl.Int8, 2)), "fixed_size_list<item: float>[2]", [[1, 2]]),
            ("structs", pl.Series([{"a": 1}]), "large_string", ['{"a":1}']),
            ("times", pl.Series([NAIVE]), "timestamp[us, tz=UTC]", [AT]),
            ("dates", pl.Series([NAIVE.date()]), "timestamp[us, tz=UTC]", [AT]),
        ]:
            with self.subTest(name):
                rows = len(column)
                frame = pl.DataFrame({"e": ["a"] * rows, "t": ["2013-07-01T00:00:00Z"] * rows, "x": column})
                table = sent(frame, zone="America/New_York")
                self.assertEqual((str(table.schema.field("x").type), table.column("x").to_pylist()), (kind, cells))
                self.assertEqual(table.column("t").to_pylist(), ["2013-07-01T00:00:00Z"] * rows)


class Arrow(unittest.TestCase):
    @needs_library("pyarrow")
    def test_columns_have_the_types_of_features(self):
        import pyarrow as pa

        for name, column, kind, cells in [
            ("floats", pa.array([1.5, math.nan, None]), "double", [1.5, None, None]),
            ("float32", pa.array([1.5, math.nan], "float32"), "float", [1.5, None]),
            ("dictionaries", pa.array(["x", None]).dictionary_encode(), "string", ["x", None]),
            ("large texts", pa.array(["x"], pa.large_string()), "string", ["x"]),
            ("large bytes", pa.array([b"x"], pa.large_binary()), "binary", [b"x"]),
            ("dates", pa.array([NAIVE.date()], pa.date64()), "timestamp[ms, tz=UTC]", [AT]),
            ("zones", pa.array([AT], pa.timestamp("ns", "Europe/Berlin")), "timestamp[ns, tz=UTC]", [AT]),
        ]:
            with self.subTest(name):
                rows = len(column)
                table = pa.table({"e": [7] * rows, "t": pa.array([NAIVE] * rows, pa.timestamp("s")), "x": column})
                found = sent(table, zone="America/New_York")
                self.assertEqual((str(found.schema.field("x").type), found.column("x").to_pylist()), (kind, cells))
                self.assertEqual(found.column("t").to_pylist(), [AT] * rows)


class Records(unittest.TestCase):
    def test_values_are_those_of_json(self):
        rows = [
            {"e": 7, "t": AT, "x": math.nan},
            {"e": "b", "t": NAIVE, "x": b"\xff"},
            {"e": "c", "t": NAIVE.date(), "x": decimal.Decimal("1.5")},
            {"e": "d", "t": "2013-07-01T00:00:00.123456789Z", "x": {"a": (1, AT)}},
            {"e": "e", "t": "2013-07-01 00:00:00.123456789"},
        ]
        found = lines(rows, zone="America/New_York")
        self.assertEqual([row["e"] for row in found], ["7", "b", "c", "d", "e"])
        self.assertEqual([row["x"] for row in found], [None, "/w==", 1.5, {"a": [1, AT.isoformat()]}, None])
        local = "2013-07-01T00:00:00"
        expected = [AT.isoformat(), local + "-04:00", local + "-04:00", rows[3]["t"], local + ".123456789-04:00"]
        self.assertEqual([row["t"] for row in found], expected)


if __name__ == "__main__":
    unittest.main()
