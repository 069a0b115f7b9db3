"""The types of features that are made for columns whose type is lost on the way.

JSON has one kind of number, and texts in place of bytes and times. Arrow has no type for JSON: it travels as text.
"""

from datetime import date
from typing import Any, Iterable, Mapping, Optional

from .cells import is_missing, is_sequence, listed
from .libraries import is_a


def value_type(cells: Iterable[Any]) -> Optional[str]:
    """The type of a column that travels as JSON, or None when its cells tell it, or they are of several types."""
    kinds = {_kind(cell) for cell in cells if not is_missing(cell)}
    return kinds.pop() if len(kinds) == 1 else None


def _kind(cell: Any) -> Optional[str]:
    if isinstance(cell, date) or type(cell).__name__ == "datetime64":
        return "timestamp"
    if is_a(cell, "numpy", "generic"):
        cell = cell.item()
    if isinstance(cell, int):
        return None if isinstance(cell, bool) else "int64"
    if isinstance(cell, Mapping):
        return "json"
    if isinstance(cell, (bytes, bytearray, memoryview)):
        return "bytes"
    if isinstance(cell, (list, tuple)) or is_sequence(cell):
        numbers = listed(cell)
        are_numbers = all(isinstance(number, (int, float)) and not isinstance(number, bool) for number in numbers)
        return f"vector({len(numbers)})" if numbers and are_numbers else None
    return None
