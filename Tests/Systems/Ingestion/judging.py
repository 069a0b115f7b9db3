"""What must be true after kills, whatever was killed: of sources, cells, jobs and deliveries."""

import collections
import re
import time
import urllib.request

from sourcefiles import Gone

OWN_ROWS = 2000
HOOKS = {
    "jobs": ["ingestion.completed", "ingestion.failed"],
    "features": ["feature.updated"],
    "failing": ["source.failing"],
    "completed": ["ingestion.completed"],
}


def job_event(kind, job, found, runs):
    runs = sorted((run["source_id"], run["status"], run["records_processed"], run["errors"]) for run in runs)
    return (kind, job, found["records_processed"], found["errors"], *runs)


class Job:
    def __init__(self, identity, read):
        self.id = identity
        # By source: how many rows there were when it was started, and the number of changes.
        self.read = read
        self.may_stop = False
        # Whether a stop was acknowledged, and when the server was started again after that.
        self.is_stopped = False
        self.outlived = None
        self.found = None


class Judging:
    def judge(self):
        self.discover()
        self.wait("jobs that do not end", lambda: [job.id for job in self.open_jobs() if not self.see(job)])
        for source in self.sources:
            if isinstance(source, Gone) and source.was_there and not source.is_there:
                source.toggle()
        body = {"sources": [source.name for source in self.sources]}
        last = Job(self.server.data("POST", "/ingestion/start", body)["job_id"], {})
        last.read = {source.name: (len(source.places), source.corrections) for source in self.sources}
        self.jobs[last.id] = last
        self.counts["jobs"] += 1
        self.wait("jobs that do not end", lambda: [job.id for job in self.open_jobs() if not self.see(job)])
        for job in self.jobs.values():
            self.see(job)
        self.queried = {}
        for source in self.sources:
            self.judge_source(source)
        self.judge_own()
        self.judge_exports()
        self.judge_cells()
        self.judge_deliveries()
        self.counts["rows"] += sum(len(source.rows) for source in self.sources)
        self.past |= {job.id for job in self.known_jobs()}
        self.jobs = {}

    def runs(self, source):
        runs = [run for job in self.jobs.values() if job.found for run in job.found["runs"]]
        return [run for run in runs if run["source_id"] == source.id]

    def judge_source(self, source):
        expected = source.expected_counts()
        found = tuple(sum(run[name] for run in self.runs(source)) for name in ("records_processed", "errors"))
        if expected is not None and found != expected:
            self.report(f"the runs of {source.name} have counted {found}, and not {expected}")
        totals = self.server.data("GET", f"/sources/{source.id}")["sync_stats"]
        if (totals["successful"], totals["failed"]) != found:
            self.report(f"{source.name} has counted {totals}, its runs {found}")
        rejects = self.server.data("GET", f"/sources/{source.id}/rejects?limit=1000")["rejects"]
        lines = sorted(reject["line"] for reject in rejects)
        if lines != source.rejected:
            self.report(f"{source.name} has rejected the lines {lines}, and not {source.rejected}")
        records, cursor = [], None
        while True:
            pages = {"limit": 1000} | ({"cursor": cursor} if cursor else {})
            body = {"filters": {"source": source.name}, "pagination": pages}
            page = self.server.data("POST", "/data/query", body)
            records += [((r["id"], r["timestamp"]), float(r["value"])) for r in page["records"]]
            cursor = page["pagination"]["next_cursor"]
            if cursor is None:
                break
        problem = source.problem(records, source.acknowledged, is_all=True)
        if problem:
            self.report(f"{source.name}: {problem}")
        if len(records) != page["pagination"]["total"]:
            self.report(f"{len(records)} records: {page['pagination']}")
        self.queried[source.name] = sorted(records)

    def judge_own(self):
        def is_filled():
            found = self.server.ask("GET", f"/features/own{self.round}")["materialization"]
            return None if found["last_success"] and not found["is_running"] else found

        self.wait("a query of a feature does not end", is_filled)

    def judge_cells(self):
        with urllib.request.urlopen(f"{self.server.url}/metrics") as answer:
            found = re.search(r"^fstore_store_cells (\S+)$", answer.read().decode(), re.MULTILINE)
        expected = self.own_cells + sum(source.cells for source in self.all_sources)
        if int(float(found[1])) != expected:
            self.report(f"the store has {found[1]} cells, and not {expected}")

    def promised(self):
        """What must be told, by webhook: how often each event."""
        told = {name: collections.Counter() for name in HOOKS}
        told["features"][("feature.updated", self.own, OWN_ROWS, 0)] += 1
        failures = collections.Counter()
        names = {source.id: source.name for source in [*self.sources, self.doomed]}
        for job in sorted(self.known_jobs(), key=lambda job: job.id):
            found = job.found
            if found is None:
                continue
            for run in found["runs"]:
                name = names[run["source_id"]]
                data = (found["id"], run["source_id"], name, run["records_processed"], run["errors"], run["error"])
                if run["status"] == "completed":
                    failures[name] = 0
                    if run["records_processed"] > 0:
                        told["features"][("feature.updated", *data)] += 1
                if run["status"] == "failed":
                    failures[name] += 1
                    if failures[name] == 1:
                        told["failing"][("source.failing", *data)] += 1
            if found["status"] in ("completed", "failed"):
                event = job_event(f"ingestion.{found['status']}", found["id"], found, found["runs"])
                told["jobs"][event] += 1
                if found["status"] == "completed":
                    told["completed"][event] += 1
        return told

    def came(self, name):
        """What has come to a webhook of jobs of this round."""
        events = collections.Counter()
        for kind, data in self.receiver.events(name).values():
            # Those of earlier rounds are judged.
            if data.get("feature_id", self.own) != self.own:
                continue
            if "feature_id" in data:
                events[(kind, data["feature_id"], data["records_processed"], data["errors"])] += 1
                continue
            if data["job_id"] in self.past:
                continue
            if kind.startswith("ingestion."):
                events[job_event(kind, data["job_id"], data, data["sources"])] += 1
            else:
                members = ("job_id", "source_id", "source", "records_processed", "errors", "error")
                events[(kind, *[data[member] for member in members])] += 1
        return events

    def judge_deliveries(self):
        replayed = set()

        def waiting():
            left = []
            for name, hook in self.hooks.items():
                page = self.server.data("GET", f"/webhooks/{hook}/deliveries?limit=200")
                for delivery in page["deliveries"]:
                    if delivery["status"] == "waiting":
                        left.append((name, delivery["id"]))
                        if delivery["attempts"] > 0 and delivery["id"] not in replayed:
                            replayed.add(delivery["id"])
                            self.server.data("POST", f"/webhooks/{hook}/deliveries/{delivery['id']}/replay")
                    elif delivery["status"] == "dead":
                        self.report(f"a delivery was given up: {delivery}")
            time.sleep(0.2)
            return left

        self.wait("deliveries that do not come", waiting)
        for name, promised in self.promised().items():
            came = self.came(name)
            self.counts["events"] += sum(promised.values())
            if promised - came:
                self.report(f"was not told to {name}: {promised - came}")
            if came - promised:
                self.report(f"was told to {name}, and is not true or was told before: {came - promised}")
        for problem in self.receiver.problems:
            self.report(problem)
        self.receiver.problems = []
