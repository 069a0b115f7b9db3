"""The newest commit that the server has named."""

import threading
from typing import Optional

from .times import nanoseconds


class Commits:
    """Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: Optional[str] = None
        self._nanoseconds = 0

    def saw(self, commit_time: Optional[str]) -> None:
        """Remembers a commit that an answer has named, if it is newer than the one before."""
        if commit_time is None:
            return
        when = nanoseconds(commit_time)
        with self._lock:
            if self._newest is None or when > self._nanoseconds:
                self._newest, self._nanoseconds = commit_time, when

    @property
    def newest(self) -> Optional[str]:
        with self._lock:
            return self._newest
