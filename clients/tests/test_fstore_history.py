"""The Python client ``fstore`` reads the values of a span of time page by page."""

import unittest
from unittest import mock

from fstore_serving import fstore, needs_library
from fstore_weather import HOURS, RECORDS, WithTables

JFK = [
    {"entity_id": "JFK", "timestamp": HOURS[0], "temp": 70.0, "count": 1},
    {"entity_id": "JFK", "timestamp": HOURS[2], "temp": 72.0, "count": None},
]
EWR = [{"entity_id": "EWR", "timestamp": HOURS[1], "temp": None, "count": 2**53 + 1}]
NAMES = ["temp", "count"]


class History(WithTables):
    def test_is_in_the_order_of_entities_and_times(self):
        commit = self.load().commit_time
        found = self.client.history(NAMES, ["JFK", "LGA", "EWR", "JFK"])
        self.assertEqual((found.to_dicts(), found.commit_time), (JFK + EWR, commit))
        self.assertEqual(self.client.history(NAMES, "EWR").to_dicts(), EWR)
        self.assertEqual(self.client.history("temp", []).to_dicts(), [])

    def test_is_bounded_by_times_and_commits(self):
        commit = self.load().commit_time
        self.load([{"origin": "JFK", "time_hour": HOURS[2], "temp": 99.0}])

        def temps(**options):
            return [row["temp"] for row in self.client.history("temp", "JFK", **options).to_dicts()]

        self.assertEqual(temps(), [70.0, 99.0])
        self.assertEqual(temps(known=commit), [70.0, 72.0])
        self.assertEqual(temps(start=HOURS[1]), [99.0])
        self.assertEqual(temps(end=HOURS[1]), [70.0])
        self.assertEqual(temps(start="2013-07-01 00:30", end="2013-07-02", zone="UTC"), [99.0])

    def test_has_any_number_of_pages_and_entities_from_one_state_of_the_store(self):
        names = [f"{number:0>200}, \\ä" for number in range(100)]
        rows = [{"origin": name, "time_hour": hour, "temp": 1.0} for name in names for hour in HOURS]
        self.load(rows)
        json = self.client._transport.json
        changed = []

        def asked(method, path, *arguments, **options):
            if path.endswith("/values") and not changed:
                changed.append(path)
                self.load([{**rows[-1], "temp": 2.0}])
            return json(method, path, *arguments, **options)

        with mock.patch("fstore.history.PAGE", 7), mock.patch.object(self.client._transport, "json", asked):
            found = self.client.history("temp", names).to_dicts()
        self.assertEqual(
            [(row["entity_id"], row["timestamp"]) for row in found], [(n, h) for n in names for h in HOURS]
        )
        self.assertEqual({row["temp"] for row in found}, {1.0})
        for name in names:
            self.client.erase_entity(name)

    def test_of_an_unknown_feature_is_an_error(self):
        with self.assertRaises(fstore.FStoreError) as caught:
            self.client.history("humidity", "JFK")
        self.assertEqual(caught.exception.status, 404)

    @needs_library("pandas", "polars", "pyarrow")
    def test_becomes_tables(self):
        self.load()
        found = self.client.history(NAMES, ["JFK", "EWR"])
        frame = found.to_pandas()
        self.assertEqual([str(kind) for kind in frame.dtypes][1:], ["datetime64[ns, UTC]", "float64", "Int64"])
        self.assertEqual(list(frame["entity_id"]), ["JFK", "JFK", "EWR"])
        self.assertEqual(list(frame["timestamp"].dt.hour), [0, 2, 1])
        self.assertEqual(frame["count"][2], RECORDS[2]["count"])
        table, polars = found.to_arrow(), found.to_polars()
        self.assertEqual(table.column_names, polars.columns)
        self.assertTrue(polars.equals(type(polars)(table)))
        nothing = self.client.history(NAMES, "LGA")
        self.assertEqual([len(nothing.to_pandas()), nothing.to_polars().height, nothing.to_arrow().num_rows], [0] * 3)


if __name__ == "__main__":
    unittest.main()
