"""Where data comes from."""

from typing import Any, Dict, Mapping, Optional

from .exchanges import Answer
from .transport import Transport, path


class Sources:
    """``client.sources``: where data comes from. A source is named by its id, as ``create`` and ``list`` show it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, page: Optional[int] = None, limit: Optional[int] = None, type: Optional[str] = None) -> Answer:
        """A page of sources, the newest first; with ``type``, only those of one type."""
        return self._transport.get(path("sources"), {"page": page, "limit": limit, "type": type})

    def get(self, source_id: str) -> Answer:
        """One source, with its configuration and how many rows were read."""
        return self._transport.get(path("sources", source_id))

    def create(
        self,
        name: str,
        type: str,
        config: Optional[Mapping[str, Any]] = None,
        validation: Optional[Mapping[str, Any]] = None,
        enabled: Optional[bool] = None,
    ) -> Answer:
        """Adds a source. FStore answers with the source itself, without an envelope: its id is ``["id"]``."""
        body: Dict[str, Any] = {"name": name, "type": type}
        if config is not None:
            body["config"] = dict(config)
        if validation is not None:
            body["validation"] = dict(validation)
        if enabled is not None:
            body["enabled"] = enabled
        return self._transport.post(path("sources"), body)

    def update(self, source_id: str, changes: Mapping[str, Any]) -> Answer:
        """Changes a source, and answers with it as ``create`` does.

        ``changes`` are a merge patch (RFC 7396): what is left out stays, and None removes a member.
        """
        return self._transport.patch(path("sources", source_id), changes)

    def delete(self, source_id: str) -> Optional[Answer]:
        """Deletes a source. The answer has no body: None."""
        return self._transport.delete(path("sources", source_id))

    def test(self, source_id: str) -> Answer:
        """Reads the first rows and counts all, and stores nothing."""
        return self._transport.post(path("sources", source_id, "test"))

    def enable(self, source_id: str) -> Answer:
        return self._transport.post(path("sources", source_id, "enable"))

    def disable(self, source_id: str) -> Answer:
        """Jobs leave the source out until it is enabled again."""
        return self._transport.post(path("sources", source_id, "disable"))

    def rejects(self, source_id: str, page: Optional[int] = None, limit: Optional[int] = None) -> Answer:
        """A page of the rows that were not stored, each with the reason."""
        return self._transport.get(path("sources", source_id, "rejects"), {"page": page, "limit": limit})
