"""What goes wrong with a request: the server refuses it, or no answer comes."""

from typing import Any, Dict, Mapping, Optional, Type

Details = Dict[str, Any]


class APIError(Exception):
    """The server answered with an error.

    ``status`` is the HTTP status, ``code`` the word that the API document lists, such as ``NOT_FOUND``, ``message`` a
    sentence for people, and ``details`` what else the server says: for a ``ValidationError``, ``details["errors"]`` has
    each wrong field. ``request_id`` finds the request in the log of the server. ``retry_after_seconds`` is how long the
    server asks to wait, or None.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: Optional[Details] = None,
        request_id: Optional[str] = None,
        retry_after_seconds: Optional[float] = None,
    ) -> None:
        # All of it goes into `args`: an exception is pickled as its class and `args`.
        super().__init__(status, code, message, details, request_id, retry_after_seconds)
        self.status = status
        self.code = code
        self.message = message
        self.details: Details = details or {}
        self.request_id = request_id
        self.retry_after_seconds = retry_after_seconds

    def __str__(self) -> str:
        place = f" (request {self.request_id})" if self.request_id else ""
        return f"{self.status} {self.code}: {self.message}{place}"


class ValidationError(APIError):
    """The content of the request is wrong; ``details["errors"]`` names the fields."""


class AuthenticationError(APIError):
    """The key or the access token is missing, unknown, expired or revoked; or the password is wrong."""


class AuthorizationError(APIError):
    """The role of the caller is too low."""


class NotFoundError(APIError):
    """There is no such thing, or no such path."""


class ConflictError(APIError):
    """The name is taken, or the change does not fit what is there."""


class RateLimitError(APIError):
    """Too many requests; ``retry_after_seconds`` says when to go on."""


class InternalError(APIError):
    """Something went wrong inside the server; its log has more under ``request_id``."""


class UnavailableError(APIError):
    """The server is busy, stopping or in maintenance; ``retry_after_seconds`` says when to try again."""


class TransportError(Exception):
    """No answer came: the connection failed, broke off or took too long. ``__cause__`` says more.

    ``may_have_been_received`` is False when the server cannot have seen the whole request, so that nothing was done.
    When it is True, the request may or may not have been carried out.
    """

    def __init__(self, message: str, may_have_been_received: bool, timed_out: bool = False) -> None:
        super().__init__(message, may_have_been_received, timed_out)
        self.message = message
        self.may_have_been_received = may_have_been_received
        self.timed_out = timed_out

    def __str__(self) -> str:
        return self.message


class InterruptedDownloadError(TransportError):
    """A download broke off after some of it had been written. It is not tried again by itself."""


BY_CODE: Dict[str, Type[APIError]] = {
    "VALIDATION_ERROR": ValidationError,
    "AUTHENTICATION_ERROR": AuthenticationError,
    "AUTHORIZATION_ERROR": AuthorizationError,
    "NOT_FOUND": NotFoundError,
    "CONFLICT": ConflictError,
    "RATE_LIMIT_EXCEEDED": RateLimitError,
    "INTERNAL_ERROR": InternalError,
    "SERVICE_UNAVAILABLE": UnavailableError,
}

# For errors without such a code: those of a proxy in front of the server, and requests that are not well formed.
BY_STATUS: Dict[int, Type[APIError]] = {
    400: ValidationError,
    401: AuthenticationError,
    403: AuthorizationError,
    404: NotFoundError,
    409: ConflictError,
    422: ValidationError,
    429: RateLimitError,
    500: InternalError,
    503: UnavailableError,
}


def api_error(
    status: int, reason: str, body: Any, request_id: Optional[str], retry_after_seconds: Optional[float]
) -> APIError:
    """The error that an answer stands for. ``body`` is its decoded JSON, or None when it is not JSON."""
    envelope: Mapping[str, Any] = body if isinstance(body, dict) else {}
    error = envelope.get("error")
    # Some operations answer with `error` as a bare code, and with message and details beside it.
    inner: Mapping[str, Any] = error if isinstance(error, dict) else {"code": error}
    code = inner.get("code")
    if not isinstance(code, str):
        code = f"HTTP_{status}"
    message = inner.get("message") or envelope.get("message") or reason or "the server gave no reason"
    details = inner.get("details") or envelope.get("details")
    kind = BY_CODE.get(code) or BY_STATUS.get(status, APIError)
    return kind(
        status,
        code,
        str(message),
        details if isinstance(details, dict) else None,
        envelope.get("request_id") or request_id,
        retry_after_seconds,
    )
