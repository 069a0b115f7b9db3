"""Backups that a program makes of the store it is writing to."""

import os
import shutil
import time

from harness.programs import kill
from waits import Waits


class EmbeddedBackups:
    def __init__(self, part, programs):
        self.part = part
        self.programs = programs
        self.found = 0

    def run(self, seconds):
        started = time.monotonic()
        directory = os.path.join(self.part.scratch, "embedded")
        store, ledger, backups = (os.path.join(directory, name) for name in ("store", "ledger", "backups"))
        os.makedirs(backups)
        writer = self.programs.write(
            store, ledger, "--seed", self.part.seed, "--threads", 3, "--mix", "large",
            "--load-cells", 50_000 if self.part.full else 4_000, "--readers", 1,
            "--backups", backups, "--backup-every", 300,
        )
        judged = 0
        # Backups are judged while the writer goes on.
        while time.monotonic() - started < seconds and writer.poll() is None and self.found == 0:
            time.sleep(0.2)
            judged += self.judge(directory, ledger, backups)
        status = kill(writer)
        if status != -9:
            self.report(f"the writer ended with {status}: {writer.stderr.read().decode()}")
        if self.found == 0:
            judged += self.judge(directory, ledger, backups)
        verdict = self.programs.check(store, ledger)
        if not verdict["ok"]:
            self.report(f"the store itself: {verdict['problems']}")
        self.part.record("R9", "hot backup, restored and judged", judged, "backups", self.found, started)
        if judged == 0:
            self.report("no backup was made")
        waits = Waits(ledger)
        print("  " + waits.text)
        self.part.record("R9", "writer while a backup is made", waits.backups, "backups", waits.stalled, started)
        if self.found:
            self.part.keep(directory, "backup")

    def judge(self, directory, ledger, backups):
        """Restores and judges the newest backup that the ledger says is whole; removes the others. Returns how many."""
        there = [
            (thread, sequence, os.path.join(backups, f"backup-{thread}-{sequence}"))
            for thread, sequence in acknowledged_backups(ledger)
        ]
        # What was judged has been removed.
        there = [backup for backup in there if os.path.isdir(backup[2])]
        for _, _, path in there[:-1]:
            shutil.rmtree(path)
        for thread, sequence, path in there[-1:]:
            restored = os.path.join(directory, "restored")
            verdict = self.programs.check(restored, ledger, "--restore", path, "--backup", thread, sequence)
            if not verdict["ok"]:
                self.report(f"{path}: {verdict['problems']}")
                return 1
            shutil.rmtree(restored)
            shutil.rmtree(path)
        return len(there[-1:])

    def report(self, problem):
        self.found += 1
        print(f"FOUND: {problem}", flush=True)


def acknowledged_backups(ledger):
    begun, ended = set(), []
    with open(ledger, errors="replace") as file:
        for line in file:
            words = line.split()
            if len(words) == 4 and words[0] == "begin" and words[3] == "backup":
                begun.add((words[1], words[2]))
            elif len(words) > 3 and words[0] == "end" and (words[1], words[2]) in begun:
                ended.append((words[1], words[2]))
    return ended
