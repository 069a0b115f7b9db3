"""A program that embeds the engine, for a long time: batches, erasures, retention, sweeps, backups, reads."""

import os
import shutil
import time

from curves import Curves
from harness.programs import kill


class EmbeddedSoak:
    def __init__(self, part, programs):
        self.part = part
        self.programs = programs

    def run(self, seconds):
        started = time.monotonic()
        directory = os.path.join(self.part.scratch, "embedded")
        store, ledger, backups = (os.path.join(directory, name) for name in ("store", "ledger", "backups"))
        os.makedirs(backups)
        options = ["--mix", "soak", "--seed", self.part.seed, "--threads", 3, "--load-cells", 2000, "--readers", 2]
        options += ["--backups", backups, "--backup-every", 2000, "--statistics", 1, "--sweep-interval", 500]
        # One that is not given back would soon be missed.
        options += ["--max-readers", 16]
        # The ledger of a long run must stay readable.
        options += ["--pause", 200 if seconds < 300 else 3000]
        writer = self.programs.write(store, ledger, *options)
        curves, position = Curves(), 0
        while time.monotonic() - started < seconds and writer.poll() is None:
            time.sleep(0.5)
            curves.process(writer.pid)
            with open(ledger) as file:
                file.seek(position)
                for line in file:
                    if line.startswith("statistics"):
                        self.take(curves, dict(word.split("=") for word in line.split()[1:]))
                position = file.tell()
            self.remove_old(backups)
        status = kill(writer)
        found = curves.growing()
        if status != -9:
            found.append(f"the writer ended with {status}: {writer.stderr.read().decode()} {last_line(ledger)}")
        verdict = self.programs.check(store, ledger)
        found += [] if verdict["ok"] else verdict["problems"]
        for problem in found:
            print(f"FOUND: {problem}", flush=True)
        print(f"  {verdict.get('acknowledged')} operations; {curves.text()}")
        if found:
            self.part.keep(directory, "soak")
        lasted = int(time.monotonic() - started)
        self.part.record("R10", "soak, embedded writer", lasted, "seconds", len(found), started)

    def take(self, curves, numbers):
        curves.add("file bytes", int(numbers["file"]))
        curves.add("used bytes", int(numbers["used"]))
        curves.add("open reads", int(numbers["readers"]))

    def remove_old(self, backups):
        """All but the newest, which may still be under way."""
        paths = sorted((os.path.join(backups, name) for name in os.listdir(backups)), key=os.path.getmtime)
        for path in paths[:-4]:
            shutil.rmtree(path)


def last_line(path):
    with open(path, errors="replace") as file:
        return (file.readlines() or [""])[-1].strip()
