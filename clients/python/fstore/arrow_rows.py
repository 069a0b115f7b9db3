"""Tables of pyarrow, and Parquet files read with it."""

import io
from http.client import HTTPResponse
from itertools import chain
from typing import Any, Dict, Iterable, Iterator, List, Sequence

from .arrow_columns import arrow, selected
from .errors import invalid
from .rows import ARROW, SLICE_ROWS, Piece, Rows, Selection


class ArrowRows(Rows):
    """A table, a record batch or a dataset's table."""

    media_type = ARROW

    def __init__(self, table: Any) -> None:
        pa = arrow()
        self._given = table
        if isinstance(table, pa.RecordBatchReader):
            # A reader gives its rows once; they have to be there for a second attempt.
            table = table.read_all()
        self._table = pa.Table.from_batches([table]) if isinstance(table, pa.RecordBatch) else table

    def names(self) -> List[str]:
        return list(self._table.column_names)

    def count(self) -> int:
        return int(self._table.num_rows)

    def schema(self) -> Any:
        return self._table.schema

    def lost_types(self, names: Sequence[str]) -> Dict[str, str]:
        types, schema = arrow().types, self.schema()
        return {
            name: "json"
            for name in names
            if types.is_struct(schema.field(name).type) or types.is_map(schema.field(name).type)
        }

    def lists(self, names: Sequence[str], start: int, stop: int) -> List[List[Any]]:
        part = self._table.slice(start, stop - start)
        return [part.column(name).to_pylist() for name in names]

    def pieces(self, selection: Selection) -> Iterator[Piece]:
        table = self._table.select(selection.names)
        return stream(table.to_batches(max_chunksize=SLICE_ROWS), table.schema, selection)

    def answered(self, response: HTTPResponse, names: Sequence[str]) -> Any:
        columns = read_columns(response)
        self.check_answer(names, columns.column_names, columns.num_rows)
        table = self._table
        for name in columns.column_names:
            table = table.append_column(columns.schema.field(name), columns.column(name))
        if isinstance(self._given, arrow().RecordBatch):
            return table.combine_chunks().to_batches()[0] if table.num_rows else _empty_batch(table.schema)
        return table


class ParquetRows(ArrowRows):
    """A Parquet file, of which a part at a time is in memory."""

    def __init__(self, path: str) -> None:
        arrow()
        import pyarrow.parquet as parquet  # type: ignore[import-untyped, unused-ignore, import-not-found]

        try:
            self._file = parquet.ParquetFile(path)
        except (OSError, ValueError) as error:
            raise invalid("data", f"cannot read {path}: {error}") from None

    def names(self) -> List[str]:
        return list(self._file.schema_arrow.names)

    def count(self) -> int:
        return int(self._file.metadata.num_rows)

    def schema(self) -> Any:
        return self._file.schema_arrow

    def pieces(self, selection: Selection) -> Iterator[Piece]:
        names = selection.names
        schema = arrow().schema([self._file.schema_arrow.field(name) for name in names])
        batches = self._file.iter_batches(batch_size=SLICE_ROWS, columns=names)
        # The columns of a file come in the order of the file.
        return stream((batch.select(names) for batch in batches), schema, selection)


def stream(batches: Iterable[Any], schema: Any, selection: Selection) -> Iterator[Piece]:
    """An Arrow stream of record batches, made ready for the server batch by batch."""
    pa = arrow()
    empty = [_empty_batch(schema)]
    buffer, row = io.BytesIO(), 0
    writer, sent = None, schema
    for batch in chain(batches, empty):
        columns = dict(zip(selection.names, _checked(batch, selection, row)))
        if writer is None:
            # The first batch decides the types of all.
            sent = pa.schema([(name, column.type) for name, column in columns.items()])
            writer = pa.ipc.new_stream(buffer, sent)
        elif not batch.num_rows:
            continue
        cast = [columns[field.name].cast(field.type) for field in sent]
        writer.write_batch(pa.RecordBatch.from_arrays(cast, schema=sent))
        row += batch.num_rows
        yield taken(buffer), batch.num_rows
    if writer is not None:
        writer.close()
    yield taken(buffer), 0


def _checked(batch: Any, selection: Selection, row: int) -> List[Any]:
    try:
        return selected(list(batch.columns), selection, row)
    except (ValueError, TypeError) as error:
        raise invalid("data", f"the rows from {row} on cannot be sent: {error}") from error


def taken(buffer: io.BytesIO) -> bytes:
    """What was written into a buffer, which is empty afterwards."""
    content = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return content


def read_columns(response: HTTPResponse) -> Any:
    """The columns of an answer."""
    with arrow().ipc.open_stream(response) as reader:
        return reader.read_all()


def _empty_batch(schema: Any) -> Any:
    return arrow().RecordBatch.from_arrays([arrow().array([], field.type) for field in schema], schema=schema)
