"""Tables of pandas."""

from http.client import HTTPResponse
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence

from .arrow_columns import Place, arrow, texts_of, translated
from .arrow_rows import read_columns, stream
from .cells import dumps, entity_text, is_missing, plain
from .errors import invalid_cell
from .libraries import has, need
from .rows import ARROW, NDJSON, SLICE_ROWS, Piece, Selection, TextRows


class PandasRows(TextRows):
    """A DataFrame. It travels as Arrow when pyarrow is installed, else as lines of JSON.

    A level of the index counts as a column when it has the name of one. The caller's own columns do not travel back, so
    that index, order and dtypes of the answer are those of the question.
    """

    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self._has_arrow = has("pyarrow")
        self.media_type = ARROW if self._has_arrow else NDJSON
        self._names = [str(label) for label in frame.columns]
        self._levels = [name for name in frame.index.names if name is not None and str(name) not in self._names]

    def names(self) -> List[str]:
        return self._names + [str(level) for level in self._levels]

    def columns(self) -> List[str]:
        return self._names

    def count(self) -> int:
        return len(self._frame)

    def column(self, name: str) -> Any:
        """A column or a level of the index, as a series without the index of the frame."""
        if name in self._names:
            return self._frame.iloc[:, self._names.index(name)].reset_index(drop=True)
        level = next(level for level in self._levels if str(level) == name)
        return need("pandas", "a DataFrame").Series(self._frame.index.get_level_values(level), name=level)

    def lists(self, names: Sequence[str], start: int, stop: int) -> List[List[Any]]:
        return [self.column(name).iloc[start:stop].tolist() for name in names]

    def pieces(self, selection: Selection) -> Iterator[Piece]:
        return self._arrow_pieces(selection) if self._has_arrow else super().pieces(selection)

    def _arrow_pieces(self, selection: Selection) -> Iterator[Piece]:
        columns = {name: self.column(name) for name in selection.names}
        for name in selection.features:
            if _is_json(columns[name]):
                columns[name] = _json_texts(columns[name], name, selection)
        kinds = {name: _kind(columns[name], name, selection) for name in columns}
        schema = arrow().schema(list(kinds.items()))

        def batches() -> Iterator[Any]:
            for start in range(0, self.count(), SLICE_ROWS):
                arrays = [
                    _array(column.iloc[start : start + SLICE_ROWS], (name, start), kinds[name], selection)
                    for name, column in columns.items()
                ]
                yield arrow().RecordBatch.from_arrays(arrays, schema=schema)

        return stream(batches(), schema, selection)

    def has_head(self) -> bool:
        return self._has_arrow or super().has_head()

    def lost_types(self, names: Sequence[str]) -> Dict[str, str]:
        if not self._has_arrow:
            return super().lost_types(names)
        return {name: "json" for name in names if _is_json(self.column(name))}

    def answered(self, response: HTTPResponse, names: Sequence[str]) -> Any:
        if not self._has_arrow:
            return super().answered(response, names)
        columns = read_columns(response)
        self.check_answer(names, columns.column_names, columns.num_rows)
        return self._joined(from_arrow(columns))

    def with_lists(self, columns: Dict[str, List[Any]]) -> Any:
        return self._joined(from_lists(columns))

    def _joined(self, features: Any) -> Any:
        pandas = need("pandas", "a DataFrame")
        features.index = self._frame.index
        joined = pandas.concat([self._frame, features], axis=1)
        joined.attrs = dict(self._frame.attrs)
        joined.columns.names = self._frame.columns.names
        return joined


def from_arrow(table: Any) -> Any:
    """A DataFrame. Whole numbers and booleans with missing values have the nullable dtypes, so that none is rounded."""
    pandas = need("pandas", "to_pandas()")
    types = arrow().types
    made = {}
    for name, column in zip(table.column_names, table.columns):
        if column.null_count and types.is_integer(column.type):
            made[name] = column.to_pandas(types_mapper={arrow().int64(): pandas.Int64Dtype()}.get)
        elif column.null_count and types.is_boolean(column.type):
            made[name] = column.to_pandas(types_mapper={arrow().bool_(): pandas.BooleanDtype()}.get)
        else:
            made[name] = column.to_pandas()
    return pandas.DataFrame(made, index=pandas.RangeIndex(table.num_rows))


def from_lists(columns: Dict[str, List[Any]]) -> Any:
    """A DataFrame of plain values, with the dtypes that ``from_arrow`` gives."""
    pandas = need("pandas", "to_pandas()")
    return pandas.DataFrame({name: pandas.Series(cells, dtype=_dtype(cells)) for name, cells in columns.items()})


def _dtype(cells: List[Any]) -> Optional[str]:
    kinds = {type(cell) for cell in cells}
    if kinds <= {float, type(None)} or kinds == {int, float} or kinds == {int, float, type(None)}:
        return "float64"
    nullable = {int: "Int64", bool: "boolean"}
    return next((dtype for kind, dtype in nullable.items() if kinds == {kind, type(None)}), None)


def _is_json(series: Any) -> bool:
    """Whether a column has dictionaries. Arrow would give each of them the members of all."""
    if series.dtype != object:
        return False
    first = series.first_valid_index()
    return first is not None and isinstance(series.loc[first], Mapping)


def _json_texts(series: Any, name: str, selection: Selection) -> Any:
    made: List[Optional[str]] = []
    try:
        for cell in series:
            made.append(None if is_missing(cell) else dumps(plain(cell, selection.zone)))
    except ValueError as error:
        raise invalid_cell(len(made), name, str(error)) from None
    return need("pandas", "a DataFrame").Series(made, dtype=object)


def _kind(series: Any, name: str, selection: Selection) -> Any:
    """The Arrow type of a column: that of all its rows, so that the slices of a column are of one type."""
    pa = arrow()
    try:
        if series.dtype != object:
            return pa.array(series.iloc[:0], from_pandas=True).type
        if name in (selection.entity, selection.time):
            return pa.string()
        return pa.array(series, from_pandas=True).type
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise translated(error, name) from None


def _array(series: Any, place: Place, kind: Any, selection: Selection) -> Any:
    pa = arrow()
    try:
        return pa.array(series, kind, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError) as error:
        # Texts and whole numbers, or times of several kinds, in one column of objects.
        if series.dtype == object and place[0] == selection.entity:
            return _entities(series.tolist(), place)
        if series.dtype == object and place[0] == selection.time:
            return texts_of(series.tolist(), place, selection.zone)
        raise translated(error, place[0]) from None


def _entities(cells: List[Any], place: Place) -> Any:
    made: List[str] = []
    try:
        for cell in cells:
            made.append(entity_text(cell))
    except ValueError as error:
        raise invalid_cell(place[1] + len(made), place[0], str(error)) from None
    return arrow().array(made, arrow().string())
