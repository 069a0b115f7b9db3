"""Which kind of table the caller has given."""

import os
from typing import Any, Union

from .arrow_rows import ArrowRows, ParquetRows
from .errors import invalid
from .files import FileBody, file_body
from .libraries import has, is_a, need
from .pandas_rows import PandasRows
from .polars_rows import PolarsRows
from .record_rows import RecordRows
from .rows import Rows

KINDS = "a DataFrame of pandas or polars, a table of pyarrow, or a list of dictionaries"


def rows_of(table: Any, field: str = "rows") -> Rows:
    """The table of the caller. Raises FStoreError for anything else."""
    if is_a(table, "pandas", "DataFrame"):
        return PandasRows(table)
    if is_a(table, "polars", "DataFrame", "LazyFrame"):
        return PolarsRows(table)
    if is_a(table, "pyarrow", "Table", "RecordBatch", "RecordBatchReader"):
        return ArrowRows(table)
    if isinstance(table, (list, tuple)):
        return RecordRows(table)
    raise invalid(field, f"a {type(table).__name__} is not a table; give {KINDS}")


def data_of(data: Any) -> Union[Rows, FileBody]:
    """What is written: a table, or a file by its path."""
    if not isinstance(data, (str, os.PathLike)):
        return rows_of(data, "data")
    path = os.fspath(data)
    if not os.path.isfile(path):
        raise invalid("data", f"there is no file {path}")
    if not path.lower().endswith((".parquet", ".pq")):
        return file_body(path)
    if has("pyarrow"):
        return ParquetRows(path)
    return PolarsRows(
        need("polars", "a Parquet file needs pyarrow (a part at a time in memory), or").read_parquet(path)
    )
