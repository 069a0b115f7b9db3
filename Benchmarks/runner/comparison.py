"""Runs the load client against contenders in turn and turns what it prints into ratios."""

import functools
import json
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from runner.measuring import Ratio

CLIENT = Path(__file__).resolve().parent.parent / ".build" / "release" / "load-client"


def command(contender, requests, seconds, connections, warm_up=0.5, rate=None, depth=1):
    words = [
        CLIENT, "--port", contender.port, "--protocol", contender.protocol, "--requests", requests,
        "--connections", connections, "--seconds", seconds, "--warm-up", warm_up, "--drain", 20,
    ]  # fmt: skip
    words += ["--rate", rate] if rate else []
    words += ["--depth", depth] if depth > 1 else []
    words += ["--greeting", contender.greeting_file] if getattr(contender, "greeting", None) else []
    words += ["--children", "yes"] if getattr(contender, "has_children", False) else []
    for pid in contender.pids:
        words += ["--server-pid", pid]
    return [str(word) for word in words]


def measure(contender, requests, seconds, connections, **options):
    """One run. An answer that is an error, not the expected one or missing ends the whole benchmark."""
    words = command(contender, requests, seconds, connections, **options)
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, timeout=seconds + 60)
    if done.returncode != 0:
        raise SystemExit(f"{contender.name}: the load client ended with {done.returncode}: {done.stdout}")
    return json.loads(done.stdout)


def measure_beside(run, contender, requests, seconds, connections):
    """A run while the load client sends `requests` as fast as they are answered."""
    words = command(contender, requests, seconds, connections, warm_up=0)
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as beside:
        time.sleep(0.5)
        measured = run()
        measured["beside"] = json.loads(beside.communicate(timeout=seconds + 60)[0])
    if beside.returncode != 0:
        raise SystemExit(f"{contender.name}: the load beside ended with {beside.returncode}: {measured['beside']}")
    return measured


def cpu_us(run):
    """Processor time of the server for one request."""
    return run["server_cpu_seconds"] * 1e6 / run["requests"]


@functools.cache
def latency(name):
    return lambda run: run["latency_us"][name]


def throughput(run):
    return run["requests_per_second"]


# What is kept of the load of a run, as the load client tells it.
LOAD = ("protocol", "connections", "depth", "rate", "seconds")

# What is kept of a run.
QUANTITIES = {
    "requests_per_second": throughput,
    "p50_us": latency("p50"),
    "p90_us": latency("p90"),
    "p95_us": latency("p95"),
    "p99_us": latency("p99"),
    "p99.9_us": latency("p99.9"),
    "p99.99_us": latency("p99.99"),
    "max_us": latency("max"),
    "cpu_us": cpu_us,
}


@dataclass
class Line(Ratio):
    """One line of the table: a quantity of the left side as a multiple of one of the right side."""

    sides: list = field(default_factory=list)
    loads: list = field(default_factory=list)
    quantity: str = ""
    names: tuple = ()
    # The sides are shown and kept once, with the first of the lines that are made from them.
    is_first: bool = True

    def as_json(self):
        stored = super().as_json()
        del stored["left_nanoseconds"], stored["right_nanoseconds"], stored["unit"]
        stored["quantity"] = self.quantity
        # What a side does not tell is not a number, and JSON has none of those.
        told = [{name: runs for name, runs in side.items() if runs[0] == runs[0]} for side in self.sides]
        return stored | ({"names": self.names, "loads": self.loads, "sides": told} if self.is_first else {})


def both(quantity, runs, at):
    """The sum over the two runs that a side has in one round."""
    return quantity(runs[at]) + quantity(runs[at + 1])


class Rounds:
    """Runs of two sides, left, right, right, left in each round, so that what slows the machine down slows both."""

    def __init__(self, left, right, count, names=()):
        self.left, self.right = [], []
        self.has_line = False
        self.names = names
        for _ in range(count):
            runs = [left(), right(), right(), left()]
            self.left += [runs[0], runs[3]]
            self.right += [runs[1], runs[2]]

    def line(self, key, what, quantity, over=None, limit=None, at_least=False):
        """The ratio of `quantity` on the left to `over`, or the same quantity, on the right; one for each round."""
        over = over or quantity
        pairs = range(0, len(self.left), 2)
        ratios = [both(quantity, self.left, at) / both(over, self.right, at) for at in pairs]
        sides = [{n: [q(run) for run in side] for n, q in QUANTITIES.items()} for side in (self.left, self.right)]
        loads = [{name: side[0][name] for name in LOAD if name in side[0]} for side in (self.left, self.right)]
        line = Line(key, what, limit, at_least, ratios, sides=sides, loads=loads, names=self.names)
        line.is_first = not self.has_line
        if over is quantity:
            line.quantity = next((name for name, told in QUANTITIES.items() if told is quantity), "")
        self.has_line = True
        spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
        print(f"{key:<16} {line.median:8.3f}  ({spread})  {line.mark:>7}  {line.verdict}  {what}", flush=True)
        return line
