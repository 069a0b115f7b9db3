"""The values of some features over a span of time."""

from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from .libraries import need
from .times import nanoseconds, utc_text
from .transport import Transport, path
from .writing import listed_text

PAGE = 1000
# The names of entities that stand in the query of a request, which has a limit of 16 KiB.
MAX_NAMES_BYTES = 4_000

# By entity and nanoseconds since 1970.
Cells = Dict[Tuple[str, int], Any]


@dataclass(frozen=True)
class History:
    """The answer of ``client.history()``: rows of ``entity_id``, ``timestamp`` and a column for each feature.

    They are in the order of the entities in the question, then of time. A feature has None where it has no value at
    that time, or null was written. ``commit_time`` is the commit up to which values were read; None when there is none.

    >>> history = client.history("temp", entities=["JFK"], start="2013-07-01", end="2013-08-01")
    >>> history.to_dicts()
    [{'entity_id': 'JFK', 'timestamp': '2013-07-04T16:00:00Z', 'temp': 73.4}]
    """

    entities: List[str]
    nanoseconds: List[int]
    columns: Dict[str, List[Any]]
    commit_time: Optional[str]

    @classmethod
    def of(cls, entities: Sequence[str], cells: Mapping[str, Cells], commit_time: Optional[str]) -> "History":
        places = {entity: place for place, entity in reversed(list(enumerate(entities)))}
        keys = sorted({key for found in cells.values() for key in found}, key=lambda key: (places[key[0]], key[1]))
        columns = {name: [found.get(key) for key in keys] for name, found in cells.items()}
        return cls([entity for entity, _ in keys], [moment for _, moment in keys], columns, commit_time)

    def to_dicts(self) -> List[Dict[str, Any]]:
        """A list of dictionaries, with times as RFC 3339 texts."""
        times = [utc_text(moment) for moment in self.nanoseconds]
        return [
            {"entity_id": entity, "timestamp": time, **dict(zip(self.columns, cells))}
            for entity, time, cells in zip(self.entities, times, zip(*self.columns.values()))
        ]

    def to_pandas(self) -> Any:
        """A DataFrame. Times are ``datetime64[ns, UTC]``; whole numbers with missing values are ``Int64``."""
        from .pandas_rows import from_lists

        pandas = need("pandas", "to_pandas()")
        frame = from_lists(self.columns)
        frame.insert(0, "timestamp", pandas.to_datetime(self.nanoseconds, unit="ns", utc=True).as_unit("ns"))
        frame.insert(0, "entity_id", pandas.Series(self.entities, dtype="str"))
        return frame

    def to_polars(self) -> Any:
        """A polars DataFrame. Times are ``Datetime("ns", "UTC")``."""
        polars = need("polars", "to_polars()")
        times = polars.Series("timestamp", self.nanoseconds, polars.Int64).cast(polars.Datetime("ns", "UTC"))
        entities = polars.Series("entity_id", self.entities, polars.String)
        return polars.DataFrame([entities, times, *polars.DataFrame(self.columns, strict=False).get_columns()])

    def to_arrow(self) -> Any:
        """A pyarrow table. Times are ``timestamp[ns, UTC]``."""
        pyarrow = need("pyarrow", "to_arrow()")
        times = pyarrow.array(self.nanoseconds, pyarrow.timestamp("ns", "UTC"))
        entities = pyarrow.array(self.entities, pyarrow.string())
        return pyarrow.table({"entity_id": entities, "timestamp": times, **self.columns})


class ValuePages:
    """Reads all values of a feature between two times, page by page, as they were known at a commit."""

    def __init__(self, transport: Transport, start: str, end: Optional[str], commit: Optional[str]) -> None:
        self._transport = transport
        self._bounds = {"start_time": start, "end_time": end, "known_at": commit}

    def values(self, feature: str, entities: Sequence[str]) -> Cells:
        return {
            (item["entity_id"], nanoseconds(item["timestamp"])): item["value"]
            for names in _parts(entities)
            for item in self._items(feature, listed_text(names))
        }

    def _items(self, feature: str, entities: str) -> Iterator[Dict[str, Any]]:
        cursor: Optional[str] = None
        while True:
            query = {"entity_ids": entities, **self._bounds, "limit": PAGE, "cursor": cursor}
            answer = self._transport.json("GET", path("features", feature, "values"), query=query)
            yield from answer["items"]
            cursor = answer.get("next_cursor")
            if cursor is None:
                return


def _parts(entities: Sequence[str]) -> Iterator[List[str]]:
    """The entities, each once, in parts that fit into a query."""
    part: List[str] = []
    size = 0
    for entity in dict.fromkeys(entities):
        # A byte may take three in a query, and a comma is escaped as two characters.
        length = 3 * len(listed_text([entity]).encode()) + 3
        if part and size + length > MAX_NAMES_BYTES:
            yield part
            part, size = [], 0
        part.append(entity)
        size += length
    if part:
        yield part
