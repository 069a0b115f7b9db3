"""The Python client ``fstore`` with servers that misbehave."""

import io
import json
import os
import shutil
import ssl
import subprocess
import tempfile
import time
import unittest
from email.utils import formatdate
from unittest import mock

from fstore_serving import fstore
from scripted import ScriptedServer, answer, cut, drop, stall

READ = answer(body=b'{"features":["a"],"entities":["x"],"values":[[1]],"statuses":[["PRESENT"]]}')
WRITTEN = answer(
    201,
    b'{"rows":2,"values":2,"rejected":0,"rejects":[],"skipped":0,"created":[],"committed_at":"2026-01-01T00:00:00.5Z"}',
)
BUSY = answer(503, b'{"error":{"code":"SERVICE_UNAVAILABLE","message":"busy"}}', Retry_After="0")
ROWS = [
    {"entity_id": "x", "timestamp": "2026-01-01T00:00:00Z", "a": 1.0},
    {"entity_id": "y", "timestamp": "2026-01-01T00:00:00Z", "a": 2.0},
]


class Echo(ScriptedServer):
    """Answers each row as soon as it comes."""

    def __init__(self, *steps, context=None):
        self.context = context
        super().__init__(*steps)

    def _serve(self, connection):
        try:
            if self.context is not None:
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as stream:
                self._echo(connection, stream)
        except OSError:
            pass

    def _echo(self, connection, stream):
        for _ in iter(stream.readline, b"\r\n"):
            pass
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        size = -1
        while size != 0:
            size = int(stream.readline(), 16)
            piece = b'{"b":"%s"}\n' % (b"b" * 200) * stream.read(size).count(b"\n")
            stream.readline()
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))


class Failures(unittest.TestCase):
    def client(self, *steps, **options):
        self.script = ScriptedServer(*steps, listens=options.pop("listens", True))
        self.addCleanup(self.script.stop)
        client = fstore.Client(self.script.url, api_key="key", **{"timeout_seconds": 10, **options})
        self.addCleanup(client.close)
        return client

    def failed(self, code, call, *arguments, **options):
        with self.assertRaises(fstore.FStoreError) as caught:
            call(*arguments, **options)
        self.assertEqual(caught.exception.code, code)
        return caught.exception

    def test_a_refused_request_is_sent_again_after_the_time_that_the_server_asks_for(self):
        limited = answer(429, b'{"error":{"code":"RATE_LIMIT_EXCEEDED","message":"slower"}}', Retry_After="1")
        client = self.client(
            limited, BUSY, answer(201, b'{"rows":1,"written":1,"committed_at":"2026-01-01T00:00:00Z"}')
        )
        start = time.monotonic()
        self.assertEqual(client.put("a", {"x": 1}), "2026-01-01T00:00:00Z")
        self.assertGreaterEqual(time.monotonic() - start, 1)
        self.assertEqual(
            [request[3] for request in self.script.received], [{"rows": [{"entity_id": "x", "values": {"a": 1}}]}] * 3
        )
        self.assertEqual(self.script.connections, 1)

    def test_a_wait_that_is_too_long_is_the_callers(self):
        for after in ("31", formatdate(time.time() + 100, usegmt=True)):
            client = self.client(answer(429, b"{}", Retry_After=after))
            error = self.failed("HTTP_429", client.online, "a", "x")
            self.assertGreater(error.retry_after_seconds, 30)
            self.assertEqual(len(self.script.received), 1)

    def test_requests_share_a_connection_that_is_kept(self):
        client = self.client(READ, WRITTEN, answer(404, b"{}"), READ)
        client.online("a", "x")
        client.write(ROWS)
        self.failed("HTTP_404", client.feature, "a")
        client.online("a", "x")
        self.assertEqual((len(self.script.received), self.script.connections), (4, 1))

    def test_a_connection_that_the_server_has_closed_is_not_used_again(self):
        client = self.client(answer(201, b'{"committed_at":"2026-01-01T00:00:00Z"}', closes=True))
        for _ in range(3):
            client.put("a", {"x": 1})
            time.sleep(0.05)
        self.assertEqual((len(self.script.received), self.script.connections), (3, 3))

    def test_tries_end(self):
        client = self.client(BUSY, max_retries=2)
        self.assertEqual(self.failed("SERVICE_UNAVAILABLE", client.online, "a", "x").status, 503)
        self.assertEqual(len(self.script.received), 3)

    def test_a_lost_answer_is_asked_for_again_where_a_repeat_does_no_harm(self):
        for broken in (drop, cut(b'{"features"')):
            self.assertEqual(self.client(broken, READ).online("a", "x").columns, [[1]])
            self.assertEqual(len(self.script.received), 2)
            self.assertEqual(self.client(broken, WRITTEN).write(ROWS).rows, 2)
            keys = {request[2]["idempotency-key"] for request in self.script.received}
            self.assertEqual((len(self.script.received), len(keys)), (2, 1))
            client = self.client(broken, READ)
            self.failed("CONNECTION_FAILED", client.put, "a", {"x": 1})
            self.failed("CONNECTION_FAILED", self.client(broken, READ).delete_feature, "a")
            self.assertEqual(len(self.script.received), 1)

    def test_a_cut_table_is_never_taken_for_a_whole_one(self):
        whole = b'{"a":1.0}\n'
        rows = [{name: row[name] for name in ("entity_id", "timestamp")} for row in ROWS]
        client = self.client(cut(whole), max_retries=0)
        self.failed("CONNECTION_FAILED", client.training, rows[:1], features=["a"])
        self.assertIn("echo=false", self.script.received[0][1])
        client = self.client(answer(body=whole))
        self.assertIn("1 rows", str(self.failed("INVALID_ANSWER", client.training, rows, features=["a"])))
        client = self.client(answer(body=b'{"a":1.0,"b":2.0}\n' * 2))
        self.failed("INVALID_ANSWER", client.training, rows, features=["a"])
        client = self.client(answer(body=b"not json\n"))
        self.failed("INVALID_ANSWER", client.training, rows, features=["a"])

    def test_every_write_has_a_key_of_its_own(self):
        client = self.client(WRITTEN)
        client.write(ROWS)
        client.write(ROWS)
        client.write(ROWS, idempotency_key="mine", create=True, nulls="write")
        keys = [request[2]["idempotency-key"] for request in self.script.received]
        self.assertEqual((len(set(keys)), keys[2]), (3, "mine"))
        method, target, headers, body = self.script.received[2]
        self.assertEqual(
            (method, target), ("POST", "/api/v1/values/write?entity=entity_id&time=timestamp&nulls=write&create=true")
        )
        self.assertEqual((headers["content-type"], headers["x-api-key"]), ("application/x-ndjson", "key"))
        self.assertEqual([json.loads(line) for line in body.splitlines()], ROWS)
        self.assertEqual(client.last_commit(), "2026-01-01T00:00:00.5Z")

    def test_a_refusal_in_the_middle_of_a_body_ends_it(self):
        refuse = answer(422, b'{"error":{"code":"VALIDATION_ERROR","message":"rows[0] is bad"}}', closes=True)

        class Refusing(ScriptedServer):
            def _read(self, stream):
                for _ in iter(stream.readline, b"\r\n"):
                    pass
                stream.read(10)
                self.received.append(None)
                return True

        with Refusing(refuse) as script, fstore.Client(script.url, max_retries=0) as client:
            rows = [{"entity_id": "x", "timestamp": "2026-01-01T00:00:00Z", "a": "x" * 1000}] * 100_000
            start = time.monotonic()
            self.failed("VALIDATION_ERROR", client.write, rows)
            self.assertLess(time.monotonic() - start, 10)

    def test_a_server_may_answer_rows_while_rows_are_sent(self):
        """Sending all before reading anything would stop both sides as soon as their buffers are full."""

        with Echo(drop) as script, fstore.Client(script.url, timeout_seconds=10) as client:
            rows = [{"entity_id": "x" * 100, "timestamp": "2026-01-01T00:00:00Z"}] * 100_000
            self.assertEqual(len(client.training(rows, features=["b"])[-1]["b"]), 200)

    @unittest.skipUnless(shutil.which("openssl"), "openssl is not installed: there is no certificate to test TLS with")
    def test_both_directions_work_at_once_over_tls(self):
        with tempfile.TemporaryDirectory() as folder:
            pem = os.path.join(folder, "server.pem")
            command = [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "1",
                "-subj",
                "/CN=127.0.0.1",
            ]
            command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", pem, "-out", pem + ".crt"]
            subprocess.run(command, check=True, capture_output=True, timeout=60)
            server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            server.load_cert_chain(pem + ".crt", pem)
            trusting = ssl.create_default_context(cafile=pem + ".crt")
            with Echo(drop, context=server) as script:
                url = script.url.replace("http:", "https:")
                with fstore.Client(url, timeout_seconds=10, ssl_context=trusting) as client:
                    rows = [{"entity_id": "x" * 100, "timestamp": "2026-01-01T00:00:00Z"}] * 50_000
                    self.assertEqual(len(client.training(rows, features=["b"])[-1]["b"]), 200)
                with fstore.Client(url, max_retries=0) as client:
                    self.assertIn("certificate", str(self.failed("CONNECTION_FAILED", client.features)))

    def test_a_row_that_is_wrong_late_ends_the_request(self):
        client = self.client(WRITTEN)
        rows = ROWS * 5000 + [{**ROWS[0], "timestamp": None}]
        self.assertEqual(self.failed("INVALID_ARGUMENT", client.write, rows).field, "rows[10000].timestamp")

    def test_a_slow_server_is_left_alone(self):
        client = self.client(stall, timeout_seconds=0.3)
        self.failed("TIMED_OUT", client.online, "a", "x")
        self.assertEqual(len(self.script.received), 1)

    def test_a_server_that_does_not_listen_is_an_error_that_names_it(self):
        client = self.client(READ, listens=False, max_retries=1)
        self.assertIn("cannot connect to 127.0.0.1", str(self.failed("CONNECTION_FAILED", client.online, "a", "x")))

    def test_what_is_not_the_api_is_an_error(self):
        self.failed("INVALID_ANSWER", self.client(answer(body=b"<html>")).online, "a", "x")
        self.failed("HTTP_502", self.client(answer(502, b"<html>")).online, "a", "x")

    def test_the_newest_commit_counts_whatever_its_digits(self):
        times = ["2026-01-01T00:00:01Z", "2026-01-01T00:00:00.999999999Z", "2026-01-01T00:00:01.000000001Z"]
        client = self.client(*(answer(201, json.dumps({"committed_at": moment}).encode()) for moment in times))
        seen = [client.put("a", {"x": 1}) and client.last_commit() for _ in times]
        self.assertEqual(seen, [times[0], times[0], times[2]])

    def test_progress_is_drawn_only_when_asked_or_on_a_terminal(self):
        client = self.client(WRITTEN)
        with mock.patch("sys.stderr", io.StringIO()) as drawn:
            client.write(ROWS)
            client.write(ROWS, progress=False)
            self.assertEqual(drawn.getvalue(), "")
            client.write(ROWS, progress=True)
            self.assertIn("100%  2 rows", drawn.getvalue())


if __name__ == "__main__":
    unittest.main()
