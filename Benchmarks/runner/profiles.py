"""Where the time of one lookup and of one request goes, as flame graphs and tables: samples of the engine and of the
server at work. Started by scripts/bench.
"""

import datetime
import re
import shutil
from collections import Counter

from contenders.fstore_server import FStoreServer
from runner import report, stacks, tables, writes
from runner.comparison import CLIENT, command, cpu_us
from runner.dataset import DataSet
from runner.engine import STORES, Engine
from runner.flame_graph import FlameGraph
from runner.measuring import run
from runner.part import ROOT, SEED, Part

IMAGES = ROOT / "docs" / "images"
ENTITIES, FEATURES = 10_000, 50
# How many functions stand on the page and in the file, and the share of the samples from which a stack is kept.
SHOWN, KEPT, LEAST = 10, 30, 0.0005


class Profile:
    """The samples of one workload."""

    def __init__(self, name, column, what, program, folded, unit_us):
        """`program` is what ran, without paths. `unit_us` is the processor time of one lookup or request, from a run
        that was not recorded: to be interrupted five thousand times a second is not free."""
        self.name, self.column, self.what, self.program = name, column, what, program
        self.folded, self.unit_us = folded, unit_us
        self.samples = sum(folded.values())
        owners = Counter()
        self.functions = Counter()
        for stack, count in folded.items():
            owners[stack[-1].owner] += count
            self.functions[stack[-1]] += count
        self.shares = {owner: owners[owner] / self.samples for owner in stacks.OWNERS}
        told = ", ".join(f"{owner} {share:.0%}" for owner, share in self.shares.items() if share >= 0.005)
        print(f"{name:<14} {self.samples:>6} samples, {unit_us:.3g} µs each: {told}", flush=True)

    @property
    def image(self):
        return f"profile-{self.name}.svg"

    def top(self, count):
        return [(samples / self.samples, frame) for frame, samples in self.functions.most_common(count)]

    def as_json(self):
        kept = [(stack, count) for stack, count in self.folded.most_common() if count >= LEAST * self.samples]
        met = dict.fromkeys(frame for stack, _ in kept for frame in stack)
        frames = {frame: number for number, frame in enumerate(met)}
        return {
            "key": self.name,
            "what": self.what,
            "samples": self.samples,
            "cpu_us": self.unit_us,
            "shares": self.shares,
            "functions": [{"share": share, **frame._asdict()} for share, frame in self.top(KEPT)],
            # From the outside in, as tools for such stacks read them, but with numbers for the frames: the same thirty
            # names begin hundreds of stacks.
            "stacks": [f"{';'.join(str(frames[frame]) for frame in stack)} {count}" for stack, count in kept],
            "frames": [f"{frame.owner}: {frame.name}" for frame in frames],
        }


class Profiles(Part):
    name = "profiles"
    def __init__(self, options, directory):
        super().__init__(options, directory)
        self.seconds = 1.0 if options.quick else 8.0
        self.profiles = []

    def measure_all(self):
        if self.may_record():
            super().measure_all()

    def may_record(self):
        if not self.has("The part", "linux-perf"):
            return False
        if not stacks.can_record(self.directory):
            self.leave_out("The part", "the kernel does not let perf record here")
            return False
        return True

    def begin(self, stack):
        self.engine = Engine(self.options, self.directory)
        self.data = DataSet(ENTITIES, FEATURES, SEED)
        self.stack = stack

    def without_paths(self, words):
        text = " ".join(str(word) for word in words)
        for found, instead in ((CLIENT, CLIENT.name), (self.options.binary, "fstore"), (self.directory, "DIR")):
            text = text.replace(str(found), instead)
        text = text.replace(str(self.engine.programs["swift"]), "engine-swift")
        return re.sub(r"(--server-pid |--port |127\.0\.0\.1:)\d+", r"\1N", text)

    # The engine

    def lookups(self):
        # So many that start and first touch of the pages are nothing beside them.
        times = 1 if self.options.quick else 6
        cells = "a million cells"
        self.engine.load("swift", "1M")
        self.lookup("as-of", "1M", "value in the past", f"One value at a moment of the past, {cells}", times * 450_000)
        self.lookup("latest", "1M", "newest value", f"The newest value of one series, {cells}", times * 1_500_000)
        shutil.rmtree(self.directory / "1M")
        self.engine.load("swift", "row")
        what = f"The newest values of {STORES['row'][0]} features of one entity, {cells}"
        self.lookup("row", "row", "row of 100", what, times * 50_000)
        shutil.rmtree(self.directory / "row")

    def lookup(self, workload, store, column, what, count):
        file = self.directory / f"{workload}.perf"
        alone = run(self.engine.command("swift", workload, store, count=count // 3))
        words = self.engine.command("swift", workload, store, count=count)
        run([*stacks.RECORD, "-o", file, "--", *words])
        self.keep(f"engine-{workload}", column, what, words, file, alone["cpu_nanoseconds"] / (count // 3) / 1000)

    # The server

    def requests(self):
        quick = self.options.quick
        server = FStoreServer(self.options.binary, self.directory / "fstore")
        fstore = self.start(server, self.stack, self.data)
        self.serving = self.without_paths(fstore.process.command)
        single = self.prepared(fstore, "value", self.data.draw_values(4_000 if quick else 20_000), self.data)
        self.request(fstore, "value", "GET of a value", "GET of one value, 32 connections", single, 32)
        table = self.prepared(fstore, "table", self.data.draw_tables(500 if quick else 4_000, 1), self.data)
        self.request(fstore, "table", "read of 1 × 50", "POST online/read of 1 × 50 values, 8 connections", table, 8)
        written = writes.single_values(self.directory / "writes", fstore, self.data, 20_000 if quick else 100_000)
        self.request(fstore, "write", "durable write", "Durable POST of one value, 64 connections", written, 64)

    def request(self, fstore, name, column, what, requests, connections):
        file = self.directory / f"{name}.perf"
        alone = self.once(fstore, requests, connections, seconds=self.seconds / 2)()
        with stacks.attached(fstore.process.process.pid, file):
            self.once(fstore, requests, connections)()
        words = command(fstore, requests, self.seconds, connections, warm_up=self.warm_up)
        self.keep(f"server-{name}", column, what, words, file, cpu_us(alone))

    groups = {"engine": lookups, "server": requests}

    # The report

    def keep(self, name, column, what, words, file, unit_us):
        profile = Profile(name, column, what, self.without_paths(words), stacks.read(file), unit_us)
        self.profiles.append(profile)
        # Some tens of megabytes each.
        file.unlink()

    def table(self):
        """Owner by owner: the share of each workload's samples, and what that is in processor time of one."""
        yield "| | " + " | ".join(profile.column for profile in self.profiles) + " |"
        yield "|---" * (len(self.profiles) + 1) + "|"
        for owner in stacks.OWNERS:
            parts = [share_of(profile, profile.shares[owner]) for profile in self.profiles]
            yield f"| {owner} | " + " | ".join(parts) + " |"
        yield "| all | " + " | ".join(time_of(profile.unit_us) for profile in self.profiles) + " |"
        yield "| samples | " + " | ".join(tables.number(profile.samples) for profile in self.profiles) + " |"

    def pictures(self):
        for profile in self.profiles:
            rows = [f"| {percent(share)} | {frame.owner} | `{frame.name}` |" for share, frame in profile.top(SHOWN)]
            yield f"**{profile.what}**\n\n![{profile.what}: flame graph](images/{profile.image})\n"
            yield f"<details><summary>The {SHOWN} functions with the most samples of their own</summary>\n"
            yield "\n".join(["| share | owner | function |", "|---|---|---|", *rows]) + "\n\n</details>\n"

    def write(self, given, seconds):
        if not self.profiles:
            return
        today = datetime.date.today().isoformat()
        versions = self.versions | {"perf": report.output("perf", "--version").rpartition(" ")[2]}
        perf = " ".join(stacks.RECORD)
        measured_on = report.about(versions)
        path = report.store(self.name, {
            "date": today,
            "command": given,
            "seed": SEED,
            "machine": measured_on,
            "settings": {
                "engine": f"{perf} -o DIR/FILE -- PROGRAM",
                "server": f"{perf} -p PID -o DIR/FILE",
                "serve": self.serving,
                "programs": {profile.name: profile.program for profile in self.profiles},
            },
            "results": [profile.as_json() for profile in self.profiles],
        })  # fmt: skip
        IMAGES.mkdir(exist_ok=True)
        for profile in self.profiles:
            (IMAGES / profile.image).write_text(FlameGraph(profile.what, profile.folded).svg())
        report.render(self.name, report.describe(measured_on) | {
            "{date}": today,
            "{command}": given,
            "{seed}": str(SEED),
            "{minutes}": f"{seconds / 60:.0f}",
            "{file}": str(path),
            "{perf}": perf,
            "{kept}": str(KEPT),
            "{entities}": tables.number(ENTITIES),
            "{features}": str(FEATURES),
            "{seconds}": f"{self.seconds:.0f}",
            "{table}": "\n".join(self.table()),
            "{pictures}": "\n".join(self.pictures()),
        })  # fmt: skip


def percent(share):
    return f"{100 * share:.1f} %"


def share_of(profile, share):
    return f"{percent(share)} · {time_of(share * profile.unit_us)}" if share >= LEAST else "–"


def time_of(microseconds):
    return f"{microseconds * 1000:.0f} ns" if microseconds < 1 else f"{tables.number(microseconds)} µs"


if __name__ == "__main__":
    Profiles.main()
