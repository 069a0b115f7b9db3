"""A server that is killed again and again while sources are read, exports are written and webhooks are told, and a
ledger that says what must be true all the same."""

import collections
import datetime
import http.client
import json
import os
import random
import subprocess
import threading
import time

from exporting import Exporting
from judging import HOOKS, OWN_ROWS, Job, Judging
from receiving import Receiver
from serving import Refused, Server
from sourcefiles import Days, Doomed, Gone, Log, Prices, Table

# What a request meets whose server dies.
BROKEN = (OSError, http.client.HTTPException, json.JSONDecodeError)
KILLS_PER_ROUND = 25
# Seconds, on a machine that is busy with other things.
SLOW_START = 10
# An organization has a hundred at most.
MOST_EXPORTS = 80


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")


class Killer(threading.Thread):
    """Kills the server after some time, or shortly after something has happened."""

    def __init__(self, process, seconds, happens=None, later=0.0):
        super().__init__(daemon=True)
        self.process = process
        self.seconds = seconds
        self.happens = happens
        self.later = later
        self.start()

    def run(self):
        end = time.monotonic() + self.seconds
        while time.monotonic() < end:
            if self.happens is not None and self.happens():
                time.sleep(self.later)
                break
            time.sleep(min(0.002 if self.happens else 1.0, max(0.0, end - time.monotonic())))
        self.process.kill()


class Loop(Exporting, Judging):
    def __init__(self, seed, database):
        self.random = random.Random(seed)
        self.receiver = Receiver(seed)
        self.database = database
        self.server = Server()
        self.exports_directory = os.path.join(self.server.directory, "data", "exports")
        self.problems = []
        self.counts = collections.Counter()
        self.slowest_start = 0.0
        # Set when there is something to interrupt.
        self.moment = threading.Event()
        self.kills = 0
        self.round = 0
        self.all_sources = []
        self.sources = []
        self.own = ""
        self.own_cells = 0
        # Jobs of earlier rounds.
        self.past = set()
        self.jobs = {}
        self.ended = []
        self.pending = []
        self.exports = []
        self.ended_exports = set()
        self.lost_answers = 0
        self.hooks = {}

    def make_webhooks(self):
        for name, events in HOOKS.items():
            body = {"url": self.receiver.url(name), "events": events}
            if name == "completed":
                body["secret"] = "a secret of the test, which is a text"
            made = self.server.data("POST", "/webhooks", body)
            self.receiver.secrets[name] = made["secret"]
            self.hooks[name] = made["id"]

    def close(self):
        self.server.remove()
        self.receiver.close()

    def report(self, problem):
        self.problems.append(f"after {self.kills} kills: {problem}")
        print(f"FOUND {self.problems[-1]}", flush=True)

    # MARK: Rounds

    def run(self, kills):
        self.make_webhooks()
        while self.kills < kills:
            self.one_round(min(KILLS_PER_ROUND, kills - self.kills))

    def one_round(self, kills):
        """New sources, kills while they are read, and the verdict on all of it."""
        self.round += 1
        made = (self.server, self.random)
        self.sources = [kind(f"{kind.__name__.lower()}{self.round}", *made) for kind in (Log, Days, Prices, Gone)]
        self.sources.append(Table(f"table{self.round}", *made, self.database))
        self.doomed = Doomed(f"doomed{self.round}", *made)
        for source in [*self.sources, self.doomed]:
            source.make()
        self.all_sources += [*self.sources, self.doomed]
        self.is_doomed = False
        # Its source may be deleted, and the job's run with it, so that it is asked for now.
        found = self.server.job({"sources": [self.doomed.name]})
        first = Job(found["id"], {})
        first.found = found
        self.ended = [first]
        self.doomed.acknowledged = len(self.doomed.rows)
        self.is_there = True
        columns = "'e' || n % 50 AS entity_id, n AS value, to_timestamp(n) AS timestamp"
        query = f"SELECT {columns} FROM generate_series(1, {OWN_ROWS}) n"
        origin = {"type": "postgresql", "source": self.sources[-1].name, "query": query}
        made = self.server.ask("POST", "/features", {"name": f"own{self.round}", "source": origin})
        self.own = str(made["id"])
        self.own_cells += OWN_ROWS
        for number in range(kills):
            self.live(is_busy=number < max(1, kills * 4 // 5))
            self.kills += 1
            self.between()
            self.restart()
        self.judge()

    def live(self, is_busy):
        """Uses the server until it is killed."""
        seconds = self.random.uniform(0.005, 0.4) if self.random.random() < 0.6 else self.random.uniform(0.2, 1.2)
        if not is_busy:
            seconds = self.random.uniform(0.4, 2.0)
        happens, later = None, self.random.random() * 0.02
        chosen = self.random.random()
        self.moment.clear()
        if chosen < 0.2:
            self.receiver.arrived.clear()
            happens = self.receiver.arrived.is_set
        elif chosen < 0.4:
            happens = self.is_export_begun
        elif chosen < 0.7:
            happens, later = self.moment.is_set, self.random.random() * 0.2
        killer = Killer(self.server.process, seconds, happens, later)
        try:
            self.discover()
            if self.is_doomed and self.random.random() < 0.5:
                self.doom()
            while True:
                self.act(is_busy)
                time.sleep(self.random.random() * 0.03)
        except BROKEN as error:
            self.server.process.poll()
            killer.join(5)
            if killer.is_alive():
                self.report(f"a request broke while the server was alive: {error!r}")
                self.server.process.kill()
        except Refused as refused:
            self.report(f"a request was refused: {refused}")
            self.server.process.kill()
        status = self.server.process.wait()
        self.server.kill()
        if status != -9:
            self.report(f"the server ended by itself with {status}: {self.server.text()[-1000:]}")

    def is_export_begun(self):
        try:
            return any(name.endswith(".part") for name in os.listdir(self.exports_directory))
        except FileNotFoundError:
            return False

    def between(self):
        """What happens while there is no server."""
        if self.random.random() < 0.5:
            self.random.choice(self.sources[:2]).grow(self.random.randrange(1, 1000), in_place=True)
        if len(self.exports) > MOST_EXPORTS:
            self.let_exports_end()

    def restart(self):
        while self.random.random() < 0.1:
            # Killed before it listens.
            self.server.launch()
            time.sleep(self.random.random() * 0.2)
            self.server.kill()
            self.counts["kills of a start"] += 1
        for job in self.open_jobs():
            if job.is_stopped and job.outlived is None:
                job.outlived = now()
        began = time.monotonic()
        self.server.start()
        seconds = time.monotonic() - began
        self.slowest_start = max(self.slowest_start, seconds)
        if seconds > SLOW_START:
            self.report(f"the server took {seconds:.1f} s to start")

    # MARK: What is done

    def act(self, is_busy):
        actions = {self.look: 4, self.download: 3}
        if is_busy:
            actions |= {self.start: 5, self.stop: 1, self.grow: 4, self.change: 3, self.export: 1, self.doom: 1}
        self.random.choices(list(actions), list(actions.values()))[0]()

    def known_jobs(self):
        return [*self.ended, *self.jobs.values()]

    def open_jobs(self):
        return [job for job in self.jobs.values() if job.found is None]

    def is_read(self, source):
        """Whether a job may be reading it."""
        return bool(self.pending) or any(source.name in job.read for job in self.open_jobs())

    def start(self):
        names = [source.name for source in self.random.sample(self.sources, self.random.randrange(1, 3))]
        body = {"sources": names, "options": {"batch_size": self.random.choice([5, 20, 100])}}
        read = {source.name: (len(source.places), source.corrections) for source in self.sources}
        self.pending.append({name: read[name] for name in names})
        self.moment.set()
        try:
            job = self.server.data("POST", "/ingestion/start", body)["job_id"]
        except Refused as refused:
            if refused.status != 409:
                raise
            self.pending.pop()
            return
        self.jobs[job] = Job(job, self.pending.pop())
        self.counts["jobs"] += 1
        if self.random.random() < 0.15:
            time.sleep(self.random.random() * 0.1)
            self.stop(self.jobs[job])

    def discover(self):
        """Finds the jobs whose start had no answer."""
        if not self.pending:
            return
        for found in self.server.data("GET", "/ingestion/jobs?limit=50")["jobs"]:
            if found["id"] in self.past or any(found["id"] == job.id for job in self.known_jobs()):
                continue
            names = {source.name for source in self.sources for run in found["runs"] if run["source_id"] == source.id}
            explained = next((read for read in self.pending if set(read) == names), None)
            if explained is None:
                self.report(f"nobody has started {found}")
                continue
            # One request, one job.
            self.pending.remove(explained)
            self.jobs[found["id"]] = Job(found["id"], explained)
            self.counts["jobs without an answer"] += 1
        self.pending = []

    def stop(self, job=None):
        if job or self.open_jobs():
            job = job or self.random.choice(self.open_jobs())
            job.may_stop = True
            self.server.data("POST", "/ingestion/stop", {"job_id": job.id})
            job.is_stopped = True
            self.counts["stops"] += 1
            self.moment.set()

    def grow(self):
        source = self.random.choice(self.sources[:2])
        source.grow(self.random.randrange(1, 1000), in_place=not self.is_read(source) and self.random.random() < 0.5)

    def change(self):
        source = self.random.choice(self.sources[2:])
        if isinstance(source, Gone):
            source.toggle()
        elif not self.is_read(source) and isinstance(source, Table):
            source.grow(self.random.randrange(1, 300), in_place=True)
        elif not self.is_read(source) and isinstance(source, Prices) and source.is_read:
            source.change()

    def look(self):
        """Asks for a job. One that has ended stays as it is."""
        if self.jobs:
            recent = list(self.jobs.values())[-10:]
            self.see(self.random.choice(self.open_jobs() or recent))

    def see(self, job):
        found = self.server.data("GET", f"/ingestion/jobs/{job.id}")
        if found["status"] == "running":
            if job.found is not None:
                self.report(f"a job that had ended goes on: {job.found}, {found}")
            return False
        if job.found is not None:
            if job.found != found:
                self.report(f"a job that had ended has changed: {job.found}, {found}")
            return True
        job.found = found
        self.counts[f"jobs {found['status']}"] += 1
        self.counts["attempts after the first"] += sum(max(0, run["attempts"] - 1) for run in found["runs"])
        by_id = {source.id: source for source in self.sources}
        runs = {by_id[run["source_id"]].name: run for run in found["runs"]}
        if set(runs) != set(job.read):
            self.report(f"a job has read {set(runs)} and not {set(job.read)}")
        total = sum(run["records_processed"] for run in runs.values()), sum(run["errors"] for run in runs.values())
        if (found["records_processed"], found["errors"]) != total or found["total_records"] != sum(total):
            self.report(f"the counts do not fit: {found}")
        if found["status"] == "stopped" and not job.may_stop:
            self.report(f"nobody has stopped {found}")
        if job.outlived and any(r["status"] != "stopped" and r["completed_at"] > job.outlived for r in runs.values()):
            self.report(f"a stop was acknowledged before a kill, and the job went on: {found}")
        for source in self.sources:
            run = runs.get(source.name)
            if run is not None and run["status"] == "completed":
                rows, corrections = job.read[source.name]
                source.acknowledged = max(source.acknowledged, rows)
                if isinstance(source, Prices):
                    source.is_read = corrections == source.corrections
                if isinstance(source, Table) and run["records_processed"] != rows:
                    self.report(f"{rows} rows of a table were read as {run}")
            if run is not None and run["status"] == "failed" and not isinstance(source, Gone):
                self.report(f"a run has failed: {run}")
        return True

    # MARK: Exports

    def wait(self, what, is_done, seconds=120):
        end = time.monotonic() + seconds
        while True:
            left = is_done()
            if not left:
                return True
            if time.monotonic() > end:
                self.report(f"{what}: {left}")
                return False
            time.sleep(0.05)

    def finish(self, is_long):
        """The end: nothing was told twice, files of exports go when their time is over, and the store is sound."""
        if is_long:
            self.server.kill()
            self.let_exports_end()
            self.server.start()
            for export in list(self.ended_exports)[:10]:
                status, _, _ = self.fetch(export)
                if status != 410:
                    self.report(f"an export whose time is over answers with {status}")
            self.wait("files of exports stay", lambda: os.listdir(self.exports_directory), seconds=75)
        for name in self.hooks:
            members = ("job_id", "source_id", "feature_id")
            events = [(kind, *map(data.get, members)) for kind, data in self.receiver.events(name).values()]
            twice = [event for event, count in collections.Counter(events).items() if count > 1]
            if twice:
                self.report(f"was told to {name} under two ids: {twice}")
        self.counts["deliveries"] = sum(len(bodies) for bodies in self.receiver.bodies.values())
        self.counts["requests to the receiver"] = self.receiver.tries
        self.counts["refused by the receiver"] = self.receiver.refused
        self.counts["came again"] = self.receiver.repeated
        if self.server.stop() != 0:
            self.report("the server does not end well")
        for command in (["verify"], ["audit", "verify"]):
            program = [os.environ["FSTORE_PROGRAM"], *command, "--data", os.path.join(self.server.directory, "data")]
            done = subprocess.run(program, capture_output=True, text=True)
            if done.returncode != 0:
                self.report(f"{' '.join(command)}: {done.stdout} {done.stderr}")
