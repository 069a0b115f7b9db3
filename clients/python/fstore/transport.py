"""Sends requests to one server, and sends them again where a repeat does no harm."""

import json
import os
import ssl
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any, Callable, Dict, Iterator, Mapping, Optional, TypeVar, Union
from urllib.parse import quote, urlencode, urlsplit

from iv_ingestion.connections import ConnectionPool
from iv_ingestion.errors import TransportError
from iv_ingestion.retries import backoff_seconds, retry_after_seconds

from .cells import dumps
from .commits import Commits
from .errors import CLIENT_CLOSED, CONNECTION_FAILED, INVALID_ANSWER, FStoreError, answered, invalid
from .exchange import Exchange, begin, chunked, finish, head, lost

Result = TypeVar("Result")
Query = Mapping[str, Union[str, int, None]]

VERSION = "0.1.0"
API = "/api/v1"
# The server refused these before it did anything.
REFUSED = (429, 503)


@dataclass(frozen=True)
class Body:
    """The body of a request. ``pieces`` makes it anew for each attempt, so that it never stands in memory whole."""

    media_type: str
    pieces: Callable[[], Iterator[bytes]]
    is_stream: bool = True
    encoding: Optional[str] = None


def path(*segments: str) -> str:
    """A path of the API. Each segment is percent-encoded, so that a name with a slash in it stays one segment."""
    for segment in segments:
        # Proxies and servers resolve these: the request would go to another operation.
        if segment in ("", ".", ".."):
            raise invalid("path", f"{segment!r} cannot stand in a path")
    return API + "".join("/" + quote(segment, safe="") for segment in segments)


class Transport:
    """Carries requests to one server with one key. Threads may share it."""

    def __init__(
        self,
        url: Optional[str],
        api_key: Optional[str],
        timeout_seconds: float,
        max_retries: int,
        max_wait_seconds: float,
        ssl_context: Optional[ssl.SSLContext],
    ) -> None:
        url = url or os.environ.get("FSTORE_URL") or ""
        if not url:
            raise invalid("url", "give the address of the server, or set FSTORE_URL")
        base = url.rstrip("/")
        base = base[: -len(API)] if base.endswith(API) else base
        try:
            self._pool = ConnectionPool(base, timeout_seconds, ssl_context)
        except ValueError as error:
            raise invalid("url", str(error).replace("base_url", "url").replace(API, "")) from None
        if max_retries < 0 or max_wait_seconds < 0:
            raise invalid("max_retries" if max_retries < 0 else "max_wait_seconds", "must be 0 or more")
        self._host = urlsplit(base).netloc
        self._timeout_seconds = timeout_seconds
        self._max_retries = max_retries
        self._max_wait_seconds = max_wait_seconds
        self._headers = {"User-Agent": f"fstore-python/{VERSION}"}
        key = api_key or os.environ.get("FSTORE_API_KEY")
        if key:
            # The text is not repeated in the message: it is a secret.
            if not all("!" <= character <= "~" for character in key):
                raise invalid("api_key", "must be visible ASCII characters, without spaces")
            self._headers["X-API-Key"] = key
        self.commits = Commits()

    def close(self) -> None:
        self._pool.close()

    def json(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Optional[Query] = None,
        repeatable: Optional[bool] = None,
    ) -> Dict[str, Any]:
        """The JSON object of an answer; empty when the answer has no body."""
        content = None if body is None else json_body(body)
        again = method == "GET" if repeatable is None else repeatable
        return self.send(method, path, self.read_json, content, query=query, repeatable=again)

    def send(
        self,
        method: str,
        path: str,
        consume: Callable[[HTTPResponse], Result],
        body: Optional[Body] = None,
        *,
        query: Optional[Query] = None,
        accept: str = "application/json",
        headers: Optional[Mapping[str, str]] = None,
        repeatable: bool = False,
    ) -> Result:
        """Hands the answer to ``consume``. ``repeatable``: a lost answer may be asked for again."""
        target = self._pool.path + path + query_text(query)
        sent = {**self._headers, "Accept": accept, **(headers or {})}
        attempt = 0
        while True:
            try:
                return self._attempt(method, target, sent, body, consume)
            except _Failure as failure:
                wait_seconds = self._wait_seconds(attempt, failure, repeatable)
                if wait_seconds is None:
                    raise failure.error from failure.__cause__
            time.sleep(wait_seconds)
            attempt += 1

    def read_json(self, response: HTTPResponse) -> Dict[str, Any]:
        content = response.read()
        if response.status == 204 or not content:
            return {}
        answer = _decoded(content)
        if not isinstance(answer, dict):
            raise FStoreError(
                "the answer is not a JSON object; is url the address of FStore?",
                status=response.status,
                code=INVALID_ANSWER,
                request_id=response.getheader("X-Request-ID"),
            )
        self.commits.saw(answer.get("committed_at"))
        return answer

    def _attempt(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: Optional[Body],
        consume: Callable[[HTTPResponse], Result],
    ) -> Result:
        connection = self._connect()
        exchange = Exchange(connection.sock, _request(method, target, self._host, headers, body), self._timeout_seconds)
        keep = False
        try:
            response = begin(exchange, method)
            if not 200 <= response.status < 300:
                keep = exchange.is_sent() and not response.will_close
                exchange.abandon()
                content = response.read()
                raise _Failure(_refusal(response, content))
            try:
                result = consume(response)
            except ValueError as error:
                raise FStoreError(
                    f"{method} {target}: the answer cannot be read: {error}",
                    status=response.status,
                    code=INVALID_ANSWER,
                    request_id=response.getheader("X-Request-ID"),
                ) from error
            finish(response)
            self.commits.saw(response.getheader("X-Commit-Time"))
            keep = exchange.is_sent() and not response.will_close
            return result
        except (OSError, HTTPException) as error:
            cause = exchange.send_error or error
            # What was not sent whole was not carried out, unless the body is a stream that is stored as it arrives.
            nothing_done = exchange.send_error is not None and not (body is not None and body.is_stream)
            raise _Failure(lost(cause, f"{method} {target}"), is_lost=True, nothing_done=nothing_done) from error
        finally:
            # Otherwise the rest of an answer may still come; the next request would take it for its own.
            if keep:
                self._pool.give_back(connection)
            else:
                connection.close()

    def _connect(self) -> HTTPConnection:
        try:
            return self._pool.take()
        except TransportError as error:
            failed = FStoreError(str(error), code=CONNECTION_FAILED)
            raise _Failure(failed, is_lost=True, nothing_done=True) from error
        except RuntimeError as error:
            raise FStoreError(str(error), code=CLIENT_CLOSED) from None

    def _wait_seconds(self, attempt: int, failure: "_Failure", repeatable: bool) -> Optional[float]:
        """How long to wait before the request is sent again, or None to give up. ``attempt`` counts from 0."""
        error = failure.error
        if attempt >= self._max_retries:
            return None
        if failure.is_lost:
            # After a timeout the caller has waited as long as they wanted to.
            again = failure.nothing_done or (repeatable and error.code == CONNECTION_FAILED)
            return backoff_seconds(attempt) if again else None
        if error.status not in REFUSED:
            return None
        if error.retry_after_seconds is None:
            return backoff_seconds(attempt)
        # To come back earlier than the server asks would be refused again; so the caller is told at once.
        if error.retry_after_seconds > self._max_wait_seconds:
            return None
        # Clients that were refused together must not come back together.
        return error.retry_after_seconds + backoff_seconds(0)


class _Failure(Exception):
    """An attempt that failed, with what decides whether there is another one."""

    def __init__(self, error: FStoreError, is_lost: bool = False, nothing_done: bool = False) -> None:
        super().__init__(error)
        self.error = error
        self.is_lost = is_lost
        self.nothing_done = nothing_done


def json_body(value: Any) -> Body:
    content = dumps(value).encode()
    return Body("application/json", lambda: iter((content,)), is_stream=False)


def query_text(query: Optional[Query]) -> str:
    given = {name: value for name, value in (query or {}).items() if value is not None}
    return "?" + urlencode(given, quote_via=quote) if given else ""


def _request(method: str, target: str, host: str, headers: Mapping[str, str], body: Optional[Body]) -> Iterator[bytes]:
    if body is None:
        length = {"Content-Length": "0"} if method not in ("GET", "DELETE") else {}
        yield head(method, target, host, {**headers, **length})
        return
    described = {**headers, "Content-Type": body.media_type}
    if body.encoding is not None:
        described["Content-Encoding"] = body.encoding
    if body.is_stream:
        yield head(method, target, host, {**described, "Transfer-Encoding": "chunked"})
        yield from chunked(body.pieces())
        return
    content = b"".join(body.pieces())
    yield head(method, target, host, {**described, "Content-Length": str(len(content))}) + content


def _refusal(response: HTTPResponse, content: bytes) -> FStoreError:
    return answered(
        response.status,
        response.reason,
        _decoded(content),
        response.getheader("X-Request-ID"),
        retry_after_seconds(response.getheader("Retry-After")),
    )


def _decoded(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None
