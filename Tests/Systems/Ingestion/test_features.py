"""Features that a query of their own keeps filled (document 000)."""

import time
import unittest

from postgresql import PostgreSQL
from serving import Refused, Server

database = None
server = None


def setUpModule():
    global database, server
    database = PostgreSQL()
    server = Server()
    database.run(
        """CREATE TABLE orders (customer_id text, value numeric, at timestamptz);
        INSERT INTO orders VALUES ('c1', 10.5, '2024-01-01'), ('c1', 2, '2024-01-02'), ('c2', 7, '2024-01-03')"""
    )


def tearDownModule():
    server.remove()
    database.stop()


class FeatureSources(unittest.TestCase):
    def tearDown(self):
        for feature in server.ask("GET", "/features?limit=1000")["items"]:
            server.ask("DELETE", f"/features/{feature['id']}")
        for source in server.ask("GET", "/sources?limit=1000")["items"]:
            server.ask("DELETE", f"/sources/{source['id']}")

    def feature(self, name, query, **more):
        source = {"type": "postgresql", "query": query, **more}
        made = server.ask("POST", "/features", {"name": name, "source": source})
        self.assertEqual(made["source"], source, "answered as it was sent")
        return made

    def ran(self, name, since=None, seconds=20):
        """What fills the feature, once it has run after `since`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = server.ask("GET", f"/features/{name}")["materialization"]
            if found["last_run"] not in (None, since) and not found["is_running"]:
                return found
            time.sleep(0.05)
        raise TimeoutError(found)

    def test_the_example_of_the_document(self):
        server.source("customer_database", "postgresql", database.config())
        query = "SELECT customer_id, SUM(value) FROM orders GROUP BY customer_id"
        made = self.feature("customer_lifetime_value", query, update_frequency="1h")
        self.assertEqual(made["materialization"]["status"], "bound")
        found = self.ran("customer_lifetime_value")
        self.assertEqual((found["status"], found["rows"], found["rejected"]), ("bound", 2, 0), found)
        self.assertIsNotNone(found["next_run"])
        items = server.ask("GET", "/features/customer_lifetime_value/values?entity_ids=c1,c2")["items"]
        self.assertEqual([(item["entity_id"], item["value"]) for item in items], [("c1", 12.5), ("c2", 7)])

    def test_unbound_says_why_and_binds_when_there_is_a_source(self):
        query = "SELECT customer_id, value, at AS timestamp FROM orders"
        made = self.feature("f", query, update_frequency="1h")
        self.assertEqual(made["materialization"]["status"], "unbound")
        self.assertIn("no source of type postgresql", made["materialization"]["reason"])
        self.ran("f")
        server.source("one", "postgresql", database.config())
        again = server.ask("POST", "/features/f/materialize")
        self.assertIn(again["status"], ("bound", "failing"))
        end = time.monotonic() + 20
        while self.ran("f")["status"] != "bound":
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)
        self.assertEqual(len(server.values("f", ["c1", "c2"])), 3)
        server.source("two", "postgresql", database.config())
        found = server.ask("GET", "/features/f")["materialization"]
        self.assertEqual(found["status"], "unbound")
        self.assertIn("name one with source_id", found["reason"])
        self.feature("g", query, source="two")
        self.assertEqual(self.ran("g")["status"], "bound")

    def test_a_parameter_reads_only_what_is_new(self):
        server.source("one", "postgresql", database.config())
        database.run("CREATE TABLE IF NOT EXISTS seen AS SELECT * FROM orders")
        query = "SELECT customer_id AS entity_id, value, at AS event_time FROM seen WHERE at > $1 -- '$1' stays"
        self.feature("f", query)
        first = self.ran("f")
        self.assertEqual((first["rows"], first["next_run"]), (3, None), first)
        database.run("INSERT INTO seen VALUES ('c3', 1, '2024-02-01 00:00:00.123456')")
        server.ask("POST", "/features/f/materialize")
        second = self.ran("f", first["last_run"])
        self.assertEqual(second["rows"], 1, second)
        server.ask("POST", "/features/f/materialize")
        third = self.ran("f", second["last_run"])
        self.assertEqual(third["rows"], 0, third)
        self.assertEqual(len(server.values("f", ["c1", "c2", "c3"])), 4)

    def test_it_runs_again_and_keeps_the_values_when_it_fails(self):
        server.source("one", "postgresql", database.config())
        database.run("CREATE TABLE IF NOT EXISTS moving AS SELECT 'c1' AS id, now() AS timestamp, 1.5 AS value")
        self.feature("f", "SELECT * FROM moving", update_frequency="1s")
        first = self.ran("f")
        second = self.ran("f", first["last_run"])
        self.assertEqual(len(server.values("f", ["c1"])), 1, "what is there is not written again")
        database.run("DROP TABLE moving")
        found = self.ran("f", second["last_run"])
        while found["status"] == "bound":
            found = self.ran("f", found["last_run"])
        self.assertEqual(found["status"], "failing")
        self.assertIn("moving", found["reason"])
        self.assertEqual(len(server.values("f", ["c1"])), 1)

    def test_what_cannot_be_meant_is_said(self):
        server.source("one", "postgresql", database.config())
        for name, query, reason in [
            ("a", "SELECT customer_id, value, value AS other FROM orders", "one column of values"),
            ("b", "SELECT customer_id FROM orders", "one column of values"),
            ("c", "SELECT customer_id, value FROM orders WHERE value > $1", "a timestamp"),
            ("d", "SELECT customer_id, value FROM orders WHERE at > $1 OR at > $2", "one parameter"),
        ]:
            self.feature(name, query)
            found = self.ran(name)
            self.assertEqual(found["status"], "failing", query)
            self.assertIn(reason, found["reason"])

    def test_a_frequency_of_centuries_is_no_crash(self):
        server.source("one", "postgresql", database.config())
        self.feature("f", "SELECT customer_id, value, at AS timestamp FROM orders", update_frequency="100000d")
        self.assertEqual(self.ran("f")["status"], "bound")
        self.assertEqual(server.ask("GET", "/features/f")["materialization"]["rows"], 3)

    def test_a_feature_without_a_query_is_not_filled(self):
        server.ask("POST", "/features", {"name": "plain", "source": {"type": "manual"}})
        self.assertNotIn("materialization", server.ask("GET", "/features/plain"))
        with self.assertRaises(Refused) as refused:
            server.ask("POST", "/features/plain/materialize")
        self.assertEqual(refused.exception.status, 422)


if __name__ == "__main__":
    unittest.main()
