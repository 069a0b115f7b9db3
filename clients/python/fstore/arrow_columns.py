"""Arrow arrays in the few types that the server reads. Needs pyarrow."""

from typing import Any, List, Optional, Tuple

from .cells import dumps, plain
from .errors import FStoreError, invalid, invalid_cell
from .libraries import need
from .rows import Selection
from .times import NEEDS_ZONE, ZONE_AT_END, TimeProblem, time_text, zone_rules

# What pyarrow needs to be told of an array: where it stands.
Place = Tuple[str, int]


def arrow() -> Any:
    return need("pyarrow", "an Arrow table")


def selected(arrays: List[Any], selection: Selection, start: int) -> List[Any]:
    """The columns of a selection, ready to be sent. ``start`` is the number of the first row."""
    made = []
    for position, (name, array) in enumerate(zip(selection.names, arrays)):
        place = (name, start)
        if position == 0:
            made.append(entity_array(array, place))
        elif position == 1 and selection.time is not None:
            made.append(time_array(array, place, selection.zone))
        else:
            made.append(value_array(array, place, selection.zone))
    return made


def entity_array(array: Any, place: Place) -> Any:
    """Texts or whole numbers, without nulls."""
    pa = arrow()
    array = _decoded(array)
    _refuse_nulls(array, place, "the entity is missing")
    if _is_text(array.type):
        return array.cast(pa.string())
    if pa.types.is_integer(array.type):
        return array
    hint = '; convert the column to whole numbers, such as astype("int64")' if pa.types.is_floating(array.type) else ""
    raise invalid(place[0], f"a column of {array.type} cannot hold entities: use texts or whole numbers{hint}")


def time_array(array: Any, place: Place, zone: Optional[str]) -> Any:
    """Moments, or texts that have a zone, without nulls."""
    array = _decoded(array)
    _refuse_nulls(array, place, "the time is missing")
    return moments(array, place, zone, texts=True)


def moments(array: Any, place: Place, zone: Optional[str], texts: bool) -> Any:
    """Timestamps in UTC. Those without a zone are taken to be in ``zone``."""
    pa = arrow()
    kind = array.type
    if pa.types.is_date(kind):
        array = array.cast(pa.timestamp("s" if pa.types.is_date32(kind) else "ms"))
    elif texts and _is_text(kind):
        return _text_moments(array.cast(pa.string()), place, zone)
    elif not pa.types.is_timestamp(kind):
        raise invalid(place[0], f"a column of {kind} cannot hold times: use timestamps, dates or RFC 3339 texts")
    if array.type.tz is None:
        if zone is None:
            raise invalid_cell(place[1], place[0], NEEDS_ZONE) if len(array) else invalid(place[0], NEEDS_ZONE)
        zone_rules(zone)
        try:
            array = arrow_compute().assume_timezone(array, timezone=zone)
        except pa.ArrowInvalid as error:
            raise invalid(place[0], f"{error}; use times that have a zone") from None
    return array.cast(pa.timestamp(array.type.unit, "UTC"))


def _text_moments(array: Any, place: Place, zone: Optional[str]) -> Any:
    pc = arrow_compute()
    zoned = pc.match_substring_regex(array, pattern=ZONE_AT_END)
    naive_at = pc.index(zoned, False).as_py()
    if naive_at < 0:
        return array
    if zone is None:
        raise invalid_cell(place[1] + naive_at, place[0], NEEDS_ZONE)
    return texts_of(array.to_pylist(), place, zone)


def texts_of(cells: List[Any], place: Place, zone: Optional[str]) -> Any:
    """An array of RFC 3339 texts for times of any kind."""
    made: List[str] = []
    try:
        for cell in cells:
            made.append(time_text(cell, zone))
    except TimeProblem as problem:
        raise invalid_cell(place[1] + len(made), place[0], str(problem)) from None
    return arrow().array(made, arrow().string())


def value_array(array: Any, place: Place, zone: Optional[str]) -> Any:
    """Values of a feature. NaN is null."""
    pa = arrow()
    types = pa.types
    array = _decoded(array)
    kind = array.type
    if types.is_floating(kind) or types.is_decimal(kind):
        array = array if types.is_float64(kind) or types.is_float32(kind) else array.cast(pa.float64())
        pc = arrow_compute()
        return pc.if_else(pc.is_nan(array), pa.scalar(None, array.type), array)
    if types.is_integer(kind) or types.is_boolean(kind) or types.is_null(kind):
        return array
    if _is_text(kind):
        return array.cast(pa.string())
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        return array.cast(pa.binary())
    if types.is_timestamp(kind) or types.is_date(kind):
        return moments(array, place, zone, texts=False)
    if types.is_fixed_size_list(kind) or types.is_list(kind) or types.is_large_list(kind):
        return _vectors(array, place)
    if types.is_struct(kind) or types.is_map(kind):
        texts = [None if cell is None else dumps(plain(cell, zone)) for cell in array.to_pylist()]
        return pa.array(texts, pa.string())
    raise invalid(place[0], f"a column of {kind} cannot hold values of a feature")


def _vectors(array: Any, place: Place) -> Any:
    """Lists of numbers of one length as vectors."""
    pa, pc = arrow(), arrow_compute()
    inner = array.type.value_type
    if not (pa.types.is_floating(inner) or pa.types.is_integer(inner)):
        raise invalid(place[0], f"a column of {array.type} cannot hold values of a feature; vectors have numbers")
    if pa.types.is_fixed_size_list(array.type):
        return array.cast(pa.list_(pa.float32(), array.type.list_size))
    lengths = pc.list_value_length(array)
    length = next((size.as_py() for size in lengths if size.is_valid), 1)
    other = pc.index(pc.not_equal(lengths, length), True).as_py()
    if other >= 0:
        raise invalid_cell(place[1] + other, place[0], f"the vector has another length than the first one, {length}")
    return array.cast(pa.list_(pa.float32())).cast(pa.list_(pa.float32(), length))


def arrow_compute() -> Any:
    need("pyarrow", "an Arrow table")
    import pyarrow.compute as compute  # type: ignore[import-untyped, unused-ignore, import-not-found]

    return compute


def _decoded(array: Any) -> Any:
    pa = arrow()
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
        array = array if isinstance(array, pa.Array) else pa.concat_arrays(array.chunks)
    if pa.types.is_dictionary(array.type):
        return array.dictionary_decode()
    return array


def _is_text(kind: Any) -> bool:
    types = arrow().types
    return bool(types.is_string(kind) or types.is_large_string(kind) or str(kind) == "string_view")


def _refuse_nulls(array: Any, place: Place, message: str) -> None:
    if array.null_count:
        row = arrow_compute().index(array.is_null(), True).as_py()
        raise invalid_cell(place[1] + row, place[0], message)


def translated(error: Exception, name: str) -> FStoreError:
    """pyarrow's refusal of a column."""
    return invalid(name, f"cannot be read as an Arrow column: {error}")
