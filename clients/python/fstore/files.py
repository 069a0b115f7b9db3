"""Files that are sent as they are."""

import csv
import gzip
import os
from typing import Iterator, List, Optional

from .errors import invalid
from .rows import CSV, NDJSON, Piece

PIECE_BYTES = 262_144

TYPES = {".csv": CSV, ".ndjson": NDJSON, ".jsonl": NDJSON}


class FileBody:
    """A file of CSV or of lines of JSON. Its cells are checked by the server alone."""

    def __init__(self, path: str, media_type: str, encoding: Optional[str]) -> None:
        self._path = path
        self.media_type = media_type
        self.encoding = encoding
        self.bytes = os.path.getsize(path)

    def names(self) -> Optional[List[str]]:
        """The columns of CSV. None for lines of JSON, which may each have others."""
        if self.media_type != CSV:
            return None
        opened = gzip.open if self.encoding else open
        try:
            with opened(self._path, "rt", encoding="utf-8-sig", newline="") as file:
                return next(csv.reader(file), [])
        except (OSError, ValueError, csv.Error) as error:
            raise invalid("data", f"cannot read {self._path}: {error}") from None

    def pieces(self) -> Iterator[Piece]:
        try:
            with open(self._path, "rb") as file:
                for piece in iter(lambda: file.read(PIECE_BYTES), b""):
                    yield piece, len(piece)
        except OSError as error:
            # Not an error of the connection, which would be tried again.
            raise invalid("data", f"cannot read {self._path}: {error}") from None


def file_body(path: str) -> FileBody:
    name = path.lower()
    encoding = "gzip" if name.endswith(".gz") else None
    media_type = TYPES.get(os.path.splitext(name[:-3] if encoding else name)[1])
    if media_type is None:
        raise invalid("data", f"{path} is not a table; its name must end with .parquet, .csv, .ndjson or .csv.gz")
    return FileBody(path, media_type, encoding)
