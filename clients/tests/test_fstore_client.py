"""The Python client ``fstore``: what it does with a real server."""

import asyncio
import math
import os
import pickle
import threading
import unittest
from datetime import date, datetime, timedelta, timezone
from unittest import mock

from fstore_serving import KEY, WithServer, fstore, needs_library

JULY = "2013-07-04T16:00:00Z"


class Features(WithServer):
    def test_are_made_listed_changed_and_deleted(self):
        made = self.client.create_feature(
            "temp", "float64", ttl="7d", description="Fahrenheit", owner="w", tags=["a"], retention={"max_age": "30d"}
        )
        self.assertEqual((made["value_type"], made["ttl"], made["tags"]), ("float64", "7d", ["a"]))
        self.client.create_feature("other/name, with comma")
        self.assertEqual(self.client.feature("other/name, with comma")["value_type"], None)
        self.assertEqual([feature["name"] for feature in self.client.features(tag="a", owner="w")], ["temp"])
        self.assertEqual(len(self.client.features()), 2)
        self.assertIsNone(self.client.update_feature("temp", ttl=None, tags=["b"])["ttl"])
        self.assertIsNone(self.client.delete_feature("temp"))
        with self.assertRaises(fstore.FStoreError) as caught:
            self.client.feature("temp")
        error = pickle.loads(pickle.dumps(caught.exception))
        self.assertEqual((error.status, error.code), (404, "NOT_FOUND"))
        self.assertRegex(error.request_id, "^req_")

    def test_more_than_a_page_of_them_are_listed(self):
        with mock.patch("fstore.definitions.PAGE", 2):
            for number in range(5):
                self.client.create_feature(f"f{number}", "int64")
            self.assertEqual(sorted(feature["name"] for feature in self.client.features()), [f"f{n}" for n in range(5)])

    def test_that_are_wrong_are_named_with_the_field(self):
        with self.assertRaises(fstore.FStoreError) as caught:
            self.client.create_feature("temp", value_type="float65")
        self.assertEqual((caught.exception.status, caught.exception.field), (422, "value_type"))


class Values(WithServer):
    def test_are_put_and_read(self):
        self.make(temp="float64")
        commit = self.client.put("temp", {"JFK": 1.5, 7: 2.5, "a,b\\": 3.5}, time=JULY)
        self.assertEqual(self.client.last_commit(), commit)
        found = self.client.online("temp", entities=["JFK", 7, "a,b\\", "LGA"], timestamps=True)
        self.assertEqual(found.columns, [[1.5, 2.5, 3.5, None]])
        self.assertEqual(found.statuses["LGA"], {"temp": "MISSING"})
        self.assertEqual(found.timestamps["7"], {"temp": JULY})
        self.assertEqual(self.client.delete_values("temp", ["a,b\\"])["deleted"], 1)
        self.assertEqual(self.client.online("temp", entities="a,b\\").statuses, {"a,b\\": {"temp": "MISSING"}})
        self.assertEqual(self.client.online("temp", "a,b\\", known=commit).to_dict(), {"a,b\\": {"temp": 3.5}})
        self.assertEqual(self.client.erase_entity("JFK"), {"entity_id": "JFK", "erased": 1})

    def test_have_times_of_many_kinds(self):
        self.make(temp="float64")
        at = datetime(2013, 7, 4, 12, 0, 0, 500, tzinfo=timezone(timedelta(hours=-4)))
        for time, zone, stored in [
            (JULY, None, JULY),
            ("2013-07-04 12:00", "America/New_York", JULY),
            (at, None, "2013-07-04T16:00:00.0005Z"),
            (datetime(2013, 7, 4, 12), "America/New_York", JULY),
            (date(2013, 7, 4), "UTC", "2013-07-04T00:00:00Z"),
        ]:
            with self.subTest(time):
                self.client.put("temp", {"JFK": 1.0}, time=time, zone=zone)
                timestamps = self.client.online("temp", "JFK", as_of=time, zone=zone, timestamps=True).timestamps
                moment = datetime.fromisoformat(timestamps["JFK"]["temp"].replace("Z", "+00:00").replace("5+", "500+"))
                self.assertEqual(moment, datetime.fromisoformat(stored.replace("Z", "+00:00").replace("5+", "500+")))

    def test_of_python_are_values_of_json(self):
        self.make(number="float64", raw="bytes", any="json", vector="vector(2)")
        self.client.put("number", {"a": math.nan, "b": None, "c": 2.0})
        self.assertEqual(self.client.online("number", ["a", "b", "c"]).columns, [[None, None, 2.0]])
        self.client.put("raw", {"a": b"\x00\xff"})
        self.client.put("any", {"a": {"b": [1, math.nan]}})
        self.client.put("vector", {"a": (1, 2)})
        found = self.client.online(["raw", "any", "vector"], "a").to_dict()["a"]
        self.assertEqual(found, {"raw": "AP8=", "any": {"b": [1, None]}, "vector": [1.0, 2.0]})

    @needs_library("numpy")
    def test_of_numpy_are_taken_everywhere(self):
        import numpy as np

        self.make(temp="float64", vector="vector(3)")
        self.client.put(
            "temp",
            {np.str_("JFK"): np.float32(1.5), np.int64(7): np.float64("nan")},
            time=np.datetime64("2013-07-04T16:00"),
            zone="UTC",
        )
        self.client.put("vector", {"JFK": np.arange(3, dtype="float32")})
        found = self.client.online(np.array(["temp", "vector"]), entities=np.array(["JFK"]))
        self.assertEqual(found.to_dict(), {"JFK": {"temp": 1.5, "vector": [0.0, 1.0, 2.0]}})
        self.assertEqual(self.client.online("temp", np.array([7])).statuses, {"7": {"temp": "NULL"}})
        self.refused("vector", found.to_numpy)
        self.assertEqual(self.client.online("temp", [7, "JFK"]).to_numpy().tolist()[1], [1.5])

    @needs_library("pandas", "polars", "pyarrow")
    def test_become_tables(self):
        import pandas as pd

        self.make(temp="float64", count="int64", flag="bool")
        self.client.put("temp", {"a": 1.5}, time=JULY)
        self.client.put("count", {"a": 3, "b": 4}, time=JULY)
        self.client.put("flag", {"b": True}, time=pd.Timestamp("2013-07-04T16:00:00.000000001Z"))
        found = self.client.online(["temp", "count", "flag"], pd.Series(["a", "b"]), timestamps=True)
        frame = found.to_pandas()
        self.assertEqual([str(kind) for kind in frame.dtypes], ["float64", "int64", "boolean"])
        self.assertEqual((frame.index.name, list(frame.index)), ("entity_id", ["a", "b"]))
        self.assertEqual(found.to_polars().columns, ["entity_id", "temp", "count", "flag"])
        self.assertEqual(found.to_arrow().column("flag").to_pylist(), [None, True])
        self.assertEqual(found.timestamps["b"]["flag"], "2013-07-04T16:00:00.000000001Z")

    def test_that_are_wrong_are_refused_before_they_are_sent(self):
        client, naive = self.client, datetime(2013, 7, 4)
        self.assertIn('zone="UTC"', str(self.refused("time", client.put, "temp", {"a": 1.0}, time=naive)))
        self.refused("as_of", client.online, "temp", "a", as_of=naive)
        self.refused("as_of", client.online, "temp", "a", as_of=1372953600)
        self.refused("zone", client.put, "temp", {"a": 1.0}, time=naive, zone="Mars/Base")
        self.refused("entities[1]", client.online, "temp", ["a", 1.0])
        self.refused("entities[0]", client.online, "temp", [None])
        self.refused("values['a']", client.put, "temp", {"a": math.inf})
        self.refused("values['a']", client.put, "temp", {"a": object()})
        self.refused("features", client.online, [], entities=["a"])
        self.refused("features", client.online, ["temp", "temp"], "a")
        self.refused("features[0]", client.online, [1], "a")
        # Twice in New York, and never.
        for text in ("2013-11-03T01:30", "2013-03-10T02:30"):
            self.refused(
                "time", client.put, "temp", {"a": 1.0}, time=datetime.fromisoformat(text), zone="America/New_York"
            )

    def test_of_unknown_features_are_an_error_that_names_them(self):
        with self.assertRaises(fstore.FStoreError) as caught:
            self.client.online(["x", "y"], "a")
        error = caught.exception
        self.assertEqual((error.status, error.field, error.details["features"]), (404, "features", ["x", "y"]))


class Commits(WithServer):
    def test_are_asked_of_the_server_when_no_answer_has_named_one(self):
        with fstore.Client(self.server.url, api_key=self.key) as other:
            self.assertEqual(self.refused(None, other.last_commit).code, "NO_COMMIT")
            self.make(temp="float64")
            commit = self.client.put("temp", {"JFK": 1.5})
            self.assertEqual(other.last_commit(), commit)


class Clients(WithServer):
    def test_take_address_and_key_from_the_environment(self):
        with mock.patch.dict(os.environ, {"FSTORE_URL": self.server.url[: -len("/api/v1")], "FSTORE_API_KEY": KEY}):
            with fstore.Client() as client:
                self.assertEqual(client.features(), [])

    def test_refuse_what_is_no_address_or_key(self):
        with mock.patch.dict(os.environ):
            os.environ.pop("FSTORE_URL", None)
            self.refused("url", fstore.Client)
        self.refused("url", fstore.Client, "localhost:8000")
        self.refused("url", fstore.Client, "http://u:p@localhost")
        error = self.refused("api_key", fstore.Client, "http://localhost", "se cret")
        self.assertNotIn("cret", str(error))

    def test_are_shared_by_threads_and_event_loops(self):
        self.make(temp="float64")
        self.client.put("temp", {"JFK": 1.5})

        def ask():
            for _ in range(50):
                self.assertEqual(self.client.online("temp", "JFK").columns, [[1.5]])

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        async def ask_all():
            async with fstore.AsyncClient(self.server.url, api_key=self.key, max_concurrency=4) as client:
                await client.create_feature("wind", "float64")
                await client.put("wind", {"JFK": 2.5})
                answers = await asyncio.gather(*(client.online(["temp", "wind"], "JFK") for _ in range(40)))
                await client.delete_feature("wind")
                return {str(answer.columns) for answer in answers}, [f["name"] for f in await client.features()]

        self.assertEqual(asyncio.run(ask_all()), ({"[[1.5], [2.5]]"}, ["temp"]))

    def test_have_the_same_methods_with_and_without_an_event_loop(self):
        import inspect

        for name, method in inspect.getmembers(fstore.Client, inspect.isfunction):
            if not name.startswith("_"):
                other = getattr(fstore.AsyncClient, name)
                self.assertTrue(inspect.iscoroutinefunction(other), name)
                self.assertEqual(inspect.signature(method), inspect.signature(other), name)

    def test_that_are_closed_say_so(self):
        client = fstore.Client(self.server.url, api_key=self.key)
        client.close()
        self.assertEqual(self.refused(None, client.features).code, "CLIENT_CLOSED")


if __name__ == "__main__":
    unittest.main()
