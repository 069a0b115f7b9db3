"""Jobs that read sources."""

from typing import Any, Dict, Mapping, Optional, Sequence

from .exchanges import Answer
from .transport import Transport, path


class Ingestion:
    """``client.ingestion``: jobs that read sources."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def start(self, sources: Optional[Sequence[str]] = None, options: Optional[Mapping[str, Any]] = None) -> Answer:
        """Starts a job and returns at once; ``["data"]["job_id"]`` names it.

        ``sources`` are ids or names; without them the job reads all sources that are enabled and idle. ``options`` may
        have ``batch_size`` (rows in one commit) and ``timeout`` (seconds for one source).
        """
        body: Dict[str, Any] = {}
        if sources is not None:
            body["sources"] = list(sources)
        if options is not None:
            body["options"] = dict(options)
        return self._transport.post(path("ingestion", "start"), body)

    def stop(self, job_id: Optional[str] = None) -> Answer:
        """Stops one job, or all of the organization. What was stored before stays stored."""
        return self._transport.post(path("ingestion", "stop"), None if job_id is None else {"job_id": job_id})

    def status(self) -> Answer:
        """The jobs that go on now, and the one that was completed last."""
        return self._transport.get(path("ingestion", "status"))

    def jobs(self, page: Optional[int] = None, limit: Optional[int] = None) -> Answer:
        """A page of jobs, the newest first."""
        return self._transport.get(path("ingestion", "jobs"), {"page": page, "limit": limit})

    def job(self, job_id: str) -> Answer:
        """One job, with a run for each of its sources."""
        return self._transport.get(path("ingestion", "jobs", job_id))
