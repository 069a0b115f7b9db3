"""Tables of the caller, whatever library they are of."""

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from .cells import dumps, entity_text, plain
from .errors import INVALID_ANSWER, FStoreError, invalid, invalid_cell
from .times import time_text
from .value_types import value_type

ARROW = "application/vnd.apache.arrow.stream"
CSV = "text/csv"
NDJSON = "application/x-ndjson"

SLICE_ROWS = 65_536
TEXT_SLICE_ROWS = 4_096

# Some bytes of a body, with the number of rows that they hold.
Piece = Tuple[bytes, int]


@dataclass(frozen=True)
class Selection:
    """The columns that are sent."""

    entity: str
    time: Optional[str]
    features: Sequence[str] = ()
    zone: Optional[str] = None

    @property
    def names(self) -> List[str]:
        return [self.entity, *([] if self.time is None else [self.time]), *self.features]


class Rows(ABC):
    """A table of the caller: it can be sent, and gets columns of features."""

    media_type: str = NDJSON

    @abstractmethod
    def names(self) -> List[str]:
        """The names of the columns that can be named, in their order."""

    def columns(self) -> List[str]:
        """The columns that are sent when none are named."""
        return self.names()

    @abstractmethod
    def count(self) -> int:
        """The number of rows."""

    @abstractmethod
    def pieces(self, selection: Selection) -> Iterator[Piece]:
        """The body of a request that sends these columns. Raises FStoreError for a wrong cell."""

    @abstractmethod
    def lists(self, names: Sequence[str], start: int, stop: int) -> List[List[Any]]:
        """The cells of some columns and rows as values of Python."""

    @abstractmethod
    def answered(self, response: HTTPResponse, names: Sequence[str]) -> Any:
        """The caller's table with the columns of an answer behind its own. ``names`` are those that were asked for."""

    def has_head(self) -> bool:
        """Whether a body has the names of its columns."""
        return True

    def lost_types(self, names: Sequence[str]) -> Dict[str, str]:
        """The types of features that a body does not tell, by column."""
        return {}

    def check(self, selection: Selection) -> None:
        """Refuses columns that the table does not have."""
        there = self.names()
        for field, names in (
            ("entity", [selection.entity]),
            ("time", [selection.time]),
            ("features", selection.features),
        ):
            for name in names:
                if name is not None and there.count(name) != 1:
                    problem = "is there more than once" if name in there else f"is not a column; there are {there[:20]}"
                    raise invalid(field, f"{name!r} {problem}")

    def check_new(self, names: Sequence[str]) -> None:
        """Refuses new columns that have the name of one that is there. Features that were asked for by their UUIDs come
        under their names, so that this is asked again with the answer."""
        there = set(self.names())
        for name in names:
            if name in there:
                raise invalid("features", f"the rows have a column {name!r} already; rename or drop it")

    def check_answer(self, asked: Sequence[str], names: Sequence[str], answered: int) -> None:
        """Refuses an answer that does not fit the question."""
        if len(names) != len(asked):
            raise FStoreError(f"the answer has the columns {names}, and {asked} were asked for", code=INVALID_ANSWER)
        self.check_new(names)
        if answered != self.count():
            message = f"the answer has {answered} rows, and the question has {self.count()}"
            raise FStoreError(message, code=INVALID_ANSWER)


class TextRows(Rows):
    """Rows that travel as lines of JSON, which needs nothing but the standard library."""

    def pieces(self, selection: Selection) -> Iterator[Piece]:
        for start in range(0, self.count(), TEXT_SLICE_ROWS):
            stop = min(start + TEXT_SLICE_ROWS, self.count())
            cells = json_lists(self, selection, start, stop)
            lines = [dumps(dict(zip(selection.names, row))) for row in zip(*cells)]
            yield ("\n".join(lines) + "\n").encode(), stop - start

    def has_head(self) -> bool:
        return self.count() > 0

    def lost_types(self, names: Sequence[str]) -> Dict[str, str]:
        types = {name: value_type(self.lists([name], 0, self.count())[0]) for name in names}
        return {name: kind for name, kind in types.items() if kind is not None}

    def answered(self, response: HTTPResponse, names: Sequence[str]) -> Any:
        columns = read_lines(response, names)
        self.check_answer(names, list(columns), len(next(iter(columns.values()), ())))
        return self.with_lists(columns)

    @abstractmethod
    def with_lists(self, columns: Dict[str, List[Any]]) -> Any:
        """The caller's table with further columns of plain values."""


def json_lists(rows: Rows, selection: Selection, start: int, stop: int) -> List[List[Any]]:
    """The cells of the selection as JSON has them, one list for each column."""
    found = []
    for position, (name, cells) in enumerate(zip(selection.names, rows.lists(selection.names, start, stop))):
        made: List[Any] = []
        try:
            for cell in cells:
                if position == 0:
                    made.append(entity_text(cell))
                elif name == selection.time and position == 1:
                    made.append(time_text(cell, selection.zone))
                else:
                    made.append(plain(cell, selection.zone))
        except ValueError as error:
            raise invalid_cell(start + len(made), name, str(error)) from None
        found.append(made)
    return found


def of_type(response: HTTPResponse, media_type: str) -> HTTPResponse:
    """The answer, if it is of the type that was asked for."""
    given = response.getheader("Content-Type")
    if given is not None and given.partition(";")[0].strip() != media_type:
        raise ValueError(f"it is {given}, not {media_type}")
    return response


def read_lines(response: HTTPResponse, names: Sequence[str]) -> Dict[str, List[Any]]:
    """The columns of an answer in lines of JSON. ``names`` are those of an answer without rows."""
    columns: Dict[str, List[Any]] = {}
    for line in response:
        row = json.loads(line)
        if not columns:
            columns = {name: [] for name in row}
        for name, cells in columns.items():
            cells.append(row[name])
    return columns or {name: [] for name in names}
