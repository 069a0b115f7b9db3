"""When a request is sent again, and how long to wait before."""

import random
import time
from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import Optional, Union

from .errors import APIError, InterruptedDownloadError, TransportError

# The server refused these before it did anything.
REFUSED = (429, 503)

# What may be carried out twice. A second DELETE would be answered with 404 though the first one worked.
REPEATABLE = ("GET", "PUT")

FIRST_WAIT_SECONDS = 0.2
LONGEST_BACKOFF_SECONDS = 5.0


class Retries:
    """Exponential backoff with jitter. The server's ``Retry-After`` takes its place, up to ``max_wait_seconds``."""

    def __init__(self, max_retries: int, max_wait_seconds: float) -> None:
        if max_retries < 0:
            raise ValueError(f"max_retries is {max_retries}; it must be 0 or more")
        if max_wait_seconds < 0:
            raise ValueError(f"max_wait_seconds is {max_wait_seconds}; it must be 0 or more")
        self._max_retries = max_retries
        self._max_wait_seconds = max_wait_seconds

    def wait_seconds(self, attempt: int, method: str, error: Union[APIError, TransportError]) -> Optional[float]:
        """How long to wait before the request is sent again, or None to give up. ``attempt`` counts from 0."""
        if attempt >= self._max_retries:
            return None
        if isinstance(error, TransportError):
            return backoff_seconds(attempt) if _may_send_again(method, error) else None
        if error.status not in REFUSED:
            return None
        if error.retry_after_seconds is None:
            return backoff_seconds(attempt)
        # To come back earlier than the server asks would be refused again; so the caller is told at once.
        if error.retry_after_seconds > self._max_wait_seconds:
            return None
        # Clients that were refused together must not come back together.
        return error.retry_after_seconds + backoff_seconds(0)


def _may_send_again(method: str, error: TransportError) -> bool:
    if isinstance(error, InterruptedDownloadError):
        return False
    if not error.may_have_been_received:
        return True
    # After a timeout the caller has waited as long as they wanted to.
    return method in REPEATABLE and not error.timed_out


def backoff_seconds(attempt: int) -> float:
    """The wait doubles with each attempt; between half and all of it is waited."""
    longest = min(LONGEST_BACKOFF_SECONDS, FIRST_WAIT_SECONDS * 2.0**attempt)
    return longest * random.uniform(0.5, 1.0)


def retry_after_seconds(header: Optional[str]) -> Optional[float]:
    """The header ``Retry-After``: seconds or a date. None when it is missing or is neither."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        # More digits than any wait has; float() of thousands of them would raise.
        return float(text) if len(text) <= 9 else float("inf")
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, moment.timestamp() - time.time())
