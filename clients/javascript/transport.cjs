'use strict';

const { APIError, InterruptedDownloadError, TransportError, apiError, isObject } = require('./errors.cjs');
const { Retries, retryAfterMs } = require('./retries.cjs');

const VERSION = '0.1.0';

/** A path of the API. Each segment is percent-encoded, so that an id with a slash in it stays one segment. */
function path(...segments) {
  for (const segment of segments) {
    // `fetch` resolves the dots: the request would go to another operation.
    if (typeof segment !== 'string' || ['', '.', '..'].includes(segment)) {
      throw new TypeError(`${JSON.stringify(segment)} is not an id`);
    }
  }
  return segments.map((segment) => `/${encodeURIComponent(segment)}`).join('');
}

/** Carries requests to one server with one credential. Connections are those of `fetch`, which keeps them open. */
class Transport {
  #base;
  #credential = {};
  #timeoutMs;
  #retries;

  constructor({ baseUrl, apiKey, timeoutMs = 30_000, maxRetries = 3, maxWaitMs = 30_000, ...others }) {
    const unknown = Object.keys(others);
    if (unknown.length > 0) throw new TypeError(`${unknown[0]} is not an option of the client`);
    if (!(timeoutMs > 0)) throw new TypeError(`timeoutMs is ${timeoutMs}; it must be more than 0`);
    this.#base = checkedBase(baseUrl);
    this.#timeoutMs = timeoutMs;
    this.#retries = new Retries(maxRetries, maxWaitMs);
    if (apiKey !== undefined) this.#credential = { 'X-API-Key': checkedCredential(apiKey, 'apiKey') };
  }

  /** Sends this token with all later requests, in place of the key: the server refuses both together. */
  useAccessToken(token) {
    this.#credential = { Authorization: `Bearer ${checkedCredential(token, 'the access token')}` };
  }

  get(path, query) {
    return this.#send('GET', path, readJSON, { query });
  }

  post(path, body) {
    return this.#send('POST', path, readJSON, { body });
  }

  postWithoutCredential(path, body) {
    return this.#send('POST', path, readJSON, { body, credential: {} });
  }

  put(path, body) {
    return this.#send('PUT', path, readJSON, { body });
  }

  patch(path, body) {
    return this.#send('PATCH', path, readJSON, { body });
  }

  /** Null when the answer is 204, as it is for what is gone now. */
  delete(path) {
    return this.#send('DELETE', path, readOptionalJSON, {});
  }

  /** Hands the body of an answer to `write`, which may return a promise, and returns how many bytes it has. */
  download(path, write) {
    return this.#send('GET', path, (response, deadline) => copy(response, deadline, write), { accept: '*/*' });
  }

  async #send(method, path, consume, { query, body, credential = this.#credential, accept = 'application/json' }) {
    const url = this.#base + path + queryText(query);
    const headers = { Accept: accept, 'User-Agent': `iv-ingestion-javascript/${VERSION}`, ...credential };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    // A redirect is not followed: the key would go to wherever it points.
    const request = { method, headers, redirect: 'manual' };
    if (body !== undefined) request.body = JSON.stringify(body, finite);
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#attempt(url, request, consume);
      } catch (error) {
        if (!(error instanceof APIError || error instanceof TransportError)) throw error;
        const waitMs = this.#retries.waitMs(attempt, method, error);
        if (waitMs === null) throw error;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  async #attempt(url, request, consume) {
    const deadline = new Deadline(this.#timeoutMs);
    try {
      const response = await reading(fetch(url, { ...request, signal: deadline.signal }));
      if (!response.ok) throw await readError(response);
      return await consume(response, deadline);
    } finally {
      deadline.stop();
    }
  }
}

/** Aborts `signal` when it has been running for `timeoutMs`. */
class Deadline {
  #controller = new AbortController();
  #timeoutMs;
  #timer;

  constructor(timeoutMs) {
    this.#timeoutMs = timeoutMs;
    this.restart();
  }

  get signal() {
    return this.#controller.signal;
  }

  restart() {
    this.stop();
    this.#timer = setTimeout(() => this.abort(), this.#timeoutMs);
  }

  stop() {
    clearTimeout(this.#timer);
  }

  abort() {
    this.#controller.abort();
  }
}

function checkedBase(baseUrl) {
  const example = 'write it as http://localhost:8000/api/v1';
  let url;
  try {
    url = new URL(baseUrl);
  } catch {
    throw new TypeError(`baseUrl is ${JSON.stringify(baseUrl)}; ${example}`);
  }
  // The text is not repeated: it may hold a password.
  if (url.username || url.password) throw new TypeError('baseUrl has a login; give apiKey instead, or call login()');
  if (!['http:', 'https:'].includes(url.protocol) || url.search || url.hash) {
    throw new TypeError(`baseUrl is ${JSON.stringify(baseUrl)}; ${example}, without ? and #`);
  }
  return url.href.replace(/\/+$/, '');
}

function checkedCredential(credential, name) {
  // `fetch` refuses such headers too, but its message shows the whole key.
  if (typeof credential !== 'string' || !/^[!-~]+$/.test(credential)) {
    throw new TypeError(`${name} must be visible ASCII characters, without spaces`);
  }
  return credential;
}

/** JSON has no NaN and no infinity. `JSON.stringify` would write null in their place. */
function finite(name, value) {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  throw new TypeError(`${name} is ${value}, which JSON cannot hold`);
}

function queryText(query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  return given.length > 0 ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : '';
}

async function readError(response) {
  return apiError(response, decoded(await reading(response.text())), retryAfterMs(response.headers.get('retry-after')));
}

async function readJSON(response) {
  const answer = decoded(await reading(response.text()));
  if (isObject(answer)) return answer;
  throw new APIError(
    response.status,
    'INVALID_ANSWER',
    'the answer is not a JSON object; is baseUrl the address of the API?',
    { requestId: response.headers.get('x-request-id') },
  );
}

async function readOptionalJSON(response) {
  if (response.status !== 204 && response.headers.get('content-length') !== '0') return readJSON(response);
  await reading(response.text());
  return null;
}

async function copy(response, deadline, write) {
  let written = 0;
  const reader = response.body?.getReader();
  while (reader) {
    let piece;
    try {
      piece = await reading(reader.read());
    } catch (error) {
      if (written === 0) throw error;
      throw new InterruptedDownloadError(`the download broke off after ${written} bytes: ${error.message}`, error);
    }
    if (piece.done) break;
    // The deadline is for each wait for the server. A slow disk does not count.
    deadline.stop();
    try {
      await write(piece.value);
    } catch (error) {
      // Nobody reads the rest, which would keep the connection busy.
      deadline.abort();
      throw error;
    }
    written += piece.value.length;
    deadline.restart();
  }
  return written;
}

function decoded(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What `fetch` promises, with what goes wrong as a TransportError. */
async function reading(promise) {
  try {
    return await promise;
  } catch (error) {
    if (error?.name === 'AbortError') {
      const message = 'the answer did not come in time';
      throw new TransportError(message, { cause: error, mayHaveBeenReceived: true, timedOut: true });
    }
    const failed = failedToConnect(error?.cause);
    const reason = error?.cause?.message || error?.cause?.code || error?.message;
    throw new TransportError(
      failed ? `cannot connect: ${reason}` : `the connection ended before the whole answer: ${reason}`,
      { cause: error, mayHaveBeenReceived: !failed },
    );
  }
}

/** Whether there was no connection, so that nothing was sent. Unsure cases are not counted. */
function failedToConnect(cause) {
  if (!cause) return false;
  // A name with several addresses fails with one error for each.
  if (Array.isArray(cause.errors)) return cause.errors.length > 0 && cause.errors.every(failedToConnect);
  return ['connect', 'getaddrinfo'].includes(cause.syscall) || cause.code === 'UND_ERR_CONNECT_TIMEOUT';
}

module.exports = { Transport, path };
