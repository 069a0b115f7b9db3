"""Tables of polars, which writes and reads Arrow by itself."""

import io
from http.client import HTTPResponse
from typing import Any, Dict, Iterator, List, Optional, Sequence

from .errors import invalid, invalid_cell
from .libraries import need
from .rows import ARROW, SLICE_ROWS, Piece, Rows, Selection
from .times import NEEDS_ZONE, ZONE_AT_END, TimeProblem, localized, zone_rules


def polars() -> Any:
    return need("polars", "a polars DataFrame")


class PolarsRows(Rows):
    """A DataFrame, or a LazyFrame, which is collected once."""

    media_type = ARROW

    def __init__(self, frame: Any) -> None:
        self._is_lazy = isinstance(frame, polars().LazyFrame)
        self._frame = frame.collect() if self._is_lazy else frame

    def names(self) -> List[str]:
        return list(self._frame.columns)

    def count(self) -> int:
        return int(self._frame.height)

    def lost_types(self, names: Sequence[str]) -> Dict[str, str]:
        return {name: "json" for name in names if isinstance(self._frame.schema[name], polars().Struct)}

    def lists(self, names: Sequence[str], start: int, stop: int) -> List[List[Any]]:
        part = self._frame.slice(start, stop - start)
        return [part.get_column(name).to_list() for name in names]

    def pieces(self, selection: Selection) -> Iterator[Piece]:
        frame = self._frame.select(selection.names)
        lengths = {name: _vector_length(frame.get_column(name)) for name in selection.features}
        for start in range(0, max(1, self.count()), SLICE_ROWS):
            try:
                part = _ready(frame.slice(start, SLICE_ROWS), selection, start, lengths)
            except polars().exceptions.PolarsError as error:
                raise invalid("data", f"the rows from {start} on cannot be sent: {error}") from error
            content = io.BytesIO()
            part.write_ipc_stream(content, compat_level=polars().CompatLevel.oldest())
            schema, batches, end = _parts(content.getvalue())
            yield (schema if start == 0 else b"") + batches, part.height
            if start + SLICE_ROWS >= self.count():
                yield end, 0

    def answered(self, response: HTTPResponse, names: Sequence[str]) -> Any:
        columns = polars().read_ipc_stream(io.BytesIO(response.read()))
        self.check_answer(names, columns.columns, columns.height)
        frame = polars().concat([self._frame, columns], how="horizontal")
        return frame.lazy() if self._is_lazy else frame


def _parts(content: bytes) -> "tuple[bytes, bytes, bytes]":
    """An Arrow stream as its schema, its batches and its end, so that the batches of several make one stream."""
    # Each message begins with four bytes of ones and the length of its metadata. A schema has nothing behind them.
    schema = 8 + int.from_bytes(content[4:8], "little")
    return content[:schema], content[schema:-8], content[-8:]


def _ready(part: Any, selection: Selection, start: int, lengths: "dict[str, int]") -> Any:
    """Some rows in the types that the server reads."""
    made = []
    for position, name in enumerate(selection.names):
        column = part.get_column(name)
        if position == 0:
            made.append(_entities(column, name, start))
        elif position == 1 and selection.time is not None:
            _refuse_nulls(column, name, start, "the time is missing")
            made.append(_times(column, name, start, selection.zone, texts=True))
        else:
            made.append(_values(column, name, start, selection.zone, lengths))
    return polars().DataFrame(made)


def _entities(column: Any, name: str, start: int) -> Any:
    pl = polars()
    _refuse_nulls(column, name, start, "the entity is missing")
    if column.dtype in (pl.String, pl.Categorical, pl.Enum):
        return column.cast(pl.String)
    if column.dtype.is_integer():
        return column
    hint = "; convert the column to whole numbers" if column.dtype.is_float() else ""
    raise invalid(name, f"a column of {column.dtype} cannot hold entities: use texts or whole numbers{hint}")


def _times(column: Any, name: str, start: int, zone: Optional[str], texts: bool) -> Any:
    pl = polars()
    if texts and column.dtype in (pl.String, pl.Categorical, pl.Enum):
        return _text_times(column.cast(pl.String), name, start, zone)
    if column.dtype == pl.Date:
        column = column.cast(pl.Datetime("us"))
    if not isinstance(column.dtype, pl.Datetime):
        raise invalid(name, f"a column of {column.dtype} cannot hold times: use datetimes, dates or RFC 3339 texts")
    if column.dtype.time_zone is None:
        if zone is None:
            raise invalid_cell(start, name, NEEDS_ZONE) if len(column) else invalid(name, NEEDS_ZONE)
        zone_rules(zone)
        try:
            column = column.dt.replace_time_zone(zone)
        except pl.exceptions.ComputeError as error:
            raise invalid(name, f"{error}; use times that have a zone") from None
    return column.dt.convert_time_zone("UTC")


def _text_times(column: Any, name: str, start: int, zone: Optional[str]) -> Any:
    naive = (~column.str.contains(ZONE_AT_END)).arg_true()
    if not len(naive):
        return column
    texts = column.to_list()
    for row in naive:
        try:
            texts[row] = localized(texts[row], zone)
        except TimeProblem as problem:
            raise invalid_cell(start + row, name, str(problem)) from None
    return polars().Series(name, texts)


def _values(column: Any, name: str, start: int, zone: Optional[str], lengths: "dict[str, int]") -> Any:
    """Values of a feature. NaN is null."""
    pl = polars()
    kind = column.dtype
    if kind.is_float():
        return column.fill_nan(None)
    if kind.is_integer() or kind in (pl.Boolean, pl.String, pl.Binary, pl.Null):
        return column
    if kind in (pl.Categorical, pl.Enum):
        return column.cast(pl.String)
    if kind == pl.Decimal:
        return column.cast(pl.Float64)
    if kind == pl.Date or isinstance(kind, pl.Datetime):
        return _times(column, name, start, zone, texts=False)
    if isinstance(kind, (pl.List, pl.Array)) and kind.inner.is_numeric():
        if isinstance(kind, pl.Array):
            return column.cast(pl.Array(pl.Float32, kind.size))
        return column.cast(pl.List(pl.Float32)).list.to_array(lengths[name])
    if isinstance(kind, pl.Struct):
        return column.struct.json_encode()
    raise invalid(name, f"a column of {kind} cannot hold values of a feature")


def _vector_length(column: Any) -> int:
    if not isinstance(column.dtype, polars().List):
        return 0
    first = column.drop_nulls().head(1).list.len()
    return int(first[0]) if len(first) else 1


def _refuse_nulls(column: Any, name: str, start: int, message: str) -> None:
    if column.null_count():
        raise invalid_cell(start + int(column.is_null().arg_true()[0]), name, message)
