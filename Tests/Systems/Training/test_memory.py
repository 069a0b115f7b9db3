"""Large tables stream through little memory, and nothing is left of those that are cut off."""

import contextlib
import http.client
import os
import socket
import threading
import time
import unittest

import numpy as np
import pyarrow as pa
import pyarrow.compute

from ledger import moment, nanoseconds
from serving import ARROW, CSV, NDJSON, Refused, Server, stream

ROWS = int(os.environ.get("TRAINING_ROWS", "1_000_000"))
BATCH = 20_000
ENTITIES = 500
FEATURES = [f"f{number}" for number in range(5)]
START = nanoseconds("2024-01-01")
DAY = 86_400_000_000_000

# What the server may need beyond what it had before a table: a long one, which needed 28 MiB on 29 November 2026, and
# one whose cells are large.
MOST_BYTES_OF_LONG, MOST_BYTES_OF_WIDE = 96 << 20, 192 << 20


def setUpModule():
    global server
    server = Server("--write-seconds", "5")
    for place, name in enumerate(FEATURES):
        server.feature(name, "float64")
        server.write(name, [
            (f"e{entity}", moment(START + day * DAY), entity * 1000 + day + place / 10)
            for entity in range(ENTITIES) for day in range(10)
        ])


def tearDownModule():
    server.remove()


def batches(rows):
    """Rows of the entities in turn, at noon of the days in turn."""
    for first in range(0, rows, BATCH):
        numbers = np.arange(first, min(first + BATCH, rows))
        yield pa.record_batch({
            "entity_id": pa.array([f"e{number}" for number in numbers % ENTITIES]),
            "timestamp": pa.array(START + numbers % 10 * DAY + DAY // 2, pa.timestamp("ns")),
            "number": pa.array(numbers),
        })


class Pieces:
    """A stream of Arrow that is made while it is sent."""

    def __init__(self, batches):
        self.batches = batches
        self.pending = bytearray()
        self.writer = None

    def write(self, data):
        self.pending += memoryview(data)
        return len(data)

    closed = False

    def flush(self):
        pass

    def __iter__(self):
        for batch in self.batches:
            if self.writer is None:
                self.writer = pa.ipc.new_stream(pa.PythonFile(self, "w"), batch.schema)
            self.writer.write_batch(batch)
            yield bytes(self.pending)
            self.pending.clear()
        self.writer.close()
        yield bytes(self.pending)


def headers(kind=ARROW, **more):
    return {"Authorization": f"Bearer {server.key}", "Content-Type": kind, **more}


class Memory(unittest.TestCase):
    def test_a_table_of_any_length_needs_little_memory(self):
        server.read(stream(pa.Table.from_batches(batches(1000))), features=FEATURES)
        server.forget_peak()
        before = server.peak_bytes()
        connection = http.client.HTTPConnection(server.host, server.port, timeout=600)
        path = "/api/v1/training/read?features=" + ",".join(FEATURES)
        connection.request("POST", path, iter(Pieces(batches(ROWS))), headers(), encode_chunked=True)
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200)
        row = 0
        with pa.ipc.open_stream(answer) as reader:
            for batch in reader:
                numbers = np.arange(row, row + batch.num_rows)
                self.assertTrue((batch["number"].to_numpy() == numbers).all())
                for place, name in enumerate(FEATURES):
                    right = numbers % ENTITIES * 1000 + numbers % 10 + place / 10
                    self.assertTrue((batch[name].to_numpy() == right).all(), name)
                row += batch.num_rows
        connection.close()
        self.assertEqual(row, ROWS)
        grown = server.peak_bytes() - before
        print(f"{ROWS} rows of {len(FEATURES)} features: {grown >> 20} MiB more at most")
        self.assertLess(grown, MOST_BYTES_OF_LONG)


class Wide(unittest.TestCase):
    """What is wide is as bounded as what is long: blocks are counted in bytes too, and not in rows alone."""

    @contextlib.contextmanager
    def bounded(self):
        server.forget_peak()
        before = server.peak_bytes()
        yield
        self.assertLess(server.peak_bytes() - before, MOST_BYTES_OF_WIDE)

    def keys(self, rows):
        return {"entity_id": pa.array(["wide"] * rows), "timestamp": pa.array([START] * rows, pa.timestamp("ns"))}

    def test_values_of_64_kilobytes(self):
        server.feature("wide", "string")
        server.write("wide", [("wide", "2023-01-01T00:00:00Z", "v" * 65_000)])
        body = stream(pa.table(self.keys(3000)))
        with self.bounded():
            lengths = pa.compute.binary_length(server.read(body, features=["wide"]).table()["wide"])
            self.assertEqual(set(lengths.to_pylist()), {65_000})

    def test_a_dictionary_that_expands(self):
        text = pa.DictionaryArray.from_arrays(pa.array(np.zeros(3000, np.int8)), pa.array(["v" * 65_000]))
        body = stream(pa.table({**self.keys(3000), "text": text}))
        with self.bounded():
            answer = server.read(body, ARROW, CSV, features=["f0"])
            self.assertEqual(answer.body.count(b"\n"), 3001)

    def test_rows_that_lack_most_columns(self):
        keys = '{"entity_id":"wide","timestamp":"2024-01-01"'
        first = keys + "".join(f',"c{number}":0' for number in range(5000)) + "}\n"
        body = (first + (keys + "}\n") * 3000).encode()
        with self.bounded():
            try:
                server.read(body, NDJSON, features=["f0"], echo="false")
            except Refused as error:
                self.assertIn(error.status, (413, 422))

    def test_cells_of_csv_that_wait_for_their_block(self):
        body = b"entity_id,timestamp,text\n" + (b"wide,2024-01-01," + b"x" * 30_000 + b"\n") * 8000
        with self.bounded():
            server.read(body, CSV, features=["f0"], echo="false")

    def test_a_header_of_many_names(self):
        names = ",".join(f"c{number}" for number in range(50_000))
        body = f"entity_id,timestamp,{names}\nwide,2024-01-01{',' * 50_000}\n".encode()
        start = time.monotonic()
        try:
            server.read(body, CSV, features=["f0"], echo="false")
        except Refused as error:
            self.assertIn(error.status, (413, 422))
        self.assertLess(time.monotonic() - start, 5)

    def test_a_batch_of_the_size_that_pandas_makes(self):
        """A frame of a million rows is one batch. If that is too large, the answer says how large it may be."""
        rows = 1_200_000
        zeros = {f"c{number}": np.zeros(rows) for number in range(3)}
        keys = {"entity_id": np.zeros(rows, int), "timestamp": np.zeros(rows, "datetime64[ns]")}
        body = stream(pa.table({**keys, **zeros}))
        self.assertGreater(len(body), 40 << 20)
        try:
            server.read(body, features=[], echo="false")
        except Refused as error:
            # To try again, as 503 asks for, would not help.
            self.assertIn(error.status, (413, 422), error)
            self.assertIn("bytes", str(error))


class Leftovers(unittest.TestCase):
    """Files and threads of answers that nobody takes."""

    def setUp(self):
        self.body = stream(pa.Table.from_batches(batches(60_000)), BATCH)

    def answers(self):
        return [name for name in server.open_files() if "/answers/" in name]

    def check_nothing_is_left(self, threads, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            # A thread that works at a time is gone soon after.
            if not self.answers() and server.thread_count() <= threads:
                break
            time.sleep(0.1)
        self.assertEqual(self.answers(), [])
        self.assertLessEqual(server.thread_count(), threads)
        directory = os.path.join(server.data, "answers")
        self.assertEqual(os.listdir(directory) if os.path.isdir(directory) else [], [])

    def send(self, length):
        """Sends the body in a request that announces `length` bytes."""
        connection = socket.create_connection((server.host, server.port))
        head = "POST /api/v1/training/read?features=f0,f1 HTTP/1.1\r\nHost: fstore\r\n"
        head += "".join(f"{name}: {text}\r\n" for name, text in headers(**{"Content-Length": str(length)}).items())
        connection.sendall(head.encode() + b"\r\n" + self.body)
        return connection

    def test_of_clients_that_leave(self):
        server.read(self.body, features=["f0", "f1"])
        threads = server.thread_count() + 2
        # In the middle of the table, and at once behind its end, and in the middle of the answer.
        for extra, wait in ((100, 0.5), (100, 0), (0, 0), (0, 0.2)):
            connections = [self.send(len(self.body) + extra) for _ in range(3)]
            time.sleep(wait)
            for connection in connections:
                connection.close()
        self.check_nothing_is_left(threads)

    def test_of_clients_that_stop_reading(self):
        threads = server.thread_count() + 2
        connections = [self.send(len(self.body)) for _ in range(3)]
        self.check_nothing_is_left(threads, 60)
        for connection in connections:
            connection.close()

    def test_of_tables_that_are_wrong_at_their_end(self):
        threads = server.thread_count() + 2
        body = self.body[:-8] + b"garbage!"
        with self.assertRaises(Refused):
            server.read(body, features=["f0", "f1"])
        self.check_nothing_is_left(threads)


class Others(unittest.TestCase):
    def test_many_tables_at_a_time(self):
        body = stream(pa.Table.from_batches(batches(4000)), 200)
        statuses = []

        def ask():
            try:
                statuses.append(server.read(body, features=FEATURES).status)
            except Refused as error:
                statuses.append(str(error))
            finally:
                server.leave()

        threads = [threading.Thread(target=ask) for _ in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(statuses, [200] * 100)

    def test_other_requests_are_answered_meanwhile(self):
        self.check_others("/livez")

    def test_requests_with_a_key_are_answered_meanwhile(self):
        self.check_others("/api/v1/features?limit=1")

    def check_others(self, path):
        body = stream(pa.Table.from_batches(batches(min(ROWS, 200_000))), BATCH)
        worst, done = [0.0], threading.Event()

        def ask():
            connection = http.client.HTTPConnection(server.host, server.port, timeout=60)
            while not done.is_set():
                start = time.monotonic()
                connection.request("GET", path, headers=headers())
                connection.getresponse().read()
                worst.append(time.monotonic() - start)
                time.sleep(0.002)
            connection.close()

        def read():
            server.read(body, ARROW, NDJSON, features=FEATURES)
            server.leave()

        thread = threading.Thread(target=ask)
        readers = [threading.Thread(target=read) for _ in range(4)]
        thread.start()
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        done.set()
        thread.join()
        worst.sort()
        # Long, but far less than a table takes, on a machine that does other things too.
        self.assertLess(worst[len(worst) * 99 // 100], 0.5)


if __name__ == "__main__":
    unittest.main()
