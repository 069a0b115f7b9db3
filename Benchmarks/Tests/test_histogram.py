"""The histogram of the load client beside HdrHistogram: the same buckets and the same percentiles."""

import ctypes
import random
import subprocess
import tempfile
import unittest
from pathlib import Path

from hdrh.histogram import HdrHistogram

SOURCE = Path(__file__).resolve().parent.parent / "Sources" / "load-client" / "histogram.c"
STEPS, DOUBLINGS = 128, 40
PERCENTILES = (50, 75, 90, 95, 99, 99.9, 99.99, 100)
HOUR = 3_600_000_000_000
SEED = 20_260_101


class Histogram(ctypes.Structure):
    _fields_ = [
        ("counts", ctypes.c_uint64 * (STEPS * (DOUBLINGS + 1))),
        ("count", ctypes.c_uint64),
        ("min", ctypes.c_uint64),
        ("max", ctypes.c_uint64),
        ("sum", ctypes.c_double),
    ]


class HistogramTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as directory:
            library = f"{directory}/histogram.so"
            subprocess.run(["clang", "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-lm"], check=True)
            cls.library = ctypes.CDLL(library)
        cls.library.histogram_percentile.restype = ctypes.c_uint64
        cls.library.histogram_percentile.argtypes = [ctypes.c_void_p, ctypes.c_double]
        cls.library.histogram_add.argtypes = [ctypes.c_void_p, ctypes.c_uint64]

    def compare(self, values):
        ours, theirs = Histogram(), HdrHistogram(1, HOUR, 2)
        for value in values:
            self.library.histogram_add(ctypes.byref(ours), value)
            theirs.record_value(value)
        self.assertEqual((ours.count, ours.min, ours.max), (len(values), min(values), max(values)))
        for percentile in PERCENTILES:
            found = self.library.histogram_percentile(ctypes.byref(ours), percentile / 100)
            # The end of a bucket, but not beyond what has occurred.
            expected = min(theirs.get_value_at_percentile(percentile), max(values))
            self.assertEqual(found, expected, percentile)

    def test_latencies(self):
        draw = random.Random(SEED)
        self.compare([int(draw.lognormvariate(11, 1.5)) + 1 for _ in range(100_000)])

    def test_every_size(self):
        draw = random.Random(SEED)
        self.compare([max(1, int(2 ** draw.uniform(0, 41))) for _ in range(100_000)])

    def test_small_numbers_are_exact(self):
        self.compare([value for value in range(1, 256) for _ in range(400)])

    def test_one_value(self):
        self.compare([123_456_789])


if __name__ == "__main__":
    unittest.main()
