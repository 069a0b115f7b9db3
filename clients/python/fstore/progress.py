"""A progress bar."""

import sys
import time
from typing import Optional, TextIO

WIDTH = 30
SECONDS_BETWEEN = 0.1


class Progress:
    """Draws how much of ``total`` has been sent. ``shown`` None: only when standard error is a terminal."""

    def __init__(self, total: int, unit: str, shown: Optional[bool] = None, stream: Optional[TextIO] = None) -> None:
        self._stream = stream or sys.stderr
        self._shown = self._stream.isatty() if shown is None else shown
        self._total = total
        self._unit = unit
        self._done = 0
        self._started = self._drawn = time.monotonic()

    def restart(self) -> None:
        """A further attempt begins with the first row."""
        self._done = 0

    def advance(self, count: int) -> None:
        self._done += count
        if self._shown and time.monotonic() - self._drawn >= SECONDS_BETWEEN:
            self._draw("\r")

    def finish(self) -> None:
        if self._shown:
            self._draw("\n")

    def _draw(self, end: str) -> None:
        self._drawn = time.monotonic()
        share = min(1.0, self._done / self._total) if self._total else 1.0
        bar = ("#" * round(share * WIDTH)).ljust(WIDTH, ".")
        rate = self._done / max(self._drawn - self._started, 0.001)
        self._stream.write(f"\r[{bar}] {share:4.0%}  {self._done} {self._unit}  {rate:.0f} {self._unit}/s {end}")
        self._stream.flush()
