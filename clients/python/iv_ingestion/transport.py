"""Sends requests to one server, and sends them again where that is safe."""

import json
import ssl
import time
from http.client import HTTPResponse
from typing import Any, Callable, Dict, Mapping, Optional, TypeVar, Union
from urllib.parse import quote, urlencode

from .connections import ConnectionPool
from .errors import APIError, TransportError
from .exchanges import Answer, copy, exchange, read_error, read_json, read_optional_json
from .retries import Retries

Query = Mapping[str, Union[str, int, None]]
Body = Mapping[str, Any]
Result = TypeVar("Result")

VERSION = "0.1.0"


def path(*segments: str) -> str:
    """A path of the API. Each segment is percent-encoded, so that an id with a slash in it stays one segment."""
    for segment in segments:
        # Proxies and servers resolve these: the request would go to another operation.
        if segment in ("", ".", ".."):
            raise ValueError(f"{segment!r} is not an id")
    return "".join("/" + quote(segment, safe="") for segment in segments)


class Transport:
    """Carries requests to one server with one credential. Threads may share it."""

    def __init__(
        self,
        base_url: str,
        api_key: Optional[str],
        timeout_seconds: float,
        max_retries: int,
        max_wait_seconds: float,
        ssl_context: Optional[ssl.SSLContext],
    ) -> None:
        self._pool = ConnectionPool(base_url, timeout_seconds, ssl_context)
        self._retries = Retries(max_retries, max_wait_seconds)
        self._credential: Dict[str, str] = {}
        if api_key is not None:
            self._credential = {"X-API-Key": _checked(api_key, "api_key")}

    def use_access_token(self, token: str) -> None:
        """Sends this token with all later requests, in place of the key: the server refuses both together."""
        self._credential = {"Authorization": "Bearer " + _checked(token, "the access token")}

    def close(self) -> None:
        self._pool.close()

    def get(self, path: str, query: Optional[Query] = None) -> Answer:
        return self._send("GET", path, read_json, query=query)

    def post(self, path: str, body: Optional[Body] = None) -> Answer:
        return self._send("POST", path, read_json, body=body)

    def post_without_credential(self, path: str, body: Body) -> Answer:
        return self._send("POST", path, read_json, body=body, credential={})

    def put(self, path: str, body: Body) -> Answer:
        return self._send("PUT", path, read_json, body=body)

    def patch(self, path: str, body: Body) -> Answer:
        return self._send("PATCH", path, read_json, body=body)

    def delete(self, path: str) -> Optional[Answer]:
        """None when the answer is 204, as it is for what is gone now."""
        return self._send("DELETE", path, read_optional_json)

    def download(self, path: str, write: Callable[[bytes], object]) -> int:
        """Hands the body of an answer to ``write`` and returns how many bytes it has."""
        return self._send("GET", path, lambda response: copy(response, write), accept="*/*")

    def _send(
        self,
        method: str,
        path: str,
        consume: Callable[[HTTPResponse], Result],
        query: Optional[Query] = None,
        body: Optional[Body] = None,
        credential: Optional[Mapping[str, str]] = None,
        accept: str = "application/json",
    ) -> Result:
        target = self._pool.path + path + _query_text(query)
        headers = {"Accept": accept, "User-Agent": f"iv-ingestion-python/{VERSION}"}
        headers.update(self._credential if credential is None else credential)
        payload: Optional[bytes] = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            # NaN and infinity are not JSON. Python would write them all the same.
            payload = json.dumps(body, allow_nan=False).encode("ascii")
        attempt = 0
        while True:
            try:
                return self._attempt(method, target, headers, payload, consume)
            except (APIError, TransportError) as error:
                wait_seconds = self._retries.wait_seconds(attempt, method, error)
                if wait_seconds is None:
                    raise
            time.sleep(wait_seconds)
            attempt += 1

    def _attempt(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        payload: Optional[bytes],
        consume: Callable[[HTTPResponse], Result],
    ) -> Result:
        connection = self._pool.take()
        try:
            response = exchange(connection, method, target, headers, payload)
            if not 200 <= response.status < 300:
                raise read_error(response)
            result = consume(response)
        except APIError:
            # The answer has been read to its end, so the next request may follow on this connection.
            self._pool.give_back(connection)
            raise
        except BaseException:
            # The rest of an answer may still come; the next request would take it for its own.
            connection.close()
            raise
        self._pool.give_back(connection)
        return result


def _query_text(query: Optional[Query]) -> str:
    given = {name: value for name, value in (query or {}).items() if value is not None}
    return "?" + urlencode(given, quote_via=quote) if given else ""


def _checked(credential: str, name: str) -> str:
    # `http.client` refuses such headers too, but its message shows the whole key.
    if not credential or not all("!" <= character <= "~" for character in credential):
        raise ValueError(f"{name} must be visible ASCII characters, without spaces")
    return credential
