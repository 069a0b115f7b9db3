// The JavaScript client: what it does with a real server, and what it sends.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import * as library from '../javascript/index.mjs';
import { failure, inDirectory } from './expecting.mjs';
import { ScriptedServer, answer } from './scripted.mjs';
import { KEY, SOURCE, Server, ended } from './serving.mjs';

const { IVIngestionClient } = library;
const here = fileURLToPath(new URL('.', import.meta.url));

describe('with a real server', () => {
  let server;
  let client;

  before(async () => {
    server = await Server.start();
    client = new IVIngestionClient({ baseUrl: server.url, apiKey: KEY });
    await client.sources.create(SOURCE);
  });
  after(() => server?.stop());

  const ingest = async (name) => ended(client, (await client.ingestion.start({ sources: [name] })).data.job_id);

  /** Skips the test, and says so, when the server has no such operation. */
  async function hasQuery(t) {
    try {
      await client.data.query();
      return true;
    } catch (error) {
      if (!(error instanceof library.NotFoundError)) throw error;
      t.skip('the server has no POST /api/v1/data/query: it answers 404');
      return false;
    }
  }

  /** The example of the API document, word for word but for address and key. */
  async function runExample(url, until) {
    let text = await readFile(join(here, 'examples', 'sdk.mjs'), 'utf8');
    for (const [old, replacement] of [['http://localhost:8000/api/v1', url], ['your-api-key', KEY]]) {
      assert.equal(text.split(old).length, 2);
      text = text.replace(old, replacement);
    }
    if (until !== undefined) text = text.slice(0, text.indexOf(until));
    return inDirectory(async (directory) => {
      const modules = join(directory, 'node_modules', '@iv-ingestion');
      await mkdir(modules, { recursive: true });
      await symlink(join(here, '..', 'javascript'), join(modules, 'client'));
      await writeFile(join(directory, 'example.mjs'), text);
      const options = { cwd: directory, timeout: 60_000 };
      return (await promisify(execFile)(process.execPath, ['example.mjs'], options)).stdout;
    });
  }

  test('rows of a file are stored', async () => {
    // A source of its own: what another test has read is not read again.
    const source = (await client.sources.create({ ...SOURCE, name: 'stations' })).id;
    assert.equal((await client.sources.test(source)).data.connected, true);
    const job = await ingest('stations');
    assert.deepEqual([job.status, job.records_processed, job.errors], ['completed', 2, 1]);
    const stored = await server.ask('GET', '/features/stations.value/values?entity_ids=a,b');
    assert.deepEqual(stored.items.map((item) => [item.entity_id, item.value]), [['a', 123.45], ['b', 7]]);
    const { rejects } = (await client.sources.rejects(source, { page: 1, limit: 10 })).data;
    assert.deepEqual(rejects.map((reject) => [reject.line, reject.field]), [[4, 'timestamp']]);
  });

  test('jobs are listed and stopped', async () => {
    const { id } = await ingest('source_1');
    assert.equal((await client.ingestion.jobs({ page: 1, limit: 1 })).data.jobs[0].id, id);
    assert.equal((await client.ingestion.status()).data.last_completed.id, id);
    assert.equal((await client.ingestion.stop()).data.status, 'stopped');
    assert.equal((await client.ingestion.stop(id)).data.status, 'stopped');
  });

  test('sources are changed and deleted', async () => {
    const { sources } = client;
    const { id } = await sources.create({ name: 'other', type: 'file', config: { path: 'o.csv' }, enabled: false });
    assert.equal((await sources.update(id, { name: 'another' })).name, 'another');
    assert.equal((await sources.enable(id)).data.enabled, true);
    assert.equal((await sources.disable(id)).data.enabled, false);
    assert.equal((await sources.get(id)).data.name, 'another');
    assert.ok((await sources.list({ type: 'file' })).data.sources.some((source) => source.id === id));
    assert.equal(await sources.delete(id), null);
    await failure(() => sources.get(id), library.NotFoundError);
  });

  test('records are queried', async (t) => {
    if (!(await hasQuery(t))) return;
    await ingest('source_1');
    const found = await client.data.query({
      filters: { source: 'source_1' },
      pagination: { page: 1, limit: 10 },
      sort: { field: 'timestamp', order: 'desc' },
    });
    assert.deepEqual(found.data.records.map((record) => [record.id, record.value]), [['b', 7], ['a', 123.45]]);
  });

  test('health and configuration are answered', async () => {
    assert.equal((await client.health()).data.status, 'healthy');
    assert.ok((await client.config.get()).data.ingestion);
  });

  test('the example of the document starts a job', async () => {
    assert.match(await runExample(server.url, '// Query data'), /^Job ID: job_\w+\n$/);
  });

  test('the example of the document runs as a whole', async (t) => {
    if (!(await hasQuery(t))) return;
    await ingest('source_1');
    assert.match(await runExample(server.url), /^Job ID: job_\w+\nFound 2 records\n$/);
  });

  test('the example understands the answers of the document', async (t) => {
    const scripted = await ScriptedServer.start(
      answer(200, '{"success":true,"data":{"job_id":"job_123456789","status":"started"}}'),
      answer(200, '{"success":true,"data":{"records":[{"id":"1"},{"id":"2"},{"id":"3"}]}}'),
    );
    t.after(() => scripted.stop());
    assert.equal(await runExample(scripted.url), 'Job ID: job_123456789\nFound 3 records\n');
    const asked = { filters: { source: 'source_1' }, pagination: { page: 1, limit: 100 } };
    assert.deepEqual(scripted.received.map((request) => request.body), [{}, asked]);
  });

  test('errors say what the server says', async () => {
    const call = () => client.sources.create({ name: 'wrong', type: 'telegram' });
    const error = await failure(call, library.ValidationError);
    assert.ok(error instanceof library.APIError);
    assert.deepEqual([error.name, error.status, error.code], ['ValidationError', 422, 'VALIDATION_ERROR']);
    assert.deepEqual(error.details.errors.map((problem) => problem.field), ['type']);
    assert.match(error.requestId, /^req_/);
    assert.match(error.message, /^type /);
  });

  test('errors have a class for each code', async () => {
    const viewer = new IVIngestionClient({ baseUrl: server.url, apiKey: await server.key({ role: 'viewer' }) });
    const stranger = new IVIngestionClient({ baseUrl: server.url, apiKey: [...KEY].reverse().join('') });
    for (const [kind, status, call] of [
      [library.NotFoundError, 404, () => client.ingestion.job('job_1')],
      [library.ConflictError, 409, () => client.sources.create(SOURCE)],
      [library.AuthorizationError, 403, () => viewer.ingestion.start()],
      [library.AuthenticationError, 401, () => stranger.sources.list()],
      [library.ValidationError, 422, () => client.ingestion.start({ source: ['source_1'] })],
    ]) {
      assert.equal((await failure(call, kind)).status, status);
    }
  });

  test('a used up limit says how long to wait', async () => {
    const apiKey = await server.key({ role: 'viewer', rate_limit: 1 });
    const limited = new IVIngestionClient({ baseUrl: server.url, apiKey, maxWaitMs: 500 });
    const call = async () => {
      for (let count = 0; count < 3; count += 1) await limited.sources.list();
    };
    assert.ok((await failure(call, library.RateLimitError)).retryAfterMs > 500);
  });

  test('signing in gives a token that is used in place of the key', async () => {
    const person = { username: 'ann', email: 'ann@example.com', full_name: 'Ann', organization_name: 'Acme' };
    await server.ask('POST', '/auth/register', { ...person, password: 'a long secret' });
    // The key is wrong: only the token can have opened what comes after it.
    const ann = new IVIngestionClient({ baseUrl: server.url, apiKey: 'fl_1_wrong' });
    await failure(() => ann.login('ann', 'a wrong secret'), library.AuthenticationError);
    await ann.login('ann', 'a long secret');
    assert.deepEqual((await ann.sources.list()).data.sources, []);
  });

  test('both kinds of module have the same classes', () => {
    const required = createRequire(import.meta.url)('../javascript/index.cjs');
    assert.deepEqual(Object.keys(library).sort(), Object.keys(required).sort());
    for (const [name, value] of Object.entries(required)) assert.equal(library[name], value);
  });
});

describe('requests', () => {
  test('are those of the document', async (t) => {
    const server = await ScriptedServer.start(answer());
    t.after(() => server.stop());
    const client = new IVIngestionClient({ baseUrl: `${server.url}/`, apiKey: 'key' });
    const filters = { source: 'source_1' };
    const hook = { url: 'https://example.com/hook', events: ['ingestion.completed'], secret: 's' };
    const wanted = { format: 'csv', filters, columns: ['id'] };
    const sink = () => new WritableStream();
    for (const [call, ...expected] of [
      [() => client.ingestion.start(), 'POST', '/ingestion/start', {}],
      [() => client.ingestion.stop(), 'POST', '/ingestion/stop', undefined],
      [() => client.ingestion.jobs({ page: 2, limit: 5 }), 'GET', '/ingestion/jobs?page=2&limit=5', undefined],
      [() => client.sources.get('a/b ä'), 'GET', '/sources/a%2Fb%20%C3%A4', undefined],
      [() => client.sources.test('s'), 'POST', '/sources/s/test', undefined],
      [() => client.data.query({ filters }), 'POST', '/data/query', { filters }],
      [() => client.data.export(wanted), 'POST', '/data/export', wanted],
      [() => client.data.exportStatus('e'), 'GET', '/data/export/e', undefined],
      [() => client.data.download('e', sink()), 'GET', '/data/export/e/download', undefined],
      [() => client.config.update({ storage: {} }), 'PUT', '/config', { storage: {} }],
      [() => client.status(), 'GET', '/status', undefined],
      [() => client.metrics(), 'GET', '/metrics', undefined],
      [() => client.logs({ level: 'INFO', startTime: '1+' }), 'GET', '/logs?level=INFO&start_time=1%2B', undefined],
      [() => client.webhooks.create(hook), 'POST', '/webhooks', hook],
      [() => client.webhooks.list(), 'GET', '/webhooks', undefined],
      [() => client.webhooks.delete('w'), 'DELETE', '/webhooks/w', undefined],
    ]) {
      await call();
      const { method, target, headers, body } = server.received.at(-1);
      assert.deepEqual([method, target.replace('/api/v1', ''), body], expected);
      assert.equal(headers['x-api-key'], 'key');
    }
    // `fetch` opens a second one when a request follows faster than the first one is free again.
    assert.ok(server.connections <= 2, `${server.connections} connections`);
  });

  test('to sign in have no credential, and later ones have the token alone', async (t) => {
    const server = await ScriptedServer.start(answer(200, '{"success":true,"data":{"access_token":"token"}}'));
    t.after(() => server.stop());
    const client = new IVIngestionClient({ baseUrl: server.url, apiKey: 'key' });
    await client.login('ann', 'secret');
    await client.health();
    const sent = server.received.map(({ headers }) => [headers['x-api-key'], headers.authorization]);
    assert.deepEqual(sent, [[undefined, undefined], [undefined, 'Bearer token']]);
  });

  test('are refused before they are sent when they would mean something else', async (t) => {
    const server = await ScriptedServer.start(answer());
    t.after(() => server.stop());
    const baseUrl = server.url;
    const client = new IVIngestionClient({ baseUrl, apiKey: 'key' });
    for (const call of [
      () => client.sources.delete(''),
      () => client.sources.get('..'),
      () => client.sources.enable(),
      () => client.data.query({ filters: { value_range: { min: NaN } } }),
      async () => new IVIngestionClient({ baseUrl: 'localhost:8000' }),
      async () => new IVIngestionClient({ apiKey: 'key' }),
      async () => new IVIngestionClient({ baseUrl: 'http://ann:secret@localhost:8000' }),
      async () => new IVIngestionClient({ baseUrl, apiKey: 'sec ret' }),
      async () => new IVIngestionClient({ baseUrl, apikey: 'key' }),
    ]) {
      assert.doesNotMatch((await failure(call, TypeError)).message, /sec/);
    }
    assert.deepEqual(server.received, []);
  });
});
