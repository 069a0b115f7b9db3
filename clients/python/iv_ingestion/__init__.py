"""A client for FStore: sources, ingestion and the data that was ingested. Only the standard library is needed."""

from .client import IVIngestionClient
from .errors import (
    APIError,
    AuthenticationError,
    AuthorizationError,
    ConflictError,
    InternalError,
    InterruptedDownloadError,
    NotFoundError,
    RateLimitError,
    TransportError,
    UnavailableError,
    ValidationError,
)
from .transport import VERSION as __version__

__all__ = [
    "APIError",
    "AuthenticationError",
    "AuthorizationError",
    "ConflictError",
    "IVIngestionClient",
    "InternalError",
    "InterruptedDownloadError",
    "NotFoundError",
    "RateLimitError",
    "TransportError",
    "UnavailableError",
    "ValidationError",
    "__version__",
]
