"""Frames of pandas and polars go into a real server and come out of it again."""

import math
import unittest
from datetime import datetime
from unittest import mock

from fstore_serving import needs_library, without
from fstore_weather import ANSWERS, FEATURES, HOURS, QUESTIONS, RECORDS, WithTables


class Pandas(WithTables):
    def frames(self):
        import pandas as pd

        data = pd.DataFrame(RECORDS)
        data["time_hour"] = pd.to_datetime(data["time_hour"])
        data["count"] = pd.array([1, None, 2**53 + 1], dtype="Int64")
        data["name"] = data["name"].astype("category")
        rows = pd.DataFrame(QUESTIONS, columns=["origin", "as_of"], index=pd.Index([7, 7, 8, 9], name="question"))
        rows["origin"] = rows["origin"].astype("category")
        rows["as_of"] = pd.to_datetime(rows["as_of"]).dt.tz_convert("America/New_York")
        rows.insert(0, "delay", pd.array([1, None, 3, 4], dtype="Int32"))
        rows.insert(0, "ratio", [0.5, math.nan, 1.5, 2.5])
        return data, rows

    def check(self, rows, found):
        import pandas as pd

        pd.testing.assert_frame_equal(found[list(rows.columns)], rows)
        self.assertEqual(list(found.columns), [*rows.columns, *FEATURES])
        self.assertEqual([str(found[name].dtype) for name in FEATURES[:3]], ["float64", "Int64", "boolean"])
        for name in FEATURES:
            cells = [None if pd.isna(cell) else cell for cell in found[name]]
            self.assertEqual(cells, ANSWERS[name], name)

    @needs_library("pandas", "pyarrow")
    def test_come_back_with_index_and_dtypes(self):
        import pandas as pd

        data, rows = self.frames()
        self.assertEqual(self.load(data).values, 8)
        before = rows.copy(deep=True)
        found = self.ask(rows)
        self.check(rows, found)
        pd.testing.assert_frame_equal(rows, before)
        times = self.ask(rows, features=["temp"], event_times=True)["temp__event_time"]
        self.assertEqual(str(times.dtype), "datetime64[ns, UTC]")
        self.assertEqual(len(self.ask(rows.iloc[:0], features=["temp"])), 0)
        indexed = rows.set_index("as_of", append=True)
        pd.testing.assert_index_equal(self.ask(indexed).index, indexed.index)

    @needs_library("pandas")
    def test_travel_without_pyarrow(self):
        data, rows = self.frames()
        with without("pyarrow"):
            self.assertEqual(self.load(data).values, 8)
            self.check(rows, self.ask(rows))

    @needs_library("pandas", "pyarrow")
    def test_make_features_of_the_same_types_with_and_without_pyarrow(self):
        import numpy as np
        import pandas as pd

        columns = {
            "number": ([1.5, math.nan], "float64"),
            "whole": (pd.array([2, None], "Int64"), "int64"),
            "flag": (pd.array([True, None], "boolean"), "bool"),
            "text": (["x", None], "string"),
            "raw": ([b"x", None], "bytes"),
            "moment": (pd.to_datetime([HOURS[0], None]), "timestamp"),
            "vector": ([np.array([1.0, 2.0]), None], "vector(2)"),
            "any": ([{"a": 1}, {"b": [1, None]}], "json"),
            "nothing": (pd.Series([None, None], dtype=object), None),
        }
        frame = pd.DataFrame({name: column for name, (column, _) in columns.items()})
        frame = frame.assign(origin="JFK", time_hour=pd.to_datetime(HOURS[:2]))
        for library in ("nothing", "pyarrow"):
            with self.subTest(missing=library), without(library):
                result = self.load(frame)
                self.assertEqual((result.values, sorted(result.created)), (9, sorted(columns)))
                self.assertEqual(self.client.history("any", "JFK").columns, {"any": [{"a": 1}, {"b": [1, None]}]})
                for name, (_, kind) in columns.items():
                    self.assertEqual(self.client.feature(name)["value_type"], kind, name)
                    self.client.delete_feature(name)

    @needs_library("pandas", "polars", "pyarrow")
    def test_are_asked_for_many_features_with_long_names(self):
        import pandas as pd
        import polars as pl

        names = [f"{number:0>250}" for number in range(40)]
        self.load([{"origin": "1", "time_hour": HOURS[0], **dict.fromkeys(names, 1.5)}])
        rows = pd.DataFrame({"origin": [1], "as_of": pd.to_datetime(HOURS[3:])})
        for table in (rows, pl.DataFrame({"origin": [1], "as_of": HOURS[3:]})):
            self.assertEqual(self.ask(table, features=names)[names[-1]].to_list(), [1.5])

    @needs_library("pandas", "pyarrow")
    def test_have_entities_and_times_of_many_kinds(self):
        import numpy as np
        import pandas as pd

        self.load([{"origin": 1, "time_hour": HOURS[0], "temp": 1.5}])
        utc = pd.to_datetime([HOURS[3]])
        naive = utc.tz_localize(None)
        for entity in (
            np.array([1], "int8"),
            pd.array([1], "UInt64"),
            ["1"],
            pd.Categorical([1]),
            np.array([1], object),
        ):
            for time, zone in [
                (utc, None),
                (utc.as_unit("ns"), None),
                (utc.astype(object), None),
                ([HOURS[3]], None),
                (naive, "America/New_York"),
                (naive.strftime("%Y-%m-%d %H:%M"), "UTC"),
                (naive.strftime("%Y-%m-%d %H:%M"), "America/New_York"),
                (np.array([datetime(2013, 7, 1, 3).date()], object), "America/New_York"),
            ]:
                rows = pd.DataFrame({"origin": entity, "as_of": time})
                with self.subTest(entity=rows.dtypes.iloc[0], time=rows.dtypes.iloc[1], zone=zone):
                    self.assertEqual(self.ask(rows, features=["temp"], zone=zone)["temp"].tolist(), [1.5])

    @needs_library("pandas", "pyarrow")
    def test_with_wrong_cells_are_refused_with_their_row(self):
        import pandas as pd

        self.make(temp="float64")
        rows = pd.DataFrame({"origin": ["a", "b"], "as_of": pd.to_datetime(HOURS[:2])})
        ask = lambda rows, **options: self.ask(rows, features=["temp"], **options)  # noqa: E731
        self.refused("rows[1].as_of", ask, rows.assign(as_of=[rows.as_of[0], pd.NaT]))
        self.refused("rows[1].as_of", ask, rows.assign(as_of=[HOURS[0], "2013-07-01"]))
        error = self.refused("rows[0].as_of", ask, rows.assign(as_of=rows.as_of.dt.tz_localize(None)))
        self.assertIn('zone="UTC"', str(error))
        self.refused("as_of", ask, rows.assign(as_of=[1, 2]))
        self.refused("rows[1].origin", ask, rows.assign(origin=["a", None]))
        self.refused("rows[1].origin", ask, rows.assign(origin=pd.Series(["a", 1.5], dtype=object)))
        self.refused("origin", ask, rows.assign(origin=[1.0, 2.0]))
        self.refused("features", ask, rows.assign(temp=1))
        self.refused("entity", ask, pd.concat([rows, rows[["origin"]]], axis=1))
        self.refused("temp", self.load, rows.assign(temp=pd.Timedelta("1h")), time="as_of")
        night = pd.to_datetime(["2013-11-03T01:30", "2013-11-03T01:30"])
        self.refused("as_of", ask, rows.assign(as_of=night), zone="America/New_York")


class Polars(WithTables):
    def frames(self):
        import polars as pl

        data = pl.DataFrame(RECORDS, strict=False).with_columns(pl.col("time_hour").str.to_datetime(time_zone="UTC"))
        rows = pl.DataFrame(QUESTIONS, schema=["origin", "as_of"], orient="row").with_columns(
            pl.col("as_of").str.to_datetime(time_zone="UTC"),
            pl.col("origin").cast(pl.Categorical),
            other=pl.lit(1, pl.Int8),
        )
        return data, rows

    @needs_library("polars")
    def test_come_back_without_pyarrow(self):
        import polars as pl

        data, rows = self.frames()
        with without("pyarrow"):
            self.assertEqual(self.load(data).values, 8)
            found = self.ask(rows)
            self.assertTrue(found.select(rows.columns).equals(rows))
            self.assertEqual(found.columns[3:], FEATURES)
            self.assertEqual(found.select(FEATURES).to_dict(as_series=False), ANSWERS)
            self.assertIsInstance(self.ask(rows.lazy()), pl.LazyFrame)
            self.assertEqual(self.ask(rows.clear(), features=["temp"]).height, 0)

    @needs_library("polars")
    def test_in_many_slices_are_one_table(self):
        data, rows = self.frames()
        with mock.patch("fstore.polars_rows.SLICE_ROWS", 2):
            self.load(data)
            self.assertEqual(self.ask(rows).select(FEATURES).to_dict(as_series=False), ANSWERS)

    @needs_library("polars")
    def test_with_wrong_cells_are_refused_with_their_row(self):
        import polars as pl

        self.make(temp="float64")
        rows = pl.DataFrame({"origin": ["a", "b"], "as_of": HOURS[:2]})
        ask = lambda rows, **options: self.ask(rows, features=["temp"], **options)  # noqa: E731
        naive = pl.Series("as_of", [datetime(2013, 7, 1), None])
        self.refused("rows[1].as_of", ask, rows.with_columns(naive), zone="UTC")
        self.refused("rows[0].as_of", ask, rows.with_columns(naive.fill_null(strategy="forward")))
        self.refused("rows[1].as_of", ask, rows.with_columns(as_of=pl.Series([HOURS[0], "2013-07-01"])))
        self.refused("as_of", ask, rows.with_columns(as_of=pl.Series([1, 2])))
        self.refused("rows[1].origin", ask, rows.with_columns(origin=pl.Series(["a", None])))
        self.refused("origin", ask, rows.with_columns(origin=pl.Series([1.0, 2.0])))


if __name__ == "__main__":
    unittest.main()
