"""Measurements of a process over time, and whether they stay flat."""

import os
import time


class Curves:
    """Named rows of numbers. What may grow, by how much: a part of itself, or at least so much."""

    MARGINS = {
        "resident bytes": (0.10, 12 << 20),
        "file bytes": (0.10, 8 << 20),
        "catalog bytes": (0.10, 8 << 20),
        "used bytes": (0.15, 4 << 20),
        # As many as there are threads that may be reading at the moment.
        "open reads": (0, 6),
        "descriptors": (0, 2),
        "threads": (0, 1),
    }

    def __init__(self):
        self.rows = {}
        self.times = {}

    def add(self, name, value):
        self.rows.setdefault(name, []).append(value)
        self.times.setdefault(name, []).append(time.monotonic())

    def process(self, pid):
        """What the system says about a process."""
        try:
            with open(f"/proc/{pid}/status") as file:
                fields = dict(line.split(":", 1) for line in file)
            # Pages of the map are the file's; the system takes them back when it wants to.
            self.add("resident bytes", int(fields["RssAnon"].split()[0]) * 1024)
            self.add("threads", int(fields["Threads"]))
            self.add("descriptors", len(os.listdir(f"/proc/{pid}/fd")))
        except (OSError, KeyError):
            pass

    def growing(self):
        """Sentences about what is higher in the last third than in the one before it."""
        found = []
        for name, values in self.rows.items():
            third = len(values) // 3
            if third == 0:
                continue
            before, after = max(values[third:2 * third]), max(values[2 * third:])
            share, least = self.MARGINS[name]
            if after - before > max(share * before, least):
                found.append(f"{name} grew from {before} to {after}")
        return found

    def text(self):
        def shown(name, values):
            middle = max(values[len(values) // 3:2 * len(values) // 3] or values)
            return f"{name} {middle} then {max(values[2 * len(values) // 3:])}"
        return "; ".join(shown(name, values) for name, values in self.rows.items())
