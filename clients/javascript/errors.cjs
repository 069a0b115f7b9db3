'use strict';

/** The server answered with an error. index.d.ts explains the members. */
class APIError extends Error {
  constructor(status, code, message, { details = {}, requestId = null, retryAfterMs = null } = {}) {
    super(message);
    // Set by hand: `constructor.name` is another one after a bundler has shortened names.
    this.name = 'APIError';
    this.status = status;
    this.code = code;
    this.details = details;
    this.requestId = requestId;
    this.retryAfterMs = retryAfterMs;
  }
}

class ValidationError extends APIError {
  name = 'ValidationError';
}

class AuthenticationError extends APIError {
  name = 'AuthenticationError';
}

class AuthorizationError extends APIError {
  name = 'AuthorizationError';
}

class NotFoundError extends APIError {
  name = 'NotFoundError';
}

class ConflictError extends APIError {
  name = 'ConflictError';
}

class RateLimitError extends APIError {
  name = 'RateLimitError';
}

class InternalError extends APIError {
  name = 'InternalError';
}

class UnavailableError extends APIError {
  name = 'UnavailableError';
}

/** No answer came: the connection failed, broke off or took too long. */
class TransportError extends Error {
  constructor(message, { cause, mayHaveBeenReceived, timedOut = false }) {
    super(message, { cause });
    this.name = 'TransportError';
    this.mayHaveBeenReceived = mayHaveBeenReceived;
    this.timedOut = timedOut;
  }
}

/** A download broke off after some of it had been written. It is not tried again by itself. */
class InterruptedDownloadError extends TransportError {
  name = 'InterruptedDownloadError';
}

const BY_CODE = new Map([
  ['VALIDATION_ERROR', ValidationError],
  ['AUTHENTICATION_ERROR', AuthenticationError],
  ['AUTHORIZATION_ERROR', AuthorizationError],
  ['NOT_FOUND', NotFoundError],
  ['CONFLICT', ConflictError],
  ['RATE_LIMIT_EXCEEDED', RateLimitError],
  ['INTERNAL_ERROR', InternalError],
  ['SERVICE_UNAVAILABLE', UnavailableError],
]);

// For errors without such a code: those of a proxy in front of the server, and requests that are not well formed.
const BY_STATUS = new Map([
  [400, ValidationError],
  [401, AuthenticationError],
  [403, AuthorizationError],
  [404, NotFoundError],
  [409, ConflictError],
  [422, ValidationError],
  [429, RateLimitError],
  [500, InternalError],
  [503, UnavailableError],
]);

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The error that an answer stands for. `body` is its decoded JSON, or undefined when it is not JSON. */
function apiError(response, body, retryAfterMs) {
  const { status, statusText, headers } = response;
  const envelope = isObject(body) ? body : {};
  // Some operations answer with `error` as a bare code, and with message and details beside it.
  const inner = isObject(envelope.error) ? envelope.error : { code: envelope.error };
  const code = typeof inner.code === 'string' ? inner.code : `HTTP_${status}`;
  const message = inner.message || envelope.message || statusText || 'the server gave no reason';
  const details = inner.details || envelope.details;
  const Kind = BY_CODE.get(code) ?? BY_STATUS.get(status) ?? APIError;
  return new Kind(status, code, String(message), {
    details: isObject(details) ? details : {},
    requestId: envelope.request_id ?? headers.get('x-request-id'),
    retryAfterMs,
  });
}

module.exports = {
  apiError,
  isObject,
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
};
