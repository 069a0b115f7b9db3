"""Mark R11: the server is killed while it reads sources. Every job goes on, and no row is stored twice or lost."""

import os
import random
import time
import unittest
import urllib.request

from postgresql import PostgreSQL
from serving import Server

KILLS = int(os.environ.get("FSTORE_TEST_KILLS", "12"))
ROWS = 40_000


class Kills(unittest.TestCase):
    def test_a_killed_run_goes_on(self):
        seed = int(os.environ.get("FSTORE_TEST_SEED", random.randrange(1 << 30)))
        print(f"seed {seed}", flush=True)
        chance = random.Random(seed)
        database = PostgreSQL()
        self.addCleanup(database.stop)
        rows = f"SELECT 'e' || n % 500 AS id, to_timestamp(n) AS timestamp, n AS value FROM generate_series(1, {ROWS}) n"
        database.run(f"CREATE TABLE rows AS {rows}")
        kills = 0
        while kills < KILLS:
            kills += self.one_store(database, chance, min(5, KILLS - kills))

    def one_store(self, database, chance, most):
        server = Server()
        self.addCleanup(server.remove)
        lines = [f"e{n % 500},{n},{n}\n" for n in range(1, ROWS + 1)]
        lines[100] = "e1,noon,1\n"
        server.write("rows.csv", "id,timestamp,value\n" + "".join(lines))
        server.source("file", "file", {"path": "rows.csv", "mapping": {"time_unit": "s"}})
        server.source("table", "postgresql", database.config(table="rows"))
        options = {"batch_size": chance.choice([50, 200, 1000])}
        job = server.data("POST", "/ingestion/start", {"options": options})["job_id"]
        query = "SELECT id AS entity_id, value, timestamp FROM rows"
        server.ask("POST", "/features", {"name": "own", "source": {"type": "postgresql", "query": query}})
        kills = 0
        for _ in range(most):
            time.sleep(chance.random() * 0.5)
            server.kill()
            kills += 1
            server.start()
        found = server.ended(job)
        self.assertEqual(found["status"], "completed", found)
        self.assertEqual((found["records_processed"], found["errors"]), (2 * ROWS - 1, 1), found)
        rejects = [
            reject
            for source in server.ask("GET", "/sources")["items"]
            for reject in server.data("GET", f"/sources/{source['id']}/rejects")["rejects"]
        ]
        self.assertEqual([(reject["line"], reject["field"]) for reject in rejects], [(102, "timestamp")])
        end = time.monotonic() + 60
        while True:
            own = server.ask("GET", "/features/own")["materialization"]
            if own["last_success"] and not own["is_running"]:
                break
            self.assertLess(time.monotonic(), end, own)
            time.sleep(0.05)
        with urllib.request.urlopen(f"{server.url}/metrics") as answer:
            cells = [line for line in answer.read().decode().splitlines() if line.startswith("fstore_store_cells ")]
        self.assertEqual(int(float(cells[0].split()[1])), 3 * ROWS - 1, "a row is stored twice, or lost")
        # And a job that follows has nothing left to do.
        again = server.job({"sources": ["file"]})
        self.assertEqual((again["records_processed"], again["errors"]), (0, 0))
        self.assertEqual(server.stop(), 0)
        server.remove()
        return kills


if __name__ == "__main__":
    unittest.main()
