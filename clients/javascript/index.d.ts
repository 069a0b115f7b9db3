/**
 * What an answer looks like. `create` and `update` of sources answer with the source itself, without an envelope.
 *
 * Numbers above 2^53 lose digits: JavaScript reads all numbers as 64-bit floats.
 */
export interface Envelope<Data = any> {
  success: boolean;
  data: Data;
  message?: string;
  timestamp: string;
  request_id: string;
  [member: string]: any;
}

export interface Pagination {
  page: number;
  limit: number;
  total: number;
  pages: number;
}

/** Which page of a list, and how many entries a page has. */
export interface PageRequest {
  page?: number;
  limit?: number;
}

export interface ClientOptions {
  /** Such as `http://localhost:8000/api/v1`. */
  baseUrl: string;
  /** Not needed by a client that signs in with `login`. */
  apiKey?: string;
  /** For one attempt, from connecting to the end of the answer; for each wait of a download. Default: 30 000. */
  timeoutMs?: number;
  /**
   * How often a request is sent again when there was no connection, or when it was refused with 429 or 503. A GET or
   * PUT is also sent again when the connection ended before the answer. Default: 3.
   */
  maxRetries?: number;
  /** If the server asks to wait longer than this, the error is thrown at once. Default: 30 000. */
  maxWaitMs?: number;
}

/** All calls reject with an `APIError` when the server refuses, and with a `TransportError` when no answer comes. */
export class IVIngestionClient {
  constructor(options: ClientOptions);
  readonly ingestion: Ingestion;
  readonly sources: Sources;
  readonly data: Data;
  readonly config: Configuration;
  readonly webhooks: Webhooks;
  /**
   * Signs in, and sends the access token with all later requests, in place of the key. The token is good for an hour.
   * After that, calls reject with an `AuthenticationError`: sign in again.
   */
  login(username: string, password: string): Promise<Envelope>;
  health(): Promise<Envelope>;
  status(): Promise<Envelope>;
  metrics(): Promise<Envelope>;
  /** Entries of the server's log. Times are RFC 3339, such as `2024-01-01T00:00:00Z`. */
  logs(query?: LogQuery): Promise<Envelope>;
}

export interface LogQuery extends PageRequest {
  level?: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';
  source?: string;
  startTime?: string;
  endTime?: string;
}

export interface IngestionRequest {
  /** Ids or names. Without them the job reads all sources that are enabled and idle. */
  sources?: string[];
  /** `batch_size`: rows in one commit. `timeout`: seconds for one source. */
  options?: { batch_size?: number; timeout?: number };
}

/** Jobs that read sources. */
export interface Ingestion {
  /** Starts a job. It goes on when this has answered. */
  start(request?: IngestionRequest): Promise<Envelope<{ job_id: string; status: string; estimated_duration: number }>>;
  /** Stops one job, or all of the organization. */
  stop(jobId?: string): Promise<Envelope<{ status: string; stopped_at: string }>>;
  status(): Promise<Envelope>;
  /** A page of jobs, the newest first. */
  jobs(page?: PageRequest): Promise<Envelope<{ jobs: any[]; pagination: Pagination }>>;
  job(jobId: string): Promise<Envelope>;
}

export interface SourceRequest {
  name: string;
  type: 'postgresql' | 'file' | 'api' | 'http';
  config?: Record<string, unknown>;
  validation?: { required_columns?: string[]; data_types?: Record<string, string> };
  enabled?: boolean;
}

export interface Source {
  id: string;
  name: string;
  type: string;
  enabled: boolean;
  status: string;
  last_sync: string | null;
  [member: string]: any;
}

/** Where data comes from. A source is named by its id. */
export interface Sources {
  /** A page of sources, the newest first. */
  list(query?: PageRequest & { type?: string }): Promise<Envelope<{ sources: Source[] }>>;
  get(sourceId: string): Promise<Envelope<Source>>;
  create(source: SourceRequest): Promise<Source>;
  /** A merge patch (RFC 7396): what is left out stays, and null removes a member. */
  update(sourceId: string, changes: Record<string, unknown>): Promise<Source>;
  /** Null: the answer has no body. */
  delete(sourceId: string): Promise<Envelope | null>;
  /** Reads the first rows and counts all, and stores nothing. */
  test(sourceId: string): Promise<Envelope>;
  enable(sourceId: string): Promise<Envelope<Source>>;
  /** Jobs leave the source out until it is enabled again. */
  disable(sourceId: string): Promise<Envelope<Source>>;
  /** A page of the rows that were not stored, each with the reason. */
  rejects(sourceId: string, page?: PageRequest): Promise<Envelope<{ rejects: any[]; pagination: Pagination }>>;
}

export interface Filters {
  source?: string;
  date_range?: { start?: string; end?: string };
  value_range?: { min?: number; max?: number };
  [filter: string]: unknown;
}

export interface DataQuery {
  filters?: Filters;
  /** `cursor` is the `next_cursor` of the page before, in place of `page`. */
  pagination?: PageRequest & { cursor?: string };
  sort?: { field: string; order?: 'asc' | 'desc' };
}

export interface QueryPagination extends Pagination {
  next_cursor?: string | null;
}

export interface ExportRequest {
  format: string;
  filters?: Filters;
  columns?: string[];
}

/** The records that were ingested. */
export interface Data {
  /** A page of records. */
  query(request?: DataQuery): Promise<Envelope<{ records: any[]; pagination: QueryPagination }>>;
  /** Starts to write records into a file on the server. */
  export(request: ExportRequest): Promise<Envelope<{ export_id: string; status: string; [member: string]: any }>>;
  /** How far an export is. It can be downloaded when `data.status` is `completed`. */
  exportStatus(exportId: string): Promise<Envelope>;
  /**
   * Writes an export into `target` and returns the number of bytes. A file that is named by its path appears when it is
   * complete, in place of one that was there. A stream is closed at the end.
   */
  download(exportId: string, target: string | WritableStream<Uint8Array>): Promise<number>;
}

/** The settings of the server. */
export interface Configuration {
  get(): Promise<Envelope>;
  /** What is left out stays as it is. */
  update(changes: Record<string, unknown>): Promise<Envelope>;
}

/** Addresses that are told of events. */
export interface Webhooks {
  create(webhook: { url: string; events: string[]; secret?: string }): Promise<Envelope>;
  list(page?: PageRequest): Promise<Envelope>;
  delete(webhookId: string): Promise<Envelope | null>;
}

/** The server answered with an error. */
export class APIError extends Error {
  /** The HTTP status. */
  readonly status: number;
  /** The word that the API document lists, such as `NOT_FOUND`. */
  readonly code: string;
  /** What else the server says. For a `ValidationError`, `errors` has each wrong field. */
  readonly details: Record<string, any>;
  /** Finds the request in the log of the server. */
  readonly requestId: string | null;
  /** How long the server asks to wait. */
  readonly retryAfterMs: number | null;
}

/** The content of the request is wrong. */
export class ValidationError extends APIError {}
/** The key or the access token is missing, unknown, expired or revoked; or the password is wrong. */
export class AuthenticationError extends APIError {}
/** The role of the caller is too low. */
export class AuthorizationError extends APIError {}
/** There is no such thing, or no such path. */
export class NotFoundError extends APIError {}
/** The name is taken, or the change does not fit what is there. */
export class ConflictError extends APIError {}
/** Too many requests. */
export class RateLimitError extends APIError {}
/** Something went wrong inside the server. */
export class InternalError extends APIError {}
/** The server is busy, stopping or in maintenance. */
export class UnavailableError extends APIError {}

/** No answer came: the connection failed, broke off or took too long. `cause` says more. */
export class TransportError extends Error {
  /**
   * False when nothing was sent, so that nothing was done. When it is true, the request may or may not have been
   * carried out.
   */
  readonly mayHaveBeenReceived: boolean;
  readonly timedOut: boolean;
}

/** A download broke off after some of it had been written. It is not tried again by itself. */
export class InterruptedDownloadError extends TransportError {}
