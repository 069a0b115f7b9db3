"""What was ingested."""

import os
from typing import Any, BinaryIO, Dict, Mapping, Optional, Sequence, Union

from .exchanges import Answer
from .transport import Transport, path


class Data:
    """``client.data``: the records that were ingested."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def query(
        self,
        filters: Optional[Mapping[str, Any]] = None,
        pagination: Optional[Mapping[str, Any]] = None,
        sort: Optional[Mapping[str, Any]] = None,
    ) -> Answer:
        """A page of records: ``["data"]["records"]``.

        ``filters`` may have ``source``, ``date_range`` and ``value_range``; ``pagination`` has ``page`` and ``limit``,
        or the ``next_cursor`` of the page before as ``cursor``; ``sort`` has ``field`` and ``order``.
        """
        return self._transport.post(
            path("data", "query"), _given({"filters": filters, "pagination": pagination, "sort": sort})
        )

    def export(
        self, format: str, filters: Optional[Mapping[str, Any]] = None, columns: Optional[Sequence[str]] = None
    ) -> Answer:
        """Starts to write records into a file on the server; ``["data"]["export_id"]`` names it."""
        chosen = None if columns is None else list(columns)
        return self._transport.post(
            path("data", "export"), _given({"format": format, "filters": filters, "columns": chosen})
        )

    def export_status(self, export_id: str) -> Answer:
        """How far an export is. It can be downloaded when ``["data"]["status"]`` is ``completed``."""
        return self._transport.get(path("data", "export", export_id))

    def download(self, export_id: str, target: Union[str, "os.PathLike[str]", BinaryIO]) -> int:
        """Writes an export into ``target``, a path or a file open for writing bytes. Returns the number of bytes.

        A file that is named by its path appears when it is complete, in place of one that was there.
        """
        source = path("data", "export", export_id, "download")
        if not isinstance(target, (str, os.PathLike)):
            return self._transport.download(source, target.write)
        partial = os.fspath(target) + ".part"
        try:
            with open(partial, "wb") as file:
                written = self._transport.download(source, file.write)
            os.replace(partial, target)
        except BaseException:
            if os.path.exists(partial):
                os.remove(partial)
            raise
        return written


def _given(members: Mapping[str, Any]) -> Dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
