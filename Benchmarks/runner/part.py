"""What the parts of the benchmark have in common: options, programs, a directory, the end."""

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from runner import charts, marks, report
from runner.comparison import measure
from runner.prepared import prepare

ROOT = Path(__file__).resolve().parent.parent.parent
SEED = 20_260_101


def build(options, needs_program):
    """The programs that measure and, unless it was given, the one that is measured."""
    release = ["swift", "build", "-c", "release", "--package-path"]
    subprocess.run([*release, ROOT / "Benchmarks"], check=True)
    if needs_program and options.binary is None:
        subprocess.run([*release, ROOT, "--product", "fstore"], check=True)
        options.binary = ROOT / ".build" / "release" / "fstore"


def refuse_memory(directory):
    """Durable writes to a file system that lives in memory would be a fairy tale."""
    kind = report.output("stat", "-f", "-c", "%T", directory)
    if kind in ("tmpfs", "ramfs"):
        raise SystemExit(f"{directory} is in memory ({kind}); give --directory on a disk")
    return kind


class Part:
    """One part of the benchmark. `groups` names what can be measured alone, each with the method that does it."""

    name = ""
    groups = {}
    # Whether `fstore` itself takes part.
    needs_program = True
    rounds = 5
    quick_rounds = 1
    quick_seconds = 0.3
    # Options of this part alone that stand in the command of its report.
    flags = ()

    def __init__(self, options, directory):
        self.options = options
        self.directory = directory
        self.rounds = options.rounds or (self.quick_rounds if options.quick else self.rounds)
        self.seconds = self.quick_seconds if options.quick else 2.0
        self.warm_up = 0.1 if options.quick else 0.4
        self.files = {}
        self.results = []
        self.versions = {}
        self.left_out = []
        self.settings = {"seconds": self.seconds, "warm_up_seconds": self.warm_up, "contenders": {}}

    def start(self, contender, stack, data=None):
        """Starts a contender for the time of `stack` and fills it."""
        stack.enter_context(contender)
        words = " ".join(contender.process.command)
        self.settings["contenders"][contender.name] = words.replace(str(self.directory), "DIR").replace(str(ROOT), ".")
        if data is not None:
            started = time.time()
            contender.load(data)
            print(f"{contender.name} is filled after {time.time() - started:.1f} s", flush=True)
        return contender

    def leave_out(self, name, why):
        """What cannot be had is not measured, and the report says so."""
        self.left_out.append(f"{name} is left out: {why}.")
        print(self.left_out[-1], flush=True)

    def has(self, name, *packages):
        """Whether the Debian packages are there or could be installed."""
        if subprocess.run([ROOT / "scripts" / "require", *packages]).returncode == 0:
            return True
        self.leave_out(name, f"{', '.join(packages)} could not be installed")
        return False

    def prepared(self, contender, what, questions, data):
        """The file of requests, each of which was asked once and answered right."""
        name = f"{contender.name}-{what}"
        if name not in self.files:
            self.files[name] = prepare(self.directory / name, contender, questions, data)
        return self.files[name]

    def once(self, contender, requests, connections, **options):
        seconds = options.pop("seconds", self.seconds)
        return lambda: measure(contender, requests, seconds, connections, warm_up=self.warm_up, **options)

    def begin(self, stack):
        """Starts and fills the contenders."""
        raise NotImplementedError

    def measure_all(self):
        with ExitStack() as stack:
            self.begin(stack)
            for name in self.options.only or self.groups:
                self.groups[name](self)

    @classmethod
    def add_options(cls, parser):
        for flag in cls.flags:
            parser.add_argument(f"--{flag}", action="store_true")

    def numbers(self):
        """What the notes of this part have in braces."""
        return {"left_out": " ".join(self.left_out)}

    def write(self, command, seconds):
        """The stored results, the section of the page, and what is drawn from them."""
        if not self.results:
            return
        arguments = (self.results, command, self.rounds, SEED, seconds, self.versions, self.numbers(), self.settings)
        report.write(self.name, *arguments)
        charts.draw(self.name)
        marks.render()

    @classmethod
    def main(cls):
        parser = argparse.ArgumentParser(prog=f"scripts/bench {cls.name}")
        parser.add_argument("--quick", action="store_true")
        parser.add_argument("--write", action="store_true")
        parser.add_argument("--only", action="append", choices=list(cls.groups))
        parser.add_argument("--binary", type=Path, help="measures this program instead of building it")
        parser.add_argument("--directory")
        parser.add_argument("--rounds", type=int)
        cls.add_options(parser)
        options = parser.parse_args()
        if options.only and options.write:
            parser.error("--write needs everything, --only leaves some out")
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
        build(options, cls.needs_program)
        started = time.time()
        directory = Path(tempfile.mkdtemp(prefix="fstore-bench-", dir=options.directory))
        try:
            kind = refuse_memory(directory)
            part = cls(options, directory)
            print(f"data and questions from seed {SEED}, {part.rounds} rounds", flush=True)
            part.measure_all()
        except KeyboardInterrupt:
            sys.exit(130)
        finally:
            shutil.rmtree(directory, ignore_errors=True)
        seconds = time.time() - started
        if options.write or not (options.quick or options.only):
            given = [flag for flag in ("quick", *cls.flags) if getattr(options, flag.replace("-", "_"))]
            command = f"scripts/bench {cls.name}" + "".join(f" --{flag}" for flag in given)
            command += f" --rounds {options.rounds}" if options.rounds else ""
            part.versions["file system"] = kind
            part.write(command, seconds)
        print(f"{seconds:.0f} s")
