"""The one error of this package."""

from typing import Any, Dict, Optional

Details = Dict[str, Any]

INVALID_ARGUMENT = "INVALID_ARGUMENT"
MISSING_LIBRARY = "MISSING_LIBRARY"
CONNECTION_FAILED = "CONNECTION_FAILED"
TIMED_OUT = "TIMED_OUT"
INVALID_ANSWER = "INVALID_ANSWER"
CLIENT_CLOSED = "CLIENT_CLOSED"
ROWS_REJECTED = "ROWS_REJECTED"
NO_COMMIT = "NO_COMMIT"


class FStoreError(Exception):
    """A request that failed, or that was wrong before it was sent.

    ``status`` is the HTTP status, or None when no answer came. ``code`` is the word that the server gives, such as
    ``NOT_FOUND``. Without an answer it is ``INVALID_ARGUMENT``, ``MISSING_LIBRARY``, ``CONNECTION_FAILED``,
    ``TIMED_OUT`` or ``CLIENT_CLOSED``. It is ``INVALID_ANSWER`` for an answer that cannot be read,
    ``ROWS_REJECTED`` when ``write(raise_on_reject=True)`` left out rows, and ``NO_COMMIT`` when ``last_commit()`` finds a
    store without values.

    ``field`` is the first wrong argument or cell, such as ``rows[17].as_of``; rows count from 0. ``request_id`` finds
    the request in the log of the server. ``details`` is what else the server says, and ``retry_after_seconds`` how long
    it asks to wait.

    >>> try:
    ...     client.feature("humidity")
    ... except fstore.FStoreError as error:
    ...     print(error.status, error.code)
    404 NOT_FOUND
    """

    def __init__(
        self,
        message: str,
        *,
        status: Optional[int] = None,
        code: str = INVALID_ARGUMENT,
        field: Optional[str] = None,
        request_id: Optional[str] = None,
        details: Optional[Details] = None,
        retry_after_seconds: Optional[float] = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.field = field
        self.request_id = request_id
        self.details: Details = details or {}
        self.retry_after_seconds = retry_after_seconds

    def __str__(self) -> str:
        status = f"{self.status} " if self.status is not None else ""
        request = f" (request {self.request_id})" if self.request_id else ""
        return f"{status}{self.code}: {self.message}{request}"


def invalid(field: str, message: str) -> FStoreError:
    """An argument or a cell that is wrong; found before anything is sent."""
    return FStoreError(f"{field}: {message}", field=field)


def invalid_cell(row: int, column: str, message: str) -> FStoreError:
    """A wrong cell, named as the server names it."""
    return invalid(f"rows[{row}].{column}", message)


def answered(
    status: int, reason: str, body: Any, request_id: Optional[str], retry_after_seconds: Optional[float]
) -> FStoreError:
    """The error that an answer stands for. ``body`` is its decoded JSON, or None when it is not JSON."""
    envelope = body if isinstance(body, dict) else {}
    inner = envelope.get("error")
    code = inner.get("code") if isinstance(inner, dict) else inner
    message = (inner.get("message") if isinstance(inner, dict) else None) or envelope.get("message")
    details = envelope.get("details") or (inner.get("details") if isinstance(inner, dict) else None)
    details = details if isinstance(details, dict) else {}
    return FStoreError(
        str(message or reason or "the server gave no reason"),
        status=status,
        code=code if isinstance(code, str) else f"HTTP_{status}",
        field=_first_field(details),
        request_id=envelope.get("request_id") or request_id,
        details=details,
        retry_after_seconds=retry_after_seconds,
    )


def _first_field(details: Details) -> Optional[str]:
    errors = details.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        field = errors[0].get("field")
        return field if isinstance(field, str) else None
    # An answer of 404 lists the features that do not exist.
    return "features" if "features" in details else None
