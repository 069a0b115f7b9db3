"""The client: what the API document calls the Python SDK."""

import ssl
from types import TracebackType
from typing import Any, Dict, Mapping, Optional, Sequence, Type

from .data import Data
from .exchanges import Answer
from .ingestion import Ingestion
from .sources import Sources
from .transport import Transport, path


class Configuration:
    """``client.config``: the settings of the server."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self) -> Answer:
        return self._transport.get(path("config"))

    def update(self, changes: Mapping[str, Any]) -> Answer:
        """Changes settings, such as ``{"ingestion": {"interval": 120}}``. What is left out stays as it is."""
        return self._transport.put(path("config"), changes)


class Webhooks:
    """``client.webhooks``: addresses that are told of events."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, url: str, events: Sequence[str], secret: Optional[str] = None) -> Answer:
        """``events`` are names such as ``ingestion.completed``."""
        body: Dict[str, Any] = {"url": url, "events": list(events)}
        if secret is not None:
            body["secret"] = secret
        return self._transport.post(path("webhooks"), body)

    def list(self, page: Optional[int] = None, limit: Optional[int] = None) -> Answer:
        return self._transport.get(path("webhooks"), {"page": page, "limit": limit})

    def delete(self, webhook_id: str) -> Optional[Answer]:
        """Deletes a webhook. None when the answer has no body."""
        return self._transport.delete(path("webhooks", webhook_id))


class IVIngestionClient:
    """A client of one server. Threads may share it; connections stay open between requests.

    Every call returns the decoded JSON of the answer, with its envelope: ``response["data"]["job_id"]``. It raises a
    subclass of ``APIError`` when the server refuses the request, and ``TransportError`` when no answer comes.

    ``timeout_seconds`` limits each attempt to connect and each wait for the next bytes of the answer. A request is
    sent again, up to ``max_retries`` times, when it did not reach the server or was refused with 429 or 503. A GET or
    PUT is also sent again when the connection ended before the answer. If the server asks to wait longer than
    ``max_wait_seconds``, the error is raised at once.
    """

    def __init__(
        self,
        base_url: str,
        api_key: Optional[str] = None,
        *,
        timeout_seconds: float = 30.0,
        max_retries: int = 3,
        max_wait_seconds: float = 30.0,
        ssl_context: Optional[ssl.SSLContext] = None,
    ) -> None:
        self._transport = Transport(base_url, api_key, timeout_seconds, max_retries, max_wait_seconds, ssl_context)
        self.ingestion = Ingestion(self._transport)
        self.sources = Sources(self._transport)
        self.data = Data(self._transport)
        self.config = Configuration(self._transport)
        self.webhooks = Webhooks(self._transport)

    def login(self, username: str, password: str) -> Answer:
        """Signs in, and sends the access token with all later requests, in place of the key.

        The token is good for an hour. After that, calls raise ``AuthenticationError``: sign in again.
        """
        answer = self._transport.post_without_credential(
            path("auth", "login"), {"username": username, "password": password}
        )
        self._transport.use_access_token(answer["data"]["access_token"])
        return answer

    def health(self) -> Answer:
        return self._transport.get(path("health"))

    def status(self) -> Answer:
        return self._transport.get(path("status"))

    def metrics(self) -> Answer:
        return self._transport.get(path("metrics"))

    def logs(
        self,
        level: Optional[str] = None,
        source: Optional[str] = None,
        start_time: Optional[str] = None,
        end_time: Optional[str] = None,
        limit: Optional[int] = None,
        page: Optional[int] = None,
    ) -> Answer:
        """Entries of the server's log. Times are RFC 3339, such as ``2024-01-01T00:00:00Z``."""
        return self._transport.get(
            path("logs"),
            {
                "level": level,
                "source": source,
                "start_time": start_time,
                "end_time": end_time,
                "limit": limit,
                "page": page,
            },
        )

    def close(self) -> None:
        """Closes the connections. A closed client cannot be used again."""
        self._transport.close()

    def __enter__(self) -> "IVIngestionClient":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()
