'use strict';

const { apiError, isObject, ...errors } = require('./errors.cjs');
const { Transport, path } = require('./transport.cjs');

// The calls are documented in index.d.ts. They send what they are given as it is: the server knows which members there
// are, and says so when one is misspelled.

class Ingestion {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  start(request = {}) {
    return this.#transport.post(path('ingestion', 'start'), request);
  }

  stop(jobId) {
    return this.#transport.post(path('ingestion', 'stop'), jobId === undefined ? undefined : { job_id: jobId });
  }

  status() {
    return this.#transport.get(path('ingestion', 'status'));
  }

  jobs(page = {}) {
    return this.#transport.get(path('ingestion', 'jobs'), page);
  }

  async job(jobId) {
    return this.#transport.get(path('ingestion', 'jobs', jobId));
  }
}

class Sources {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  list(page = {}) {
    return this.#transport.get(path('sources'), page);
  }

  async get(sourceId) {
    return this.#transport.get(path('sources', sourceId));
  }

  create(source) {
    return this.#transport.post(path('sources'), source);
  }

  async update(sourceId, changes) {
    return this.#transport.patch(path('sources', sourceId), changes);
  }

  async delete(sourceId) {
    return this.#transport.delete(path('sources', sourceId));
  }

  async test(sourceId) {
    return this.#transport.post(path('sources', sourceId, 'test'));
  }

  async enable(sourceId) {
    return this.#transport.post(path('sources', sourceId, 'enable'));
  }

  async disable(sourceId) {
    return this.#transport.post(path('sources', sourceId, 'disable'));
  }

  async rejects(sourceId, page = {}) {
    return this.#transport.get(path('sources', sourceId, 'rejects'), page);
  }
}

class Data {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  query(request = {}) {
    return this.#transport.post(path('data', 'query'), request);
  }

  export(request) {
    return this.#transport.post(path('data', 'export'), request);
  }

  async exportStatus(exportId) {
    return this.#transport.get(path('data', 'export', exportId));
  }

  async download(exportId, target) {
    const source = path('data', 'export', exportId, 'download');
    if (typeof target === 'string') return this.#downloadFile(source, target);
    const writer = target.getWriter();
    try {
      const written = await this.#transport.download(source, (piece) => writer.write(piece));
      await writer.close();
      return written;
    } catch (error) {
      await writer.abort(error).catch(() => {});
      throw error;
    }
  }

  async #downloadFile(source, target) {
    const { open, rename, rm } = require('node:fs/promises');
    const partial = `${target}.part`;
    const file = await open(partial, 'w');
    try {
      // `write` may take a part only; `writeFile` on an open file goes on behind what was written before.
      const written = await this.#transport.download(source, (piece) => file.writeFile(piece));
      await file.close();
      await rename(partial, target);
      return written;
    } catch (error) {
      await file.close().catch(() => {});
      await rm(partial, { force: true });
      throw error;
    }
  }
}

class Configuration {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  get() {
    return this.#transport.get(path('config'));
  }

  update(changes) {
    return this.#transport.put(path('config'), changes);
  }
}

class Webhooks {
  #transport;

  constructor(transport) {
    this.#transport = transport;
  }

  create(webhook) {
    return this.#transport.post(path('webhooks'), webhook);
  }

  list(page = {}) {
    return this.#transport.get(path('webhooks'), page);
  }

  async delete(webhookId) {
    return this.#transport.delete(path('webhooks', webhookId));
  }
}

class IVIngestionClient {
  #transport;

  constructor(options = {}) {
    this.#transport = new Transport(options);
    this.ingestion = new Ingestion(this.#transport);
    this.sources = new Sources(this.#transport);
    this.data = new Data(this.#transport);
    this.config = new Configuration(this.#transport);
    this.webhooks = new Webhooks(this.#transport);
  }

  async login(username, password) {
    const answer = await this.#transport.postWithoutCredential(path('auth', 'login'), { username, password });
    this.#transport.useAccessToken(answer.data.access_token);
    return answer;
  }

  health() {
    return this.#transport.get(path('health'));
  }

  status() {
    return this.#transport.get(path('status'));
  }

  metrics() {
    return this.#transport.get(path('metrics'));
  }

  logs({ startTime, endTime, ...query } = {}) {
    return this.#transport.get(path('logs'), { ...query, start_time: startTime, end_time: endTime });
  }
}

module.exports = { IVIngestionClient, ...errors };
