"""What a write did."""

from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional


class RejectedRowsWarning(UserWarning):
    """Some rows of a write were not stored. The message has their number and the first reason."""


@dataclass(frozen=True)
class Reject:
    """A row that was not stored. ``row`` counts from 0."""

    row: int
    column: Optional[str]
    reason: str


@dataclass(frozen=True)
class WriteResult:
    """What a write did.

    ``rows`` were stored, with so many ``values``. ``rejected`` rows have a wrong cell and were not stored; ``rejects`` has
    the first 100 of them, and ``warning`` is None when there are none. ``skipped`` rows were read by an earlier request
    with the same idempotency key; the other counts include them. ``created`` has the features that were made.
    ``commit_time`` is the last commit, or None when this request stored nothing new.
    """

    rows: int
    values: int
    rejected: int = 0
    rejects: List[Reject] = field(default_factory=list)
    skipped: int = 0
    created: List[str] = field(default_factory=list)
    commit_time: Optional[str] = None

    @property
    def warning(self) -> Optional[RejectedRowsWarning]:
        if not self.rejected:
            return None
        first = ""
        if self.rejects:
            reject = self.rejects[0]
            place = f"rows[{reject.row}].{reject.column}" if reject.column else f"rows[{reject.row}]"
            first = f"; the first one: {place}: {reject.reason}"
        return RejectedRowsWarning(f"{self.rejected} of {self.rows + self.rejected} rows were not stored{first}")

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> "WriteResult":
        rejects: List[Dict[str, Any]] = answer.get("rejects") or []
        return cls(
            rows=answer["rows"],
            values=answer["values"],
            rejected=answer.get("rejected", 0),
            rejects=[Reject(reject["row"], reject.get("column"), reject["reason"]) for reject in rejects],
            skipped=answer.get("skipped", 0),
            created=list(answer.get("created") or []),
            commit_time=answer.get("committed_at"),
        )
