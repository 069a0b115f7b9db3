"""The client of one server."""

import ssl
from types import TracebackType
from typing import Optional, Type

from .definitions import Definitions
from .reading import Reading
from .transport import Transport
from .writing import Writing


class Client(Definitions, Writing, Reading):
    """A client of one server. Threads may share it; connections stay open between requests.

    ``url`` is the address of the server and ``api_key`` a key of it; without them the environment variables
    ``FSTORE_URL`` and ``FSTORE_API_KEY`` are taken. Every call raises ``FStoreError`` when it fails.

    A request that did not reach the server, or was refused with 429 or 503, is sent again up to ``max_retries`` times,
    after the time that the server asks for. So are reads and ``write()`` when the connection ended before the answer.
    If the server asks to wait longer than ``max_wait_seconds``, the error is raised at once. ``timeout_seconds`` limits
    each attempt to connect and each wait for the server; a request as a whole may take longer.

    >>> with fstore.Client(url, api_key=key) as client:
    ...     client.online("temp", entities="JFK").to_dict()
    {'JFK': {'temp': 73.4}}
    """

    def __init__(
        self,
        url: Optional[str] = None,
        api_key: Optional[str] = None,
        *,
        timeout_seconds: float = 60.0,
        max_retries: int = 3,
        max_wait_seconds: float = 30.0,
        ssl_context: Optional[ssl.SSLContext] = None,
    ) -> None:
        self._transport = Transport(url, api_key, timeout_seconds, max_retries, max_wait_seconds, ssl_context)

    def close(self) -> None:
        """Closes the connections. A closed client cannot be used again."""
        self._transport.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()
