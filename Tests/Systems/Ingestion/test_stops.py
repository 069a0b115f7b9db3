"""What a kill must not change: jobs that were stopped, what they have counted, events and exports."""

import http.server
import json
import os
import threading
import time
import unittest
import urllib.request

from postgresql import PostgreSQL
from serving import Server

TIMES = {"mapping": {"time_unit": "s"}}


def rows(first, last):
    return "".join(f"e{n % 50},{n},{n}\n" for n in range(first, last))


class Stops(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.remove)

    def source(self, name, count):
        self.server.write(f"{name}.csv", "id,timestamp,value\n" + rows(0, count))
        return self.server.source(name, "file", {"path": f"{name}.csv", **TIMES})

    def begun(self, source):
        """A job of small commits that has stored something, and goes on for long."""
        body = {"sources": [source], "options": {"batch_size": 10}}
        job = self.server.data("POST", "/ingestion/start", body)["job_id"]
        end = time.monotonic() + 30
        while self.server.data("GET", f"/ingestion/jobs/{job}")["records_processed"] < 50:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)
        return job

    def stored(self, source):
        body = {"filters": {"source": source}, "pagination": {"limit": 1}}
        return self.server.data("POST", "/data/query", body)["pagination"]["total"]

    def test_a_stop_outlives_a_kill(self):
        """A stop was told to the run in memory only: after a kill the job went on, completed, and told so."""
        self.source("a", 200_000)
        job = self.begun("a")
        self.server.data("POST", "/ingestion/stop", {"job_id": job})
        self.server.kill()
        self.server.start()
        found = self.server.ended(job)
        self.assertEqual((found["status"], found["records_processed"]), ("stopped", self.stored("a")))

    def test_a_stopped_job_counts_its_own_rows(self):
        """The second run of a file that had grown counted the rows of the first one too."""
        self.source("a", 5000)
        self.server.job()
        self.source_grows("a", 200_000)
        job = self.begun("a")
        self.server.data("POST", "/ingestion/stop", {"job_id": job})
        found = self.server.ended(job)
        self.assertEqual(found["records_processed"], self.stored("a") - 5000)
        done = self.server.job({"sources": ["a"]})
        self.assertEqual(5000 + found["records_processed"] + done["records_processed"], 200_000)

    def source_grows(self, name, count):
        self.server.write(f"{name}.csv", "id,timestamp,value\n" + rows(0, count))

    def test_what_a_killed_try_has_stored_is_counted(self):
        """A job that was stopped while it waited for its next try said 0 rows, though the killed one had stored some."""
        source = self.source("a", 50_000)
        job = self.begun("a")
        self.server.kill()
        self.server.start()
        self.server.data("POST", "/ingestion/stop", {"job_id": job})
        found = self.server.ended(job)
        self.assertEqual(found["records_processed"], self.stored("a"))
        self.server.job({"sources": ["a"]})
        stats = self.server.data("GET", f"/sources/{source}")["sync_stats"]
        self.assertEqual(stats["successful"], 50_000, stats)

    def test_a_table_that_was_killed_and_stopped_is_not_stored_twice(self):
        """The catalog knew of no row of the killed try, and the next job wrote all of them again."""
        database = PostgreSQL()
        self.addCleanup(database.stop)
        database.run("CREATE TABLE t AS SELECT 'e' || n AS id, to_timestamp(n) AS timestamp, n AS value "
                     "FROM generate_series(1, 20000) n")
        self.server.source("t", "postgresql", database.config(table="t"))
        job = self.begun("t")
        self.server.kill()
        self.server.start()
        self.server.data("POST", "/ingestion/stop", {"job_id": job})
        self.server.ended(job)
        self.server.job({"sources": ["t"]})
        with urllib.request.urlopen(f"{self.server.url}/metrics") as answer:
            self.assertIn("\nfstore_store_cells 20000\n", answer.read().decode())

    def test_a_source_that_fails_is_told_of_once(self):
        """A second job that was killed while it failed told of the failing source again."""
        reads, told = [], []

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def answer(self, status):
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self):
                reads.append(self.path)
                time.sleep(1 if len(reads) == 2 else 0)
                try:
                    self.answer(404)
                except OSError:
                    pass

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                told.append(body["data"]["job_id"])
                self.answer(200)

        service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=service.serve_forever, daemon=True).start()
        self.addCleanup(service.server_close)
        self.addCleanup(service.shutdown)
        url = f"http://127.0.0.1:{service.server_port}"
        self.server.data("POST", "/webhooks", {"url": f"{url}/hook", "events": ["source.failing"]})
        self.server.source("a", "api", {"url": f"{url}/rows"})
        first = self.server.data("POST", "/ingestion/start")["job_id"]
        self.server.ended(first)
        second = self.server.data("POST", "/ingestion/start")["job_id"]
        while len(reads) < 2:
            time.sleep(0.01)
        self.server.kill()
        self.server.start()
        self.assertEqual(self.server.ended(second)["status"], "failed")
        time.sleep(3)
        self.assertEqual(told, [first])

    def test_an_export_that_failed_leaves_no_file(self):
        """A half file stayed for a day when its source was deleted after a kill, and the reason was not a sentence."""
        source = self.source("a", 100_000)
        self.server.job()
        export = self.server.data("POST", "/data/export", {"format": "csv", "filters": {"source": "a"}})["export_id"]
        directory = os.path.join(self.server.directory, "data", "exports")
        while not (os.path.isdir(directory) and os.listdir(directory)):
            time.sleep(0.001)
        self.server.kill()
        self.server.start()
        self.server.ask("DELETE", f"/sources/{source}")
        end = time.monotonic() + 30
        while (found := self.server.data("GET", f"/data/export/{export}"))["status"] == "processing":
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)
        if found["status"] == "failed":
            self.assertEqual((found["error"], os.listdir(directory)), ('there is no source "a"', []))


if __name__ == "__main__":
    unittest.main()
