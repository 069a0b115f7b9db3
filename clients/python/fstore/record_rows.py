"""Rows that are dictionaries."""

from typing import Any, Dict, List, Mapping, Sequence

from .errors import invalid
from .rows import TextRows


class RecordRows(TextRows):
    """A list of dictionaries, one for each row. A name that a row does not have is a missing value."""

    def __init__(self, records: Sequence[Mapping[str, Any]]) -> None:
        self._records = records
        names: Dict[str, None] = {}
        for index, record in enumerate(records):
            if not isinstance(record, Mapping):
                raise invalid(f"rows[{index}]", f"a {type(record).__name__} is not a row; use a dictionary")
            names.update(dict.fromkeys(record))
        for name in names:
            if not isinstance(name, str):
                raise invalid("rows", f"{name!r} is not the name of a column; use texts")
        self._names = list(names)

    def names(self) -> List[str]:
        return self._names

    def check(self, selection: Any) -> None:
        # An empty list has no names, and asks for nothing wrong.
        if self._records:
            super().check(selection)

    def count(self) -> int:
        return len(self._records)

    def lists(self, names: Sequence[str], start: int, stop: int) -> List[List[Any]]:
        part = self._records[start:stop]
        return [[record.get(name) for record in part] for name in names]

    def with_lists(self, columns: Dict[str, List[Any]]) -> List[Dict[str, Any]]:
        added = zip(*columns.values()) if columns else ((),) * len(self._records)
        return [{**record, **dict(zip(columns, cells))} for record, cells in zip(self._records, added)]
