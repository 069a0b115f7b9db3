"""The chapter of docs/ingestion.md that leads from a table of PostgreSQL to a feature, step by step as it is written."""

import os
import re
import subprocess
import tempfile
import time
import unittest

from postgresql import PostgreSQL
from serving import Server

PAGE = os.path.join(os.path.dirname(__file__), "../../..")
FLIGHTS = os.path.abspath(os.path.join(PAGE, os.environ.get("FSTORE_TEST_DATA", ".data"), "flights"))


def steps():
    """The shell commands of the page, by the names in its comments."""
    with open(os.path.join(PAGE, "docs/ingestion.md"), encoding="utf-8") as file:
        return dict(re.findall(r"<!-- page: (\w+) -->\n```sh\n(.*?)```", file.read(), re.S))


class Page(unittest.TestCase):
    def setUp(self):
        self.database = PostgreSQL()
        self.addCleanup(self.database.stop)
        self.server = Server()
        self.addCleanup(self.server.remove)
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def run_step(self, name):
        script = steps()[name].replace("path/to/fstore/", os.path.abspath(PAGE) + "/")
        script = script.replace("localhost:8000", self.server.url.removeprefix("http://"))
        script = script.replace('"port":5432', f'"port":{self.database.port}')
        script = script.replace("path/to/fstore", os.path.abspath(PAGE))
        where = {"PGHOST": "127.0.0.1", "PGPORT": str(self.database.port), "PGUSER": "owner"}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script.replace("curl ", "curl -sS --fail-with-body ")],
            cwd=self.directory.name,
            env={**os.environ, **where, "PGPASSWORD": PostgreSQL.PASSWORD, "KEY": self.server.key},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def wait_until(self, is_so):
        end = time.monotonic() + 120
        while not is_so():
            self.assertLess(time.monotonic(), end, self.server.ask("GET", "/features/departure_delay"))
            time.sleep(0.05)

    def rows(self):
        state = self.server.ask("GET", "/features/departure_delay")["materialization"]
        self.assertNotEqual(state["status"], "failing", state)
        return state["rows"] if state["last_success"] else None

    def newest(self):
        item = self.server.ask("GET", "/features/departure_delay/values?entity_ids=N14228")["items"][0]
        return item["value"], item["timestamp"]

    def test_it_is_true(self):
        if os.path.exists(FLIGHTS):
            os.symlink(FLIGHTS, os.path.join(self.directory.name, "flights"))
        self.run_step("table")
        self.run_step("feature")
        count = "SELECT count(*) FROM flights WHERE tailnum IS NOT NULL AND dep_delay IS NOT NULL"
        self.database.name = "flights"
        rows = int(self.database.run(count).stdout)
        self.assertGreater(rows, 300_000)
        self.wait_until(lambda: self.rows() == rows)
        shown = self.run_step("look")
        self.assertIn('"status":"bound"', shown)
        last = """SELECT DISTINCT ON (tailnum) dep_delay FROM flights WHERE tailnum = 'N14228' AND dep_delay IS NOT NULL
            AND time_hour <= '2013-07-01Z' ORDER BY tailnum, time_hour DESC"""
        values = [float(value) for value in re.findall(r'"value":([-0-9.]+)', shown)]
        self.assertEqual(values[1], float(self.database.run(last).stdout))
        self.run_step("fresh")
        self.wait_until(lambda: self.newest() == (7.0, "2014-01-01T10:00:00Z"))


if __name__ == "__main__":
    unittest.main()
