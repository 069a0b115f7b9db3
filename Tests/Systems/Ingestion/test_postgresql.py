"""Sources of PostgreSQL: types, what a query may do, and what it leaves behind."""

import time
import unittest
import urllib.request

from postgresql import PostgreSQL
from serving import Server

database = None
server = None


def setUpModule():
    global database, server
    database = PostgreSQL()
    server = Server()


def tearDownModule():
    server.remove()
    database.stop()


def error(job):
    return job["runs"][0]["error"]


class Types(unittest.TestCase):
    def test_every_type_is_exact_or_refused(self):
        database.run(
            """CREATE TABLE kinds (id text, timestamp timestamptz, flag boolean, small smallint, big bigint,
                single real, double double precision, exact numeric, word text, day date, moment timestamp,
                doc jsonb, embedding real[], tags text[], name uuid);
            INSERT INTO kinds VALUES
                ('a', '2024-01-01 01:00:00.123456+01', true, -7, 9223372036854775807, 1.5, 0.1, 12.50,
                 'x,"y"' || chr(10) || 'z', '2024-02-29', '2024-01-01 00:00:00', '{"k": [1, 2.50]}', '{1,2.5,3}',
                 '{p,q}', '6f9619ff-8b86-d011-b42d-00c04fc964ff'),
                ('b', '2024-01-02', false, 0, -9223372036854775808, '1e-30', 1e300, 0, '', '0001-01-01',
                 '1999-12-31 23:59:59', 'null', '{0,0,0}', '{}', NULL),
                ('c', '2024-01-03', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)"""
        )
        columns = "flag small big single double exact word day moment doc embedding tags name".split()
        server.source("kinds", "postgresql", database.config(table="kinds", mapping={"values": columns}))
        job = server.job({"sources": ["kinds"]})
        self.assertEqual((job["status"], job["records_processed"], job["errors"]), ("completed", 3, 0), error(job))

        def newest(column, entity):
            found = server.values(f"kinds.{column}", [entity])
            return found[0][2] if found else None

        self.assertEqual(server.values("kinds.flag", ["a"]), [("a", "2024-01-01T00:00:00.123456Z", True)])
        expected = {
            "small": -7, "big": 9223372036854775807, "single": 1.5, "double": 0.1, "exact": 12.5,
            "word": 'x,"y"\nz', "day": "2024-02-29", "moment": "2024-01-01T00:00:00Z", "doc": {"k": [1, 2.5]},
            "embedding": [1, 2.5, 3], "tags": ["p", "q"], "name": "6f9619ff-8b86-d011-b42d-00c04fc964ff",
        }  # fmt: skip
        for column, value in expected.items():
            self.assertEqual(newest(column, "a"), value, column)
        self.assertEqual(newest("word", "b"), "", "an empty text is no null")
        self.assertEqual(newest("big", "b"), -9223372036854775808)
        for column in columns:
            self.assertIsNone(newest(column, "c"), f"null is no value: {column}")

    def test_what_would_lose_digits_is_rejected_by_row(self):
        query = """SELECT * FROM (VALUES ('a', now(), 0.1::numeric), ('b', now(), 123456789012345678.25),
            ('c', now(), 'NaN')) AS t (id, timestamp, value)"""
        source = server.source("digits", "postgresql", database.config(query=query))
        job = server.job({"sources": ["digits"]})
        self.assertEqual((job["records_processed"], job["errors"]), (1, 2))
        rejects = server.data("GET", f"/sources/{source}/rejects")["rejects"]
        self.assertIn("more digits than float64 keeps", rejects[0]["reason"])
        self.assertIn("123456789012345678.25", rejects[0]["row"])

    def test_types_that_no_feature_has_say_what_to_write(self):
        for value, hint in [("'\\x00'::bytea", "encode"), ("'1 day'::interval", "extract"), ("1::money", "numeric")]:
            query = f"SELECT 'a' AS id, now() AS timestamp, {value} AS value"
            server.source("refused", "postgresql", database.config(query=query))
            job = server.job({"sources": ["refused"]})
            self.assertEqual(job["status"], "failed")
            self.assertIn(hint, error(job))
            self.remove("refused")

    def remove(self, name):
        for source in server.ask("GET", "/sources?limit=1000")["items"]:
            if source["name"] == name:
                server.ask("DELETE", f"/sources/{source['id']}")


class Queries(unittest.TestCase):
    def tearDown(self):
        for source in server.ask("GET", "/sources?limit=1000")["items"]:
            server.ask("DELETE", f"/sources/{source['id']}")

    def job(self, query, **more):
        server.source("q", "postgresql", database.config(query=query, **more))
        job = server.job({"sources": ["q"]})
        self.tearDown()
        return job

    def test_a_query_can_only_read(self):
        database.run("CREATE TABLE IF NOT EXISTS kept (n int); INSERT INTO kept VALUES (1); GRANT ALL ON kept TO reader")
        row = "SELECT 'a' AS id, now() AS timestamp, 1 AS value"
        for query in [
            "DELETE FROM kept RETURNING 'a' AS id, now() AS timestamp, 1 AS value",
            "WITH gone AS (DELETE FROM kept RETURNING 1) " + row,
            row + "; DELETE FROM kept",
            row + ") TO STDOUT; DELETE FROM kept; --",
            row + ") TO PROGRAM 'touch /tmp/fstore-was-here' --",
            "COPY kept TO PROGRAM 'cat'",
            "SET transaction_read_only = off",
            "SELECT set_config('transaction_read_only', 'off', false) AS id, now() AS timestamp, 1 AS value",
            "SELECT set_config('statement_timeout', '0', false) FROM no_such_table",
            "DROP TABLE kept", " ", "SELECT", row + " /*", "COMMIT",
        ]:
            job = self.job(query)
            self.assertEqual(job["status"], "failed", query)
            self.assertEqual(database.run("SELECT count(*) FROM kept").stdout.strip(), "1", query)

    def test_comments_and_quotes_do_not_matter(self):
        job = self.job("SELECT 'a' AS id, now() AS timestamp, 1 AS value -- the newest one")
        self.assertEqual((job["status"], job["records_processed"]), ("completed", 1), error(job))

    def test_what_is_missing_is_named(self):
        job = self.job("SELECT 'a' AS id, now() AS timestmp, 1 AS value")
        self.assertIn('no column "timestamp"; did you mean "timestmp"?', error(job))
        self.assertIn("twice", error(self.job("SELECT 'a' AS id, now() AS timestamp, 1 AS value, 2 AS value")))
        self.assertIn("no_such_table", error(self.job("SELECT * FROM no_such_table")))
        self.assertIn("parameters", error(self.job("SELECT $1::text AS id, now() AS timestamp, 1 AS value")))

    def test_a_password_is_never_said(self):
        source = server.source("q", "postgresql", {**database.config(table="kept"), "password": "wrong-hunter2"})
        job = server.data("POST", "/ingestion/start", {"sources": ["q"]})["job_id"]
        test = server.data("POST", f"/sources/{source}/test")
        self.assertFalse(test["connected"])
        self.assertIn("password authentication failed", test["error"])
        self.assertEqual(server.ended(job, 10)["status"], "failed")
        self.assertNotIn("hunter2", server.text() + str(server.data("GET", f"/ingestion/jobs/{job}")))

    def test_a_test_shows_rows_and_counts_them(self):
        query = "SELECT n AS id, to_timestamp(n) AS timestamp, n / 4.0 AS value FROM generate_series(1, 12345) AS n"
        source = server.source("q", "postgresql", database.config(query=query))
        test = server.data("POST", f"/sources/{source}/test")
        self.assertEqual((test["connected"], test["total_records"]), (True, 12345))
        self.assertEqual(test["sample_data"][0]["value"], 0.25)
        self.assertEqual(test["sample_data"][0]["id"], "1")

    def test_a_stop_ends_a_query_that_runs(self):
        query = "SELECT n AS id, now() AS timestamp, pg_sleep(0.001)::text AS value FROM generate_series(1, 100000) n"
        server.source("q", "postgresql", database.config(query=query))
        job = server.data("POST", "/ingestion/start", {"sources": ["q"]})["job_id"]
        time.sleep(1)
        began = time.monotonic()
        server.data("POST", "/ingestion/stop", {"job_id": job})
        self.assertEqual(server.ended(job)["status"], "stopped")
        self.assertLess(time.monotonic() - began, 5)
        for _ in range(50):
            asleep = database.run("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%'").stdout.strip()
            if asleep == "0":
                break
            time.sleep(0.1)
        self.assertEqual(asleep, "0", "the server goes on with a query that nobody reads")

    def test_what_is_there_is_not_written_again(self):
        rows = "SELECT n AS id, to_timestamp(n) AS timestamp, n AS value FROM generate_series(1, 5000) n"
        database.run(f"CREATE TABLE again AS {rows}")
        server.source("again", "postgresql", database.config(table="public.again"))
        self.assertEqual(server.job()["records_processed"], 5000)
        before = self.cells()
        self.assertEqual(server.job()["records_processed"], 5000)
        self.assertEqual(self.cells(), before)
        database.run("UPDATE again SET value = -1 WHERE id = 7")
        server.job()
        self.assertEqual(self.cells(), before + 1)
        self.assertEqual(server.values("again.value", ["7"])[0][2], -1)

    def cells(self):
        with urllib.request.urlopen(f"{server.url}/metrics") as answer:
            for line in answer.read().decode().splitlines():
                if line.startswith("fstore_store_cells "):
                    return int(float(line.split()[1]))
        raise AssertionError("there is no fstore_store_cells")


class Egress(unittest.TestCase):
    """Another organization than the first one must not reach what only the server can reach."""

    def test_others_reach_only_what_is_allowed(self):
        person = {"email": "ann@example.com", "username": "ann", "password": "a long password", "full_name": "Ann"}
        server.ask("POST", "/auth/register", {**person, "organization_name": "others"})
        login = server.ask("POST", "/auth/login", {"email": "ann@example.com", "password": "a long password"})
        mine, server.key = server.key, login["access_token"]
        try:
            for host in ["127.0.0.1", "localhost", "::1", "0.0.0.0", "127.1", "2130706433", "0x7f000001", "::ffff:127.0.0.1"]:
                source = server.source(host, "postgresql", {**database.config(table="kept"), "host": host})
                test = server.data("POST", f"/sources/{source}/test")
                self.assertFalse(test["connected"], host)
                self.assertIn("egress_allow", test["error"], host)
        finally:
            server.key = mine

    def test_nobody_reaches_where_clouds_keep_credentials(self):
        for host in ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe"]:
            source = server.source("m" + host, "postgresql", {**database.config(table="kept"), "host": host})
            test = server.data("POST", f"/sources/{source}/test")
            self.assertIn("may not be reached", test["error"] or "", host)


if __name__ == "__main__":
    unittest.main()
