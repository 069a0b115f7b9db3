"""Kills a program that embeds the engine, again and again, and holds what is left against its ledger."""

import collections
import math
import os
import shutil
import tempfile
import time

from harness.programs import kill

# A new store after so many kills, so that a judgment stays quick.
KILLS_PER_STORE = 12
HOUR = 3_600_000_000_000


class EmbeddedLoop:
    def __init__(self, part, programs):
        self.part = part
        self.programs = programs
        self.random = part.random
        self.interrupted = collections.Counter()
        self.acknowledged = 0
        self.whole = 0
        self.absent = 0
        self.backups = 0
        self.kills = 0
        self.found = 0

    def run(self, kills, seconds):
        """Until so many kills or seconds have passed."""
        started = time.monotonic()
        self.half_a_line()
        while self.kills < kills and time.monotonic() - started < seconds and self.found == 0:
            # In turn where flushes cost something, and where they do not.
            memory = self.kills // KILLS_PER_STORE % 2 == 1 and os.access("/dev/shm", os.W_OK)
            directory = tempfile.mkdtemp(prefix="fstore-kill-", dir="/dev/shm" if memory else self.part.scratch)
            try:
                self.one_store(directory, min(kills, self.kills + KILLS_PER_STORE), started + seconds)
                if self.found:
                    self.part.keep(directory, "kill")
            finally:
                shutil.rmtree(directory, ignore_errors=True)
        kinds = ", ".join(f"{count} {kind}" for kind, count in self.interrupted.most_common())
        print(f"  {self.acknowledged} operations acknowledged; interrupted: {kinds}")
        print(f"  of the interrupted {self.whole} had happened, {self.absent} had not; {self.backups} backups judged")
        self.part.record("R2", "kill -9, embedded writer", self.kills, "kills", self.found, started)

    def half_a_line(self):
        """The judge itself once took half a line of the ledger for a whole one, after 7312 kills: a kill can leave it
        where the line crosses a page. What was found out about that batch then came as its second end."""
        directory = tempfile.mkdtemp(prefix="fstore-kill-", dir=self.part.scratch)
        try:
            store, ledger, backups = (os.path.join(directory, name) for name in ("store", "ledger", "backups"))
            os.makedirs(backups)
            options = ["--seed", 5, "--threads", 1, "--operations", 40, "--backups", backups]
            self.programs.write(store, ledger, *options).wait()
            with open(ledger) as file:
                lines = [line for line in file if not line.startswith("finished")]
            verb, thread, sequence, *rest = lines.pop().split()
            if verb != "end" or not rest:
                return self.report("the writer does not end with the end of its last operation")
            with open(ledger, "w") as file:
                file.writelines([*lines, f"{verb} {thread} {sequence} "])
            for options in (["--resolve"], []):
                self.judge(self.programs.check(store, ledger, *options), "half a line")
        finally:
            shutil.rmtree(directory, ignore_errors=True)

    def one_store(self, directory, kills, end):
        """The life of one store: written to, killed, judged, and written to again."""
        store = os.path.join(directory, "store")
        ledger = os.path.join(directory, "ledger")
        plan = ["--seed", self.random.randrange(1 << 40), "--threads", self.random.randint(1, 4)]
        plan += ["--load-cells", self.random.choice([50, 1000, 6000])]
        plan += ["--durability", self.random.choice(["durable", "durable", "relaxed"])]
        first, acknowledged = 1, 0
        while self.kills < kills and time.monotonic() < end and self.found == 0:
            backups = os.path.join(directory, "backups")
            os.makedirs(backups)
            options = ["--sweep-interval", self.random.choice([0, 1, 20])]
            options += ["--clock-offset", self.random.choice([0, 0, -HOUR, HOUR])]
            options += ["--readers", self.random.choice([0, 0, 1])]
            writer = self.programs.write(store, ledger, *plan, *options, "--first", first, "--backups", backups)
            # As likely within the first milliseconds, while the store is opened, as later.
            time.sleep(math.exp(self.random.uniform(math.log(0.002), math.log(0.15))))
            status = kill(writer)
            error = writer.stderr.read().decode()
            writer.stderr.close()
            self.kills += 1
            if status != -9 or error:
                self.report(f"the writer ended with {status}: {error}")
                return
            if os.path.getsize(ledger) == 0:
                # Killed before it has said anything; nothing can have been promised.
                shutil.rmtree(backups)
                continue
            verdict = self.programs.check(store, ledger, "--resolve")
            self.judge(verdict, f"store of {plan}")
            acknowledged = verdict.get("acknowledged", acknowledged)
            self.whole += verdict.get("whole", 0)
            self.absent += verdict.get("absent", 0)
            self.interrupted.update(verdict.get("interrupted", {}))
            first = self.judge_backups(ledger, backups) + 1
            shutil.rmtree(backups)
        self.acknowledged += acknowledged

    def judge_backups(self, ledger, backups):
        """Every backup that was acknowledged is there, every one that is there is right. Returns the last sequence."""
        last = 0
        acknowledged = set()
        with open(ledger, errors="replace") as file:
            for line in file:
                words = line.split()
                if words[-1:] == ["cut"]:
                    continue
                if len(words) > 2 and words[0] == "begin":
                    last = max(last, int(words[2]))
                elif len(words) > 3 and words[0] == "end" and words[3] == "0":
                    acknowledged.add((words[1], words[2]))
        for name in os.listdir(backups):
            _, thread, sequence = name.split("-")
            if os.path.exists(os.path.join(backups, name, "values.mdb")):
                verdict = self.programs.check(os.path.join(backups, name), ledger, "--backup", thread, sequence)
                self.judge(verdict, name)
                self.backups += 1
            elif (thread, sequence) in acknowledged:
                self.report(f"{name} was acknowledged and is not there")
        return last

    def judge(self, verdict, what):
        if not verdict["ok"]:
            for problem in verdict["problems"]:
                self.report(f"{what}: {problem}")

    def report(self, problem):
        self.found += 1
        print(f"FOUND after {self.kills} kills: {problem}", flush=True)
