"""One part of the proof: its arguments, its seed, its scratch directory and its lines for the table."""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time


class Part:
    """What `run [--full]` of a part begins with. The description is the module's documentation."""

    def __init__(self, description, **options):
        parser = argparse.ArgumentParser(
            description=description, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        parser.add_argument("--full", action="store_true", help="as often as docs/reliability.md says; takes long")
        for name, (default, text) in options.items():
            parser.add_argument(f"--{name}", type=type(default), default=None, help=text)
        self.arguments = parser.parse_args()
        self.full = self.arguments.full
        text = os.environ.get("FSTORE_TEST_SEED", "20261121")
        self.seed = random.SystemRandom().randrange(1 << 32) if text == "random" else int(text)
        self.random = random.Random(self.seed)
        self.found = 0
        self.started = time.monotonic()
        self.scratch = tempfile.mkdtemp(prefix="fstore-reliability-")
        print(f"seed {self.seed}", flush=True)

    def option(self, name, short, full):
        """A number from the command line, else the one of this form."""
        given = getattr(self.arguments, name)
        return given if given is not None else full if self.full else short

    def record(self, mark, what, tried, unit, found, since):
        """A line for people, and one for the table of scripts/prove."""
        seconds = round(time.monotonic() - since, 1)
        self.found += found
        print(f"{mark}: {what}: {tried} {unit}, {found} found, {seconds} s", flush=True)
        path = os.environ.get("FSTORE_PROOF")
        if path:
            line = {"mark": mark, "what": what, "tried": tried, "unit": unit, "found": found, "seconds": seconds}
            with open(path, "a") as file:
                file.write(json.dumps(line) + "\n")

    def keep(self, directory, name):
        """Moves what a finding is about to where somebody can look at it."""
        target = os.path.join(os.path.dirname(__file__), "..", ".build", "found", f"{name}-{self.seed}-{os.getpid()}")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(directory, target)
        print(f"kept in {os.path.realpath(target)}", flush=True)

    def finish(self):
        shutil.rmtree(self.scratch, ignore_errors=True)
        sys.exit(1 if self.found else 0)
