"""Webhooks: what is sent, how it is signed, and that it comes, whatever happens in between."""

import http.server
import json
import threading
import time
import unittest

from serving import Refused, Server
from standardwebhooks import Webhook

server = None
receiver = None


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen = []
    statuses = []

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        Receiver.seen.append((self.path, dict(self.headers), body))
        status = Receiver.statuses.pop(0) if Receiver.statuses else 200
        self.send_response(status)
        if status in (301, 302):
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()


def setUpModule():
    global server, receiver
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    receiver.daemon_threads = True
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    server = Server()
    server.write("d.csv", "id,timestamp,value\na,2024-01-01,1\nb,noon,2\n")


def tearDownModule():
    server.remove()
    receiver.shutdown()
    receiver.server_close()


class Webhooks(unittest.TestCase):
    def setUp(self):
        Receiver.seen, Receiver.statuses = [], []

    def tearDown(self):
        for webhook in server.data("GET", "/webhooks")["webhooks"]:
            server.ask("DELETE", f"/webhooks/{webhook['id']}")
        for source in server.ask("GET", "/sources?limit=1000")["items"]:
            server.ask("DELETE", f"/sources/{source['id']}")

    def webhook(self, *events, path="/hook", **more):
        url = f"http://127.0.0.1:{receiver.server_port}{path}"
        return server.data("POST", "/webhooks", {"url": url, "events": list(events), **more})

    def wait(self, count, seconds=30):
        end = time.monotonic() + seconds
        while len(Receiver.seen) < count:
            self.assertLess(time.monotonic(), end, Receiver.seen)
            time.sleep(0.02)
        return Receiver.seen

    def deliveries(self, webhook):
        return server.data("GET", f"/webhooks/{webhook['id']}/deliveries")["deliveries"]

    def test_the_secret_of_the_document_signs_what_comes(self):
        made = self.webhook("ingestion.completed", "feature.updated", secret="webhook-secret")
        self.assertEqual((made["secret"], made["warning"]), ("whsec_d2ViaG9vay1zZWNyZXQ=", "weak_secret"))
        server.source("s", "file", {"path": "d.csv"})
        job = server.job()
        events = {}
        for _, headers, body in self.wait(2):
            small = {name.lower(): value for name, value in headers.items()}
            event = Webhook(made["secret"]).verify(body, small)
            self.assertLess(len(body), 20_000)
            events[event["type"]] = event["data"]
        completed = events["ingestion.completed"]
        self.assertEqual((completed["job_id"], completed["records_processed"], completed["errors"]), (job["id"], 1, 1))
        self.assertEqual(completed["sources"][0]["status"], "completed")
        self.assertEqual(events["feature.updated"]["source"], "s")
        for delivery in self.deliveries(made):
            self.assertEqual((delivery["status"], delivery["attempts"], delivery["last_status"]), ("delivered", 1, 200))

    def test_a_secret_is_made_and_never_shown_again(self):
        made = self.webhook("ingestion.completed")
        self.assertTrue(made["secret"].startswith("whsec_") and "warning" not in made)
        listed = json.dumps(server.data("GET", "/webhooks"))
        self.assertNotIn(made["secret"], listed)
        self.assertNotIn("secret", listed)

    def test_a_failure_is_told_once(self):
        self.webhook("ingestion.failed", "source.failing")
        server.source("s", "file", {"path": "none.csv"})
        server.job()
        server.job()
        self.wait(3)
        time.sleep(1.5)
        types = sorted(json.loads(body)["type"] for _, _, body in Receiver.seen)
        self.assertEqual(types, ["ingestion.failed", "ingestion.failed", "source.failing"])

    def test_what_is_not_taken_comes_again_under_the_same_id(self):
        made = self.webhook("ingestion.completed")
        Receiver.statuses = [500, 302]
        server.source("s", "file", {"path": "d.csv"})
        server.job()
        seen = self.wait(1)
        end = time.monotonic() + 10
        while self.deliveries(made)[0]["attempts"] == 0:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)
        delivery = self.deliveries(made)[0]
        self.assertEqual((delivery["status"], delivery["last_status"]), ("waiting", 500))
        self.wait(2)
        self.assertEqual(seen[0][1]["webhook-id"], seen[1][1]["webhook-id"])
        self.assertEqual({path for path, _, _ in Receiver.seen}, {"/hook"}, "no redirect is followed")
        replayed = server.data("POST", f"/webhooks/{made['id']}/deliveries/{delivery['id']}/replay")
        self.assertEqual(replayed["id"], delivery["id"])
        self.wait(3)

    def test_gone_is_gone(self):
        made = self.webhook("ingestion.completed")
        Receiver.statuses = [410]
        server.source("s", "file", {"path": "d.csv"})
        server.job()
        end = time.monotonic() + 10
        while server.data("GET", "/webhooks")["webhooks"][0]["enabled"]:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)
        self.assertEqual(self.deliveries(made)[0]["status"], "dead")
        server.job()
        time.sleep(1.5)
        self.assertEqual(len(Receiver.seen), 1)

    def test_what_cannot_be_is_refused(self):
        for body in [
            {"url": "ftp://x/y", "events": ["ingestion.completed"]},
            {"url": "https://x/y", "events": ["nothing"]},
            {"url": "https://x/y", "events": []},
            {"url": "https://x/y", "events": ["ingestion.completed"], "secret": "whsec_!"},
        ]:
            with self.assertRaises(Refused) as refused:
                server.ask("POST", "/webhooks", body)
            self.assertEqual(refused.exception.status, 422, body)

    def test_metadata_addresses_are_never_told(self):
        made = server.data("POST", "/webhooks", {"url": "http://169.254.169.254/", "events": ["ingestion.completed"]})
        server.source("s", "file", {"path": "d.csv"})
        server.job()
        end = time.monotonic() + 10
        while not self.deliveries(made) or self.deliveries(made)[0]["attempts"] == 0:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)
        self.assertIn("may not be reached", self.deliveries(made)[0]["last_error"])


class Killed(unittest.TestCase):
    def test_deliveries_and_exports_survive_a_kill(self):
        killed = Server()
        self.addCleanup(killed.remove)
        killed.write("d.csv", "id,timestamp,value\n" + "".join(f"e{n},2024-01-01,{n}\n" for n in range(3000)))
        url = f"http://127.0.0.1:{receiver.server_port}/killed"
        killed.data("POST", "/webhooks", {"url": url, "events": ["ingestion.completed"]})
        killed.source("s", "file", {"path": "d.csv"})
        told = set()
        for _ in range(5):
            Receiver.seen = []
            job = killed.data("POST", "/ingestion/start")["job_id"]
            killed.ended(job)
            export = killed.data("POST", "/data/export", {"format": "csv"})["export_id"]
            killed.kill()
            killed.start()
            end = time.monotonic() + 30
            while not any(json.loads(body)["data"]["job_id"] == job for _, _, body in Receiver.seen):
                self.assertLess(time.monotonic(), end, "a delivery is lost")
                time.sleep(0.05)
            told.add(job)
            killed.key = "fl_1_" + "IngestionIngestionIngestionIngestionIng"
            while killed.data("GET", f"/data/export/{export}")["status"] == "processing":
                self.assertLess(time.monotonic(), end, "an export is lost")
                time.sleep(0.05)
            found = killed.data("GET", f"/data/export/{export}")
            self.assertEqual((found["status"], found["records"]), ("completed", 3000), found)
        self.assertEqual(len(told), 5)


if __name__ == "__main__":
    unittest.main()
