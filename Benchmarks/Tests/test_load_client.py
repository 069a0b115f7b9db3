"""What the load client promises: that it counts right, notices everything that is wrong, and always ends."""

import json
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from contenders import postgresql
from runner.prepared import resp, write
from Tests.scripted_server import ScriptedServer, bytewise, ok

BENCHMARKS = Path(__file__).resolve().parent.parent
CLIENT = BENCHMARKS / ".build" / "release" / "load-client"

GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
PING = resp("PING")


class LoadClientTests(unittest.TestCase):
    def run_client(self, answer, records, protocol="http", seconds=0.3, end=None, **options):
        """The exit status, what was printed, and how many requests the server has seen."""
        options = {"warm-up": 0, "drain": 1, "connections": 2} | options
        end = end or (b"\r\n\r\n" if protocol == "http" else PING)
        with tempfile.NamedTemporaryFile() as file, ScriptedServer(answer, end) as server:
            write(file.name, records)
            command = [CLIENT, "--port", server.port, "--protocol", protocol, "--requests", file.name]
            command += ["--seconds", seconds]
            for name, value in options.items():
                command += [f"--{name}", value]
            done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=20)
            measured = json.loads(done.stdout) if done.stdout else None
            self.first_requests = server.first_requests
            return done.returncode, measured, server.requests

    def test_counts_what_the_server_has_answered(self):
        status, measured, seen = self.run_client(lambda _: [ok()], [(GET, 1, b"{}")])
        self.assertEqual(status, 0)
        self.assertGreater(measured["requests"], 100)
        # The last answer of each connection may come after the end.
        self.assertIn(seen - measured["requests"], range(0, 3))
        self.assertEqual((measured["errors"], measured["wrong"], measured["unanswered"]), (0, 0, 0))

    def test_warm_up_is_not_counted(self):
        _, measured, seen = self.run_client(lambda _: [ok()], [(GET, 1, b"")], **{"warm-up": 0.6})
        self.assertLess(measured["requests"], seen * 0.6)

    def test_answers_in_single_bytes(self):
        status, measured, _ = self.run_client(lambda _: bytewise(ok(b"x" * 40)), [(GET, 1, b"x" * 40)])
        self.assertEqual((status, measured["wrong"]), (0, 0))
        nested = b"*2\r\n$5\r\na\r\nbc\r\n*2\r\n:7\r\n$-1\r\n"
        status, measured, _ = self.run_client(lambda _: bytewise(nested), [(PING, 1, nested)], "resp")
        self.assertEqual((status, measured["wrong"]), (0, 0))

    def test_a_large_answer(self):
        body = bytes(range(256)) * 8192
        status, measured, _ = self.run_client(lambda _: [ok(body)], [(GET, 1, body)])
        self.assertEqual((status, measured["wrong"]), (0, 0))
        self.assertGreaterEqual(measured["bytes"], measured["requests"] * len(body))

    def test_answers_cut_anywhere(self):
        """Each answer arrives together with the beginning of the next one, which is larger than what was received."""
        bodies = [bytes([number]) * 51_200 for number in range(3)]
        cut = lambda n: [(ok(bodies[(n - 1) % 3])[-9:] if n else b"") + ok(bodies[n % 3])[:-9]]
        records = [(GET, 1, body) for body in bodies]
        status, measured, _ = self.run_client(cut, records, connections=1, depth=4, drain=0.2)
        self.assertEqual((measured["wrong"], measured["errors"]), (0, 0))
        self.assertGreater(measured["requests"], 20)
        # What the server still holds of the last one.
        self.assertEqual((status, measured["unanswered"]), (1, 1))

    def test_several_requests_under_way(self):
        status, measured, seen = self.run_client(lambda _: [ok()], [(GET, 1, b"{}")], depth=8)
        self.assertEqual(status, 0)
        self.assertIn(seen - measured["requests"], range(0, 17))

    def test_several_answers_make_one_request(self):
        answers = [b"+one\r\n", b"$3\r\ntwo\r\n", b"*0\r\n"]
        records = [(PING * 3, 3, b"".join(answers))]
        status, measured, seen = self.run_client(lambda n: [answers[n % 3]], records, "resp", connections=1)
        self.assertEqual((status, measured["wrong"]), (0, 0))
        self.assertIn(seen - 3 * measured["requests"], range(0, 4))

    def test_requests_come_in_turn(self):
        bodies = [b"%d" % number for number in range(4)]
        records = [(GET.replace(b"here", body), 1, body) for body in bodies]
        status, _, _ = self.run_client(lambda n: [ok(bodies[n % 4])], records, connections=1)
        self.assertEqual(status, 0)

    def test_connections_start_apart(self):
        records = [(GET.replace(b"here", b"%d" % number), 1, b"") for number in range(4)]
        self.run_client(lambda _: [ok()], records, connections=2)
        self.assertEqual({first.split()[-1] for first in self.first_requests}, {b"0", b"2"})

    def test_error_answers(self):
        for bad in (404, 500, 301):
            answer = lambda n: [ok(status=bad if n == 20 else 200)]
            status, measured, _ = self.run_client(answer, [(GET, 1, b"{}")])
            self.assertEqual((status, measured["errors"]), (1, 1), bad)
        for bad in (b"-ERR no\r\n", b"*2\r\n:1\r\n-ERR deep\r\n"):
            answer = lambda n: [bad if n == 20 else b"+PONG\r\n"]
            status, measured, _ = self.run_client(answer, [(PING, 1, b"")], "resp")
            self.assertEqual((status, measured["errors"]), (1, 1), bad)

    def test_one_different_answer(self):
        for bad in (b"[1,2,4]", b"[1,2]", b"[1,2,3]x", b""):
            answer = lambda n: [ok(bad if n == 20 else b"[1,2,3]")]
            status, measured, _ = self.run_client(answer, [(GET, 1, b"[1,2,3]")])
            self.assertEqual((status, measured["wrong"]), (1, 1), bad)

    def test_silence(self):
        started = time.monotonic()
        status, measured, _ = self.run_client(lambda n: [ok()] if n < 20 else [], [(GET, 1, b"")])
        self.assertEqual((status, measured["unanswered"]), (1, 2))
        self.assertLess(time.monotonic() - started, 5)

    def test_nonsense_and_hanging_up(self):
        for bad in (b"HTTP/1.1 200 OK\r\n\r\n", b"SSH-2.0\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"):
            status, _, _ = self.run_client(lambda n: [bad if n == 20 else ok()], [(GET, 1, b"")])
            self.assertNotEqual(status, 0, bad)
        for bad in (b"?\r\n", b"+a\n", b"$x\r\n"):
            status, _, _ = self.run_client(lambda n: [bad if n == 20 else b"+PONG\r\n"], [(PING, 1, b"")], "resp")
            self.assertNotEqual(status, 0, bad)
        status, _, _ = self.run_client(lambda n: [None if n == 20 else ok()], [(GET, 1, b"")])
        self.assertNotEqual(status, 0)

    def test_postgresql(self):
        sync, ready, row = postgresql.message(b"S"), postgresql.message(b"Z", b"I"), postgresql.message(b"D", b"\0\0")
        request, answer = postgresql.run_statement("s", "a"), row + ready
        run = lambda script, expected=answer: self.run_client(script, [(request, 1, expected)], "postgresql", end=sync)
        status, measured, _ = run(lambda _: [answer])
        self.assertEqual((status, measured["wrong"]), (0, 0))
        status, measured, _ = run(lambda _: bytewise(answer))
        self.assertEqual((status, measured["wrong"]), (0, 0))
        status, measured, _ = run(lambda n: [ready if n == 20 else answer])
        self.assertEqual((status, measured["wrong"]), (1, 1))
        status, measured, _ = run(lambda n: [postgresql.message(b"E", b"no\0") + ready if n == 20 else answer], b"")
        self.assertEqual((status, measured["errors"]), (1, 1))
        for bad in (b"+PONG\r\n", b"D\0\0\0\0"):
            status, measured, _ = run(lambda n: [bad if n == 20 else answer])
            # The run ends at once, without waiting for more.
            self.assertEqual((status, measured), (1, None), bad)

    def test_greeting(self):
        """Each connection greets once, before it asks; a greeting that is refused ends the run."""
        with tempfile.NamedTemporaryFile() as greeting:
            write(greeting.name, [(GET.replace(b"here", b"hello"), 1, b"")])
            status, _, _ = self.run_client(lambda _: [ok()], [(GET, 1, b"{}")], greeting=greeting.name)
            self.assertEqual(status, 0)
            self.assertEqual({first.split()[-1] for first in self.first_requests}, {b"hello"})
            self.assertEqual(len(self.first_requests), 2)
            refuse = lambda n: [ok(status=403 if n == 1 else 200)]
            status, _, seen = self.run_client(refuse, [(GET, 1, b"{}")], greeting=greeting.name)
            self.assertEqual((status, seen), (1, 2))

    def test_latency(self):
        def answer(number):
            time.sleep(0.02 if number % 10 else 0.06)
            return [ok()]

        _, measured, _ = self.run_client(answer, [(GET, 1, b"")], connections=1, seconds=1)
        latency = measured["latency_us"]
        self.assertGreaterEqual(latency["min"], 20_000)
        self.assertLess(latency["p50"], 22_500)
        self.assertGreaterEqual(latency["p50"], latency["min"])
        self.assertGreaterEqual(latency["p99"], 60_000)

    def test_a_stall_counts_for_every_request_that_it_delays(self):
        """A client that waits for the answer before it asks again would see one slow request among hundreds."""

        def answer(number):
            if number == 100:
                time.sleep(0.4)
            return [ok()]

        status, measured, _ = self.run_client(answer, [(GET, 1, b"")], connections=1, seconds=1, rate=400)
        self.assertEqual(status, 0)
        self.assertIn(measured["requests"], range(398, 403))
        self.assertGreater(measured["latency_us"]["p90"], 200_000)
        self.assertLess(measured["latency_us"]["min"], 50_000)

    def test_more_than_the_server_can_do(self):
        def answer(_):
            time.sleep(0.01)
            return [ok()]

        status, measured, _ = self.run_client(answer, [(GET, 1, b"")], connections=1, seconds=0.5, rate=1000, drain=0.2)
        self.assertEqual(status, 1)
        # Every request that was due either has an answer or is missed.
        self.assertIn(measured["requests"] + measured["unanswered"], range(498, 503))


if __name__ == "__main__":
    unittest.main()
