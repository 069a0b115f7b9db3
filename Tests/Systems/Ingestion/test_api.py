"""Sources of services over HTTP: pages, links, cursors, and where they may not lead."""

import http.server
import json
import threading
import time
import unittest
import urllib.parse

from serving import Refused, Server

server = None
service = None

ROWS = [{"id": f"e{n}", "timestamp": f"2024-01-01T00:00:{n:02d}Z", "value": n / 2, "tag": {"n": n}} for n in range(25)]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen = []
    failures = 0

    def log_message(self, *_):
        pass

    def answer(self, text, kind="application/json", status=200, **headers):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        Handler.seen.append((self.path, self.headers.get("X-Token")))
        path, _, query = self.path.partition("?")
        asked = dict(urllib.parse.parse_qsl(query))
        start = int(asked.get("start", 0))
        part = ROWS[start : start + 10]
        more = start + 10 < len(ROWS)
        if path == "/array":
            self.answer(json.dumps(ROWS))
        elif path == "/lines":
            self.answer("".join(json.dumps(row) + "\n" for row in ROWS), "application/x-ndjson")
        elif path == "/nested":
            link = f"/nested?start={start + 10}" if more else None
            self.answer(json.dumps({"data": {"items": part}, "paging": {"next": link}}))
        elif path == "/cursor":
            cursor = start + 10 if more else None
            self.answer(json.dumps({"items": part, "meta": {"cursor": cursor}}))
        elif path == "/header":
            link = {"Link": f'</header?start={start + 10}>; rel="next"'} if more else {}
            self.answer(json.dumps(part), **link)
        elif path == "/commas":
            link = {"Link": f'</commas?fields=id,value&start={start + 10}>; rel="next", </commas>; rel="last"'} if more else {}
            self.answer(json.dumps(part), **link)
        elif path == "/same":
            self.answer(json.dumps({"items": part, "meta": {"cursor": 10}}))
        elif path == "/redirect":
            self.answer("", status=302, Location="/array")
        elif path == "/elsewhere":
            self.answer(json.dumps({"items": part, "next": "http://127.0.0.2:1/steal"}))
        elif path == "/failing" and Handler.failures > 0:
            Handler.failures -= 1
            self.answer("{}", status=503)
        elif path == "/failing":
            self.answer(json.dumps(ROWS))
        elif path == "/object":
            self.answer(json.dumps({"items": ROWS}))
        elif path == "/broken":
            self.answer('[{"id": "a", ')
        elif path == "/endless":
            self.answer(json.dumps({"items": part, "next": "/endless"}))
        elif path == "/slow":
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            for _ in range(100):
                try:
                    self.wfile.write(b" ")
                    time.sleep(0.1)
                except OSError:
                    return
        else:
            self.answer("{}", status=404)


def setUpModule():
    global server, service
    service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.daemon_threads = True
    threading.Thread(target=service.serve_forever, daemon=True).start()
    server = Server()


def tearDownModule():
    server.remove()
    service.shutdown()
    service.server_close()


def url(path):
    return f"http://127.0.0.1:{service.server_port}{path}"


class Services(unittest.TestCase):
    def setUp(self):
        Handler.seen = []

    def tearDown(self):
        for feature in server.ask("GET", "/features?limit=1000")["items"]:
            server.ask("DELETE", f"/features/{feature['id']}")
        for source in server.ask("GET", "/sources?limit=1000")["items"]:
            server.ask("DELETE", f"/sources/{source['id']}")

    def job(self, path, **config):
        self.source = server.source("api", "api", {"url": url(path), **config})
        return server.job({"sources": ["api"]})

    def assert_all(self, job):
        self.assertEqual((job["status"], job["records_processed"], job["errors"]), ("completed", 25, 0), job)
        found = server.values("api.value", [row["id"] for row in ROWS])
        self.assertEqual(found, [(row["id"], row["timestamp"], row["value"]) for row in ROWS])
        metadata = server.ask("GET", "/features/api.metadata/values?entity_ids=e3")["items"]
        self.assertEqual(metadata[0]["value"], {"tag": {"n": 3}})

    def test_arrays_and_lines(self):
        for path in ["/array", "/lines"]:
            self.assert_all(self.job(path))
            self.tearDown()

    def test_pages_by_link_cursor_and_header(self):
        for path, config in [
            ("/nested", {"records": "data.items", "next": "paging.next"}),
            ("/cursor", {"records": "items", "next": "start=meta.cursor"}),
            ("/header", {}),
            ("/commas", {}),
        ]:
            Handler.seen = []
            self.assert_all(self.job(path, **config))
            self.assertEqual(len(Handler.seen), 3, Handler.seen)
            self.tearDown()

    def test_headers_are_sent_and_never_shown(self):
        self.assert_all(self.job("/nested", records="$.data.items", next="paging.next", headers={"X-Token": "hunter2"}))
        self.assertEqual({token for _, token in Handler.seen}, {"hunter2"})
        shown = json.dumps(server.data("GET", f"/sources/{self.source}")) + server.text()
        self.assertNotIn("hunter2", shown)

    def test_it_leads_nowhere_else(self):
        job = self.job("/redirect")
        self.assertEqual(job["status"], "failed")
        self.assertIn("302", job["runs"][0]["error"])
        self.tearDown()
        job = self.job("/elsewhere", records="items", next="next", headers={"X-Token": "hunter2"})
        self.assertEqual(job["status"], "failed")
        self.assertIn("another host", job["runs"][0]["error"])

    def test_what_is_wrong_is_said(self):
        for path, config, reason in [
            ("/object", {}, "config.records"),
            ("/array", {"records": "data"}, "config.records"),
            ("/broken", {}, "not valid JSON"),
            ("/same", {"records": "items", "next": "start=meta.cursor"}, "that of this page"),
            ("/same", {"records": "items", "next": "meta.cursor"}, "no link"),
            ("/nothing", {}, "404"),
        ]:
            job = self.job(path, **config)
            self.assertEqual(job["status"], "failed")
            self.assertIn(reason, job["runs"][0]["error"])
            self.tearDown()

    def test_a_service_that_fails_for_a_while_is_asked_again(self):
        Handler.failures = 1
        job = self.job("/failing")
        self.assert_all(job)
        self.assertEqual(job["runs"][0]["attempts"], 2)

    def test_a_stop_ends_a_slow_answer(self):
        server.source("api", "api", {"url": url("/slow")})
        job = server.data("POST", "/ingestion/start", {"sources": ["api"]})["job_id"]
        time.sleep(0.5)
        began = time.monotonic()
        server.data("POST", "/ingestion/stop")
        self.assertEqual(server.ended(job)["status"], "stopped")
        self.assertLess(time.monotonic() - began, 5)

    def test_a_test_counts_all_pages(self):
        source = server.source("api", "http", {"url": url("/nested"), "records": "data.items", "next": "paging.next"})
        found = server.data("POST", f"/sources/{source}/test")
        self.assertEqual((found["connected"], found["total_records"], found["total_is_exact"]), (True, 25, True))
        self.assertEqual(found["sample_data"][0]["tag"], {"n": 0})

    def test_nobody_reaches_where_clouds_keep_credentials(self):
        for host in ["169.254.169.254", "[::ffff:169.254.169.254]", "2852039166", "0xa9fea9fe", "[fe80::1]"]:
            source = server.source("m" + host, "api", {"url": f"http://{host}/latest"})
            found = server.data("POST", f"/sources/{source}/test")
            self.assertFalse(found["connected"], host)
            self.assertIn("may not be reached", found["error"], host)

    def test_other_schemes_are_none(self):
        for address in ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/x", "dict://127.0.0.1/"]:
            try:
                source = server.source("s" + address, "api", {"url": address})
            except Refused:
                continue
            found = server.data("POST", f"/sources/{source}/test")
            self.assertIn("must begin with https://", found["error"], address)

    def test_others_reach_only_what_is_allowed(self):
        person = {"email": "bob@example.com", "username": "bob", "password": "a long password", "full_name": "Bob"}
        server.ask("POST", "/auth/register", {**person, "organization_name": "theirs"})
        login = server.ask("POST", "/auth/login", {"email": "bob@example.com", "password": "a long password"})
        mine, server.key = server.key, login["access_token"]
        try:
            for host in ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "127.1", "2130706433"]:
                source = server.source(host, "api", {"url": f"http://{host}:{service.server_port}/array"})
                found = server.data("POST", f"/sources/{source}/test")
                self.assertFalse(found["connected"], host)
                self.assertIn("egress_allow", found["error"], host)
            self.assertEqual(Handler.seen, [])
        finally:
            server.key = mine


if __name__ == "__main__":
    unittest.main()
