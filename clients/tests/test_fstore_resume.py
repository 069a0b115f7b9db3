"""A write of ``fstore`` whose connection breaks off goes on in the next one."""

import socket
import threading
import unittest
from urllib.parse import urlsplit

from fstore_serving import fstore
from fstore_weather import WithTables

ROWS = 12_000
NAMES = [f"f{number}" for number in range(5)]


class CuttingProxy:
    """Passes bytes on, and breaks off the first connection after some of them."""

    def __init__(self, url, passed):
        there = urlsplit(url)
        self._server = (there.hostname, there.port)
        self._limits = [passed, None]
        self.connections = 0
        self._ends = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self):
        for end in (self._listener, *self._ends):
            end.close()

    def _accept(self):
        for limit in self._limits:
            near, _ = self._listener.accept()
            self.connections += 1
            far = socket.create_connection(self._server)
            self._ends += [near, far]
            for source, target, most in ((near, far, limit), (far, near, None)):
                threading.Thread(target=self._pass_on, args=(source, target, most), daemon=True).start()

    def _pass_on(self, source, target, most):
        count = 0
        try:
            while most is None or count < most:
                piece = source.recv(16_384)
                if not piece:
                    break
                count += len(piece)
                target.sendall(piece)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Resume(WithTables):
    def test_a_write_survives_a_connection_that_ends_in_the_middle(self):
        self.make(**dict.fromkeys(NAMES, "float64"))
        rows = [
            {"origin": "JFK", "time_hour": f"2013-07-01T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}Z"}
            | {name: float(n) for name in NAMES}
            for n in range(ROWS)
        ]
        proxy = CuttingProxy(self.server.url, passed=900_000)
        self.addCleanup(proxy.stop)
        with fstore.Client(proxy.url, api_key=self.key) as client:
            result = client.write(rows, entity="origin", time="time_hour")
        self.assertEqual((proxy.connections, result.rows, result.values), (2, ROWS, ROWS * len(NAMES)))
        self.assertEqual(self.client.history("f3", "JFK").columns["f3"], [float(n) for n in range(ROWS)])


if __name__ == "__main__":
    unittest.main()
