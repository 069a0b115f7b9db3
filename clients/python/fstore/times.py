"""Times as RFC 3339 texts. A time without a zone is accepted only together with the name of a zone."""

import re
from datetime import date, datetime, timedelta
from typing import Any, Optional, Union
from zoneinfo import ZoneInfo

from .errors import INVALID_ANSWER, FStoreError, invalid

# Also accepted: numpy.datetime64 and pandas.Timestamp.
Time = Union[str, date, datetime]

ZONE_AT_END = r"(?:[Zz]|[+-]\d\d:?\d\d)$"

_ZONED = re.compile(ZONE_AT_END)
_NAIVE = re.compile(r"^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(\.\d+)?)?$")
_UTC = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$")
_EPOCH = datetime(1970, 1, 1)

NEEDS_ZONE = (
    'the time has no zone; give zone="UTC" or another, such as zone="America/New_York", or use times that have a zone'
)


class TimeProblem(ValueError):
    """Why a value is not a time that can be sent. The caller adds where it stands."""


def moment(value: Any, field: str, zone: Optional[str] = None) -> str:
    """One time of a question. A text is sent as it is: without a zone it is in UTC, as the API has it."""
    if isinstance(value, str) and (zone is None or value == "now"):
        return str(value)
    try:
        return time_text(value, zone)
    except TimeProblem as problem:
        raise invalid(field, str(problem)) from None


def time_text(value: Any, zone: Optional[str]) -> str:
    """RFC 3339 for one time of a table. Raises TimeProblem."""
    # NaT and NaN are the values that are not equal to themselves; pandas.NA cannot be compared.
    if value is None or type(value).__name__ == "NAType" or value != value:
        raise TimeProblem("the time is missing")
    if isinstance(value, str):
        text = value
    elif isinstance(value, date):
        # pandas.Timestamp is a datetime whose isoformat has nanoseconds.
        text = value.isoformat()
    elif type(value).__name__ == "datetime64":
        text = str(value)
    else:
        raise TimeProblem(
            f"{value!r} is not a time; use datetimes or RFC 3339 texts (the unit of a number is not known)"
        )
    return localized(text, zone) if is_naive(text) else text


def is_naive(text: str) -> bool:
    return _ZONED.search(text) is None


def localized(text: str, zone: Optional[str]) -> str:
    """A text without a zone, with the offset of its zone added."""
    if zone is None:
        raise TimeProblem(NEEDS_ZONE)
    parts = _NAIVE.match(text)
    if parts is None:
        raise TimeProblem(f"{text!r} is not a time; write it as 2013-07-01T12:00:00")
    try:
        local = datetime.fromisoformat(f"{parts[1]}T{parts[2] or '00:00'}")
    except ValueError as error:
        raise TimeProblem(f"{text!r} is not a time: {error}") from None
    rules = zone_rules(zone)
    offset = local.replace(tzinfo=rules).utcoffset()
    # Between two offsets a local time exists twice or not at all.
    if offset is None or offset != local.replace(tzinfo=rules, fold=1).utcoffset():
        raise TimeProblem(f"{text} exists twice or not at all in {zone}; use times that have a zone")
    return local.isoformat() + (parts[3] or "") + _offset_text(offset)


def zone_rules(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise invalid("zone", f"{zone!r} is not the name of a zone, such as UTC or America/New_York") from None


def nanoseconds(text: str) -> int:
    """Nanoseconds since 1970 of a time that the server gave."""
    parts = _UTC.match(text)
    if parts is None:
        raise FStoreError(f"the server gave {text!r} for a time", code=INVALID_ANSWER)
    seconds = (datetime.fromisoformat(parts[1]) - _EPOCH) // timedelta(seconds=1)
    return seconds * 1_000_000_000 + int((parts[2] or "0").ljust(9, "0"))


def utc_text(nanoseconds: int) -> str:
    """RFC 3339 for nanoseconds since 1970, as the server writes it."""
    seconds, fraction = divmod(nanoseconds, 1_000_000_000)
    digits = f".{fraction:09}" if fraction else ""
    return (_EPOCH + timedelta(seconds=seconds)).isoformat() + digits + "Z"


def _offset_text(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
