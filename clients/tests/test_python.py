"""The Python client: what it does with a real server, and with servers that misbehave."""

import io
import os
import pathlib
import pickle
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from email.utils import formatdate

from scripted import ScriptedServer, answer, cut, drop, stall
from serving import KEY, SOURCE, Server, ended

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = HERE.parent / "python"
sys.path.insert(0, str(PACKAGE))

import iv_ingestion  # noqa: E402
from iv_ingestion import IVIngestionClient  # noqa: E402


class WithServer(unittest.TestCase):
    """One server for all tests of a class; each of them may find what others left."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.stop)
        cls.client = IVIngestionClient(base_url=cls.server.url, api_key=KEY)
        cls.addClassCleanup(cls.client.close)
        cls.client.sources.create(**SOURCE)

    def ingest(self):
        return ended(self.client, self.client.ingestion.start(sources=["source_1"])["data"]["job_id"])

    def require_query(self):
        try:
            self.client.data.query()
        except iv_ingestion.NotFoundError:
            self.skipTest("the server has no POST /api/v1/data/query: it answers 404")


class Ingesting(WithServer):
    def test_rows_of_a_file_are_stored(self):
        # A source of its own: what another test has read is not read again.
        source = self.client.sources.create(**{**SOURCE, "name": "stations"})["id"]
        self.assertTrue(self.client.sources.test(source)["data"]["connected"])
        started = self.client.ingestion.start(sources=["stations"], options={"batch_size": 1, "timeout": 60})
        job = ended(self.client, started["data"]["job_id"])
        self.assertEqual((job["status"], job["records_processed"], job["errors"]), ("completed", 2, 1))
        stored = self.server.ask("GET", "/features/stations.value/values?entity_ids=a,b")["items"]
        self.assertEqual([(item["entity_id"], item["value"]) for item in stored], [("a", 123.45), ("b", 7)])
        rejects = self.client.sources.rejects(source, page=1, limit=10)["data"]["rejects"]
        self.assertEqual([(reject["line"], reject["field"]) for reject in rejects], [(4, "timestamp")])

    def test_jobs_are_listed_and_stopped(self):
        job = self.ingest()["id"]
        self.assertEqual(self.client.ingestion.jobs(page=1, limit=1)["data"]["jobs"][0]["id"], job)
        self.assertEqual(self.client.ingestion.status()["data"]["last_completed"]["id"], job)
        self.assertEqual(self.client.ingestion.stop()["data"]["status"], "stopped")
        self.assertEqual(self.client.ingestion.stop(job_id=job)["data"]["status"], "stopped")

    def test_sources_are_changed_and_deleted(self):
        sources = self.client.sources
        made = sources.create("other", "file", {"path": "other.csv"}, {"required_columns": ["id"]}, enabled=False)["id"]
        self.assertEqual(sources.update(made, {"name": "another"})["name"], "another")
        self.assertTrue(sources.enable(made)["data"]["enabled"])
        self.assertFalse(sources.disable(made)["data"]["enabled"])
        self.assertEqual(sources.get(made)["data"]["validation"], {"required_columns": ["id"]})
        self.assertIn(made, [source["id"] for source in sources.list(type="file")["data"]["sources"]])
        self.assertIsNone(sources.delete(made))
        with self.assertRaises(iv_ingestion.NotFoundError):
            sources.get(made)

    def test_records_are_queried(self):
        self.require_query()
        self.ingest()
        found = self.client.data.query(
            filters={"source": "source_1"},
            pagination={"page": 1, "limit": 10},
            sort={"field": "timestamp", "order": "desc"},
        )
        records = [(record["id"], record["value"]) for record in found["data"]["records"]]
        self.assertEqual(records, [("b", 7), ("a", 123.45)])

    def test_health_and_configuration_are_answered(self):
        self.assertEqual(self.client.health()["data"]["status"], "healthy")
        self.assertIn("ingestion", self.client.config.get()["data"])


class Example(WithServer):
    """The example of the API document, word for word but for address and key."""

    def run_example(self, url, until=None):
        text = (HERE / "examples" / "sdk.py").read_text(encoding="utf-8")
        for old, new in (("http://localhost:8000/api/v1", url), ("your-api-key", KEY)):
            self.assertEqual(text.count(old), 1)
            text = text.replace(old, new)
        if until is not None:
            text = text[: text.index(until)]
        environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
        command = [sys.executable, "-c", text]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_starts_a_job(self):
        self.assertRegex(self.run_example(self.server.url, until="# Query data"), r"\AJob ID: job_\w+\n\Z")

    def test_runs_as_a_whole(self):
        self.require_query()
        self.ingest()
        self.assertRegex(self.run_example(self.server.url), r"\AJob ID: job_\w+\nFound 2 records\n\Z")

    def test_understands_the_answers_of_the_document(self):
        started = answer(body=b'{"success":true,"data":{"job_id":"job_123456789","status":"started"}}')
        found = answer(body=b'{"success":true,"data":{"records":[{"id":"1"},{"id":"2"},{"id":"3"}]}}')
        with ScriptedServer(started, found) as server:
            self.assertEqual(self.run_example(server.url), "Job ID: job_123456789\nFound 3 records\n")
            asked = {"filters": {"source": "source_1"}, "pagination": {"page": 1, "limit": 100}}
            self.assertEqual([request[3] for request in server.received], [{}, asked])


class Errors(WithServer):
    def test_say_what_the_server_says(self):
        with self.assertRaises(iv_ingestion.ValidationError) as caught:
            self.client.sources.create(name="wrong", type="telegram")
        error = caught.exception
        self.assertEqual((error.status, error.code), (422, "VALIDATION_ERROR"))
        self.assertEqual([problem["field"] for problem in error.details["errors"]], ["type"])
        self.assertRegex(error.request_id, "^req_")
        self.assertEqual(str(error), f"422 VALIDATION_ERROR: {error.message} (request {error.request_id})")
        self.assertEqual(vars(pickle.loads(pickle.dumps(error))), vars(error))

    def test_have_a_class_for_each_code(self):
        viewer = IVIngestionClient(self.server.url, self.server.key(role="viewer"))
        stranger = IVIngestionClient(self.server.url, KEY[::-1])
        self.addCleanup(viewer.close)
        self.addCleanup(stranger.close)
        for kind, status, call in (
            (iv_ingestion.NotFoundError, 404, lambda: self.client.ingestion.job("job_1")),
            (iv_ingestion.ConflictError, 409, lambda: self.client.sources.create(**SOURCE)),
            (iv_ingestion.AuthorizationError, 403, viewer.ingestion.start),
            (iv_ingestion.AuthenticationError, 401, stranger.sources.list),
        ):
            with self.subTest(kind), self.assertRaises(kind) as caught:
                call()
            self.assertEqual(caught.exception.status, status)

    def test_of_a_used_up_limit_say_how_long_to_wait(self):
        key = self.server.key(role="viewer", rate_limit=1)
        with IVIngestionClient(self.server.url, key, max_wait_seconds=0.5) as client:
            with self.assertRaises(iv_ingestion.RateLimitError) as caught:
                for _ in range(3):
                    client.sources.list()
        self.assertGreater(caught.exception.retry_after_seconds, 0.5)

    def test_of_signing_in_are_raised_and_its_token_is_used(self):
        person = {"username": "ann", "email": "ann@example.com", "full_name": "Ann", "organization_name": "Acme"}
        self.server.ask("POST", "/auth/register", {**person, "password": "a long secret"})
        # The key is wrong: only the token can have opened what comes after it.
        with IVIngestionClient(self.server.url, KEY[::-1]) as client:
            with self.assertRaises(iv_ingestion.AuthenticationError):
                client.login("ann", "a wrong secret")
            client.login("ann", "a long secret")
            self.assertEqual(client.sources.list()["data"]["sources"], [])


class Requests(unittest.TestCase):
    """What is sent, call by call, as the API document has it."""

    def test_are_those_of_the_document(self):
        with ScriptedServer(answer()) as server, IVIngestionClient(server.url + "/", "key") as client:
            filters = {"source": "source_1"}
            hook = {"url": "https://example.com/hook", "events": ["ingestion.completed"], "secret": "s"}
            for call, *expected in (
                (lambda: client.ingestion.start(), "POST", "/ingestion/start", {}),
                (lambda: client.ingestion.stop(), "POST", "/ingestion/stop", None),
                (lambda: client.ingestion.jobs(2, 5), "GET", "/ingestion/jobs?page=2&limit=5", None),
                (lambda: client.sources.get("a/b ä"), "GET", "/sources/a%2Fb%20%C3%A4", None),
                (lambda: client.sources.test("s"), "POST", "/sources/s/test", None),
                (lambda: client.data.query(filters), "POST", "/data/query", {"filters": filters}),
                (
                    lambda: client.data.export("csv", filters, ["id"]),
                    "POST",
                    "/data/export",
                    {"format": "csv", "filters": filters, "columns": ["id"]},
                ),
                (lambda: client.data.export_status("e"), "GET", "/data/export/e", None),
                (lambda: client.data.download("e", io.BytesIO()), "GET", "/data/export/e/download", None),
                (lambda: client.config.update({"storage": {}}), "PUT", "/config", {"storage": {}}),
                (lambda: client.status(), "GET", "/status", None),
                (lambda: client.metrics(), "GET", "/metrics", None),
                (
                    lambda: client.logs("INFO", start_time="2024-01-01T00:00:00+01:00"),
                    "GET",
                    "/logs?level=INFO&start_time=2024-01-01T00%3A00%3A00%2B01%3A00",
                    None,
                ),
                (lambda: client.webhooks.create(**hook), "POST", "/webhooks", hook),
                (lambda: client.webhooks.list(), "GET", "/webhooks", None),
                (lambda: client.webhooks.delete("w"), "DELETE", "/webhooks/w", None),
            ):
                call()
                method, target, headers, body = server.received[-1]
                self.assertEqual([method, target.replace("/api/v1", "", 1), body], expected)
                self.assertEqual(headers["x-api-key"], "key")
            self.assertEqual(server.connections, 1)

    def test_are_refused_before_they_are_sent_when_they_would_mean_something_else(self):
        with ScriptedServer(answer()) as server, IVIngestionClient(server.url, "key") as client:
            for call in (
                lambda: client.sources.delete(""),
                lambda: client.sources.get(".."),
                lambda: client.data.query({"value_range": {"min": float("nan")}}),
                lambda: IVIngestionClient("localhost:8000"),
                lambda: IVIngestionClient("http://ann:secret@localhost:8000"),
                lambda: IVIngestionClient(server.url, "sec ret"),
            ):
                with self.assertRaises(ValueError) as caught:
                    call()
                self.assertNotIn("sec", str(caught.exception))
            self.assertEqual(server.received, [])

    def test_to_sign_in_have_no_credential_and_later_ones_have_the_token_alone(self):
        body = b'{"success":true,"data":{"access_token":"token"}}'
        with ScriptedServer(answer(body=body)) as server, IVIngestionClient(server.url, "key") as client:
            client.login("ann", "secret")
            client.health()
            sent = [(request[2].get("x-api-key"), request[2].get("authorization")) for request in server.received]
            self.assertEqual(sent, [(None, None), (None, "Bearer token")])

    def test_of_many_threads_share_connections(self):
        with ScriptedServer(answer()) as server, IVIngestionClient(server.url, "key") as client:
            def work():
                for _ in range(50):
                    client.health()

            threads = [threading.Thread(target=work) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
            self.assertEqual(len(server.received), 400)
            self.assertLessEqual(server.connections, 8)

    def test_are_refused_by_a_closed_client(self):
        with ScriptedServer(answer()) as server, IVIngestionClient(server.url, "key") as client:
            client.health()
            client.close()
            with self.assertRaisesRegex(RuntimeError, "closed"):
                client.health()


class WithScript(unittest.TestCase):
    def serve(self, *steps, listens=True, **options):
        server = ScriptedServer(*steps, listens=listens)
        self.addCleanup(server.stop)
        client = IVIngestionClient(server.url, "key", **options)
        self.addCleanup(client.close)
        return server, client

    def fails(self, call, kind=iv_ingestion.TransportError):
        with self.assertRaises(kind) as caught:
            call()
        return caught.exception


class Failures(WithScript):
    """What is sent again when a server fails, and what is not."""

    def test_a_refused_post_is_sent_again_after_the_time_that_the_server_asks_for(self):
        for status in (429, 503):
            with self.subTest(status):
                server, client = self.serve(answer(status, b"busy", Retry_After="1"), answer())
                begun = time.monotonic()
                client.ingestion.start(sources=["source_1"])
                self.assertGreater(time.monotonic() - begun, 1)
                self.assertEqual([request[3] for request in server.received], [{"sources": ["source_1"]}] * 2)
                self.assertEqual(server.connections, 1)

    def test_a_wait_that_is_too_long_is_the_callers(self):
        for header in ("3600", formatdate(time.time() + 3600, usegmt=True), "9" * 5000):
            with self.subTest(header):
                server, client = self.serve(answer(503, Retry_After=header))
                error = self.fails(client.health, iv_ingestion.UnavailableError)
                self.assertGreater(error.retry_after_seconds, 3500)
                self.assertEqual(len(server.received), 1)

    def test_it_ends_after_some_tries(self):
        server, client = self.serve(answer(503), max_retries=2)
        self.assertEqual(self.fails(client.health, iv_ingestion.UnavailableError).code, "HTTP_503")
        self.assertEqual(len(server.received), 3)

    def test_other_errors_are_not_sent_again(self):
        for status, kind in ((500, iv_ingestion.InternalError), (502, iv_ingestion.APIError)):
            with self.subTest(status):
                server, client = self.serve(answer(status, b"<html>"))
                self.assertEqual(self.fails(client.health, kind).status, status)
                self.assertEqual(len(server.received), 1)

    def test_a_post_waits_for_a_server_that_does_not_listen_yet(self):
        server, client = self.serve(answer(), listens=False)
        timer = threading.Timer(0.3, server.listen)
        timer.start()
        self.addCleanup(timer.join)
        client.ingestion.start()
        self.assertEqual(len(server.received), 1)

    def test_a_server_that_never_listens_has_received_nothing(self):
        _, client = self.serve(answer(), listens=False, max_retries=1)
        error = self.fails(client.ingestion.start)
        self.assertFalse(error.may_have_been_received)
        self.assertIn("cannot connect to 127.0.0.1", str(error))

    def test_a_lost_answer_is_asked_for_again_by_get_and_put_alone(self):
        for name, call, count in (
            ("GET", lambda client: client.health(), 2),
            ("PUT", lambda client: client.config.update({}), 2),
            ("POST", lambda client: client.ingestion.start(), 1),
            ("PATCH", lambda client: client.sources.update("s", {}), 1),
            ("DELETE", lambda client: client.sources.delete("s"), 1),
        ):
            for step in (drop, cut(b"{")):
                with self.subTest(name, step=step):
                    server, client = self.serve(step, answer())
                    if count == 1:
                        error = self.fails(lambda call=call, client=client: call(client))
                        self.assertTrue(error.may_have_been_received)
                    else:
                        call(client)
                    self.assertEqual(len(server.received), count)

    def test_a_post_is_not_lost_on_a_connection_that_the_server_has_closed(self):
        server, client = self.serve(answer(closes=True))
        for _ in range(5):
            # Without a body: sending one would fail, and show that the server has not received it.
            client.ingestion.stop()
            # The end of the connection needs a moment to arrive.
            time.sleep(0.05)
        self.assertEqual((len(server.received), server.connections), (5, 5))

    def test_a_slow_server_is_left_alone(self):
        server, client = self.serve(stall, timeout_seconds=0.2)
        error = self.fails(client.health)
        self.assertTrue(error.timed_out and error.may_have_been_received)
        self.assertEqual(len(server.received), 1)

    def test_what_is_not_the_api_is_an_error(self):
        for body in (b"<html>", b"[]", b""):
            _, client = self.serve(answer(body=body))
            self.assertEqual(self.fails(client.health, iv_ingestion.APIError).code, "INVALID_ANSWER")
        _, client = self.serve(answer(302, b"", Location="http://127.0.0.1:1/"))
        self.assertEqual(self.fails(client.health, iv_ingestion.APIError).status, 302)

    def test_an_error_may_have_a_bare_code(self):
        body = b'{"error":"RES_001","message":"gone","details":{"a":1},"request_id":"req_1"}'
        _, client = self.serve(answer(404, body))
        error = self.fails(client.health, iv_ingestion.NotFoundError)
        found = (error.code, error.message, error.details, error.request_id)
        self.assertEqual(found, ("RES_001", "gone", {"a": 1}, "req_1"))


class Downloads(WithScript):
    BODY = b"id,value\n" * 100_000

    def test_are_written_into_files_and_paths(self):
        _, client = self.serve(drop, answer(503), answer(body=self.BODY))
        stream = io.BytesIO()
        self.assertEqual(client.data.download("e", stream), len(self.BODY))
        self.assertEqual(stream.getvalue(), self.BODY)
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory, "export.csv")
            path.write_bytes(b"old")
            client.data.download("e", path)
            self.assertEqual(path.read_bytes(), self.BODY)
            self.assertEqual(os.listdir(directory), ["export.csv"])

    def test_that_break_off_leave_what_was_there(self):
        server, client = self.serve(cut(b"id,value\n"))
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory, "export.csv")
            path.write_bytes(b"old")
            self.fails(lambda: client.data.download("e", str(path)), iv_ingestion.InterruptedDownloadError)
            self.assertEqual(path.read_bytes(), b"old")
            self.assertEqual(os.listdir(directory), ["export.csv"])
        self.assertEqual(len(server.received), 1)


if __name__ == "__main__":
    unittest.main()
