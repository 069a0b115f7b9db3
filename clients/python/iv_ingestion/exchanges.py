"""One request and its answer on one connection."""

import json
import socket
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any, Callable, Dict, Mapping, Optional

from .errors import APIError, InterruptedDownloadError, TransportError, api_error
from .retries import retry_after_seconds

Answer = Dict[str, Any]

PIECE_BYTES = 65_536


def exchange(
    connection: HTTPConnection, method: str, target: str, headers: Mapping[str, str], payload: Optional[bytes]
) -> HTTPResponse:
    """Sends a request and returns the answer, of which the head has been read."""
    try:
        connection.request(method, target, payload, dict(headers))
    except OSError as error:
        # The system did not take the last bytes, so the server cannot have the whole request.
        message = f"{method} {target}: the connection failed while the request was sent: {error}"
        raise TransportError(message, may_have_been_received=False) from error
    try:
        return connection.getresponse()
    except (OSError, HTTPException) as error:
        raise _lost(error) from error


def read_error(response: HTTPResponse) -> APIError:
    """The error that an answer is, whatever the server or a proxy wrote into its body."""
    return api_error(
        response.status,
        response.reason,
        _decoded(_read(response)),
        response.getheader("X-Request-ID"),
        retry_after_seconds(response.getheader("Retry-After")),
    )


def read_json(response: HTTPResponse) -> Answer:
    """The JSON object of an answer."""
    answer = _decoded(_read(response))
    if not isinstance(answer, dict):
        message = "the answer is not a JSON object; is base_url the address of the API?"
        raise APIError(
            response.status, "INVALID_ANSWER", message, request_id=response.getheader("X-Request-ID")
        )
    return answer


def read_optional_json(response: HTTPResponse) -> Optional[Answer]:
    """The JSON object of an answer, or None when the answer has no body."""
    if response.status == 204 or response.length == 0:
        _read(response)
        return None
    return read_json(response)


def copy(response: HTTPResponse, write: Callable[[bytes], object]) -> int:
    """Hands the body to ``write``, piece by piece, and returns how many bytes it has."""
    written = 0
    while True:
        try:
            piece = response.read(PIECE_BYTES)
            # `read` with a size takes an early end for the end of the body.
            if not piece and response.length:
                raise ConnectionResetError(f"{response.length} bytes are missing")
        except (OSError, HTTPException) as error:
            if written == 0:
                raise _lost(error) from error
            message = f"the download broke off after {written} bytes: {_described(error)}"
            raise InterruptedDownloadError(message, True, _is_timeout(error)) from error
        if not piece:
            return written
        write(piece)
        written += len(piece)


def _read(response: HTTPResponse) -> bytes:
    try:
        return response.read()
    except (OSError, HTTPException) as error:
        raise _lost(error) from error


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _lost(error: Exception) -> TransportError:
    if _is_timeout(error):
        return TransportError("the answer did not come in time", may_have_been_received=True, timed_out=True)
    message = f"the connection ended before the whole answer: {_described(error)}"
    return TransportError(message, may_have_been_received=True)


def _is_timeout(error: Exception) -> bool:
    # Until Python 3.10 this was not the built-in TimeoutError.
    return isinstance(error, socket.timeout)


def _described(error: Exception) -> str:
    return str(error) or type(error).__name__
