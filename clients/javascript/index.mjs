// All of it is in index.cjs. Two copies would make two classes of each error, and `instanceof` would see only one.
import client from './index.cjs';

export const {
  APIError,
  AuthenticationError,
  AuthorizationError,
  ConflictError,
  IVIngestionClient,
  InternalError,
  InterruptedDownloadError,
  NotFoundError,
  RateLimitError,
  TransportError,
  UnavailableError,
  ValidationError,
} = client;
