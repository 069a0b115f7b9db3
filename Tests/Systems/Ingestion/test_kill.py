"""Mark R11: the server is killed while jobs, exports and webhooks go on. Nothing happens twice, nothing is lost, and
every job ends or goes on.

FSTORE_TEST_KILLS is how many kills. FSTORE_TEST_SEED is a number, or "random".
"""

import os
import random
import time
import unittest

from killing import Loop
from postgresql import PostgreSQL

KILLS = int(os.environ.get("FSTORE_TEST_KILLS", "12"))


class Kills(unittest.TestCase):
    def test_kills_at_random_moments(self):
        given = os.environ.get("FSTORE_TEST_SEED", "20261121")
        seed = random.randrange(1 << 30) if given == "random" else int(given)
        print(f"seed {seed}", flush=True)
        database = PostgreSQL()
        self.addCleanup(database.stop)
        began = time.monotonic()
        loop = Loop(seed, database)
        self.addCleanup(loop.close)
        loop.run(KILLS)
        loop.finish(is_long=KILLS >= 100)
        counts = ", ".join(f"{count} {what}" for what, count in sorted(loop.counts.items()))
        seconds = time.monotonic() - began
        print(f"{loop.kills} kills in {seconds:.0f} s: {counts}; slowest start {loop.slowest_start:.1f} s", flush=True)
        if loop.problems:
            self.fail(f"{len(loop.problems)} found, which stand above")


if __name__ == "__main__":
    unittest.main()
