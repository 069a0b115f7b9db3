"""Runs the two sides in turn and turns what they print into ratios."""

import json
import os
import statistics
import subprocess
from dataclasses import dataclass, field

LAST_CPU = max(os.sched_getaffinity(0))


def run(command, pinned=True, **options):
    """Runs a benchmark program on one processor and reads its line of JSON."""
    pin = (lambda: os.sched_setaffinity(0, {LAST_CPU})) if pinned else None
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, preexec_fn=pin, **options)
    return json.loads(done.stdout)


@dataclass
class Ratio:
    """One line of the table: the time of `left` as a multiple of the time of `right`."""

    key: str
    what: str
    limit: float | None = None
    at_least: bool = False
    rounds: list = field(default_factory=list)
    left: list = field(default_factory=list)
    right: list = field(default_factory=list)
    operations: int = 1
    unit: str = "×"

    @property
    def median(self):
        return statistics.median(self.rounds)

    @property
    def verdict(self):
        if self.limit is None:
            return "–"
        within = self.median >= self.limit if self.at_least else self.median <= self.limit
        return "pass" if within else "miss"

    @property
    def mark(self):
        if self.limit is None:
            return "–"
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}"

    def nanoseconds(self, side):
        """The median time of one operation."""
        return statistics.median(getattr(self, side)) / self.operations if getattr(self, side) else None

    def as_json(self):
        return {
            "key": self.key,
            "what": self.what,
            "median": self.median,
            "min": min(self.rounds),
            "max": max(self.rounds),
            "limit": self.limit,
            "at_least": self.at_least,
            "verdict": self.verdict,
            "unit": self.unit,
            "left_nanoseconds": self.nanoseconds("left"),
            "right_nanoseconds": self.nanoseconds("right"),
            "rounds": self.rounds,
        }


def interleave(ratio, left, right, rounds, same_answers=True, before=None, after=None):
    """Runs left, right, right, left, `rounds` times. Each round gives one ratio, so that what slows the machine down for
    a while slows both sides down.

    `left` and `right` are called for one run each and return what it printed.
    """
    for _ in range(rounds):
        runs = [left(), right(), right(), left()]
        if same_answers:
            answers = {(run["found"], run["sum"]) for run in runs}
            if len(answers) != 1 or runs[0]["found"] == 0:
                raise SystemExit(f"{ratio.key}: the sides answer differently: {sorted(answers)}")
        a = [runs[0]["nanoseconds"], runs[3]["nanoseconds"]]
        b = [runs[1]["nanoseconds"], runs[2]["nanoseconds"]]
        ratio.left += a
        ratio.right += b
        ratio.rounds.append(sum(a) / sum(b))
    spread = f"{min(ratio.rounds):.2f} to {max(ratio.rounds):.2f}"
    print(f"{ratio.key:<22} {ratio.median:8.3f}  ({spread})  {ratio.mark:>7}  {ratio.verdict}  {ratio.what}", flush=True)
    return ratio


def single(key, what, value, limit=None, unit="×", samples=None):
    """A line of the table that is a number of its own and no ratio of times."""
    ratio = Ratio(key, what, limit, rounds=samples or [value], unit=unit)
    print(f"{key:<22} {ratio.median:8.3f} {unit}  {ratio.mark:>7}  {ratio.verdict}  {what}", flush=True)
    return ratio
