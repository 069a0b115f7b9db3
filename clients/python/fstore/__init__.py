"""A client for FStore: features are made, written, read for serving, and joined into training sets.

Only the standard library is needed. pandas, polars, pyarrow and numpy are used when the caller's data are theirs.

>>> client = fstore.Client(url, api_key=key)
>>> client.put("temp", {"JFK": 73.4}, time="2013-07-04T16:00:00Z") == client.last_commit()
True
>>> client.online(["temp"], entities=["JFK"]).to_dict()
{'JFK': {'temp': 73.4}}
"""

from .async_client import AsyncClient
from .client import Client
from .errors import FStoreError
from .history import History
from .results import Reject, RejectedRowsWarning, WriteResult
from .transport import VERSION as __version__
from .vectors import Vectors

__all__ = [
    "AsyncClient",
    "Client",
    "FStoreError",
    "History",
    "Reject",
    "RejectedRowsWarning",
    "Vectors",
    "WriteResult",
    "__version__",
]
