'use strict';

const { InterruptedDownloadError, TransportError } = require('./errors.cjs');

// The server refused these before it did anything.
const REFUSED = [429, 503];

// What may be carried out twice. A second DELETE would be answered with 404 though the first one worked.
const REPEATABLE = ['GET', 'PUT'];

const FIRST_WAIT_MS = 200;
const LONGEST_BACKOFF_MS = 5000;

/** Exponential backoff with jitter. The server's `Retry-After` takes its place, up to `maxWaitMs`. */
class Retries {
  #maxRetries;
  #maxWaitMs;

  constructor(maxRetries, maxWaitMs) {
    if (!Number.isInteger(maxRetries) || maxRetries < 0) {
      throw new TypeError(`maxRetries is ${maxRetries}; it must be a whole number, 0 or more`);
    }
    if (!(maxWaitMs >= 0)) throw new TypeError(`maxWaitMs is ${maxWaitMs}; it must be 0 or more`);
    this.#maxRetries = maxRetries;
    this.#maxWaitMs = maxWaitMs;
  }

  /** How long to wait before the request is sent again, or null to give up. `attempt` counts from 0. */
  waitMs(attempt, method, error) {
    if (attempt >= this.#maxRetries) return null;
    if (error instanceof TransportError) return maySendAgain(method, error) ? backoffMs(attempt) : null;
    if (!REFUSED.includes(error.status)) return null;
    if (error.retryAfterMs === null) return backoffMs(attempt);
    // To come back earlier than the server asks would be refused again; so the caller is told at once.
    if (error.retryAfterMs > this.#maxWaitMs) return null;
    // Clients that were refused together must not come back together.
    return error.retryAfterMs + backoffMs(0);
  }
}

function maySendAgain(method, error) {
  if (error instanceof InterruptedDownloadError) return false;
  if (!error.mayHaveBeenReceived) return true;
  // After a timeout the caller has waited as long as they wanted to.
  return REPEATABLE.includes(method) && !error.timedOut;
}

/** The wait doubles with each attempt; between half and all of it is waited. */
function backoffMs(attempt) {
  const longest = Math.min(LONGEST_BACKOFF_MS, FIRST_WAIT_MS * 2 ** attempt);
  return longest * (0.5 + Math.random() / 2);
}

/** The header `Retry-After`: seconds or a date. Null when it is missing or is neither. */
function retryAfterMs(header) {
  if (header === null) return null;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const moment = Date.parse(header);
  return Number.isNaN(moment) ? null : Math.max(0, moment - Date.now());
}

module.exports = { Retries, retryAfterMs };
