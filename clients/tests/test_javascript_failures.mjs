// The JavaScript client when servers fail: what it sends again, and what it does not.

import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import * as library from '../javascript/index.mjs';
import { failure, inDirectory } from './expecting.mjs';
import { ScriptedServer, answer, cut, drop, stall } from './scripted.mjs';

const { IVIngestionClient } = library;

describe('failures', () => {
  /** Runs the test with a server of these steps and a client of it. */
  async function serving(steps, options, body) {
    const server = await ScriptedServer.start(...steps);
    try {
      await body(server, new IVIngestionClient({ baseUrl: server.url, apiKey: 'key', ...options }));
    } finally {
      await server.stop();
    }
  }

  for (const status of [429, 503]) {
    test(`a POST refused with ${status} is sent again after the time that the server asks for`, async () => {
      await serving([answer(status, 'busy', { 'Retry-After': '1' }), answer()], {}, async (server, client) => {
        const begun = performance.now();
        await client.ingestion.start({ sources: ['source_1'] });
        assert.ok(performance.now() - begun > 1000);
        const body = { sources: ['source_1'] };
        assert.deepEqual(server.received.map((request) => request.body), [body, body]);
      });
    });
  }

  test('a wait that is too long is the caller\'s', async () => {
    for (const header of ['3600', new Date(Date.now() + 3_600_000).toUTCString(), '9'.repeat(5000)]) {
      await serving([answer(503, '', { 'Retry-After': header })], {}, async (server, client) => {
        const error = await failure(() => client.health(), library.UnavailableError);
        assert.ok(error.retryAfterMs > 3_500_000);
        assert.equal(server.received.length, 1);
      });
    }
  });

  test('it ends after some tries', async () => {
    await serving([answer(503, '')], { maxRetries: 2 }, async (server, client) => {
      assert.equal((await failure(() => client.health(), library.UnavailableError)).code, 'HTTP_503');
      assert.equal(server.received.length, 3);
    });
  });

  test('other errors are not sent again', async () => {
    for (const [status, kind] of [[500, library.InternalError], [502, library.APIError], [302, library.APIError]]) {
      await serving([answer(status, '<html>', { Location: '/' })], {}, async (server, client) => {
        assert.equal((await failure(() => client.health(), kind)).status, status);
        assert.equal(server.received.length, 1);
      });
    }
  });

  test('a POST waits for a server that does not listen yet', async (t) => {
    const server = await ScriptedServer.start(answer());
    const { url, port } = server;
    await server.stop();
    const client = new IVIngestionClient({ baseUrl: url, apiKey: 'key' });
    const started = client.ingestion.start();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const later = new ScriptedServer(answer());
    await later.listen(port);
    t.after(() => later.stop());
    await started;
    assert.equal(later.received.length, 1);
  });

  test('a server that does not listen has received nothing', async () => {
    const server = await ScriptedServer.start(answer());
    await server.stop();
    const client = new IVIngestionClient({ baseUrl: server.url, maxRetries: 1 });
    const error = await failure(() => client.ingestion.start());
    assert.equal(error.mayHaveBeenReceived, false);
    assert.match(error.message, /cannot connect.*127\.0\.0\.1/);
  });

  for (const [method, call, count] of [
    ['GET', (client) => client.health(), 2],
    ['PUT', (client) => client.config.update({}), 2],
    ['POST', (client) => client.ingestion.start(), 1],
    ['PATCH', (client) => client.sources.update('s', {}), 1],
    ['DELETE', (client) => client.sources.delete('s'), 1],
  ]) {
    test(`a lost answer to ${method} is asked for ${count === 1 ? 'once' : 'again'}`, async () => {
      for (const step of [drop, cut('{')]) {
        await serving([step, answer()], {}, async (server, client) => {
          if (count === 1) assert.equal((await failure(() => call(client))).mayHaveBeenReceived, true);
          else await call(client);
          assert.equal(server.received.length, count);
        });
      }
    });
  }

  test('a slow server is left alone', async () => {
    await serving([stall], { timeoutMs: 200 }, async (server, client) => {
      const error = await failure(() => client.health());
      assert.ok(error.timedOut && error.mayHaveBeenReceived);
      assert.equal(server.received.length, 1);
    });
  });

  test('what is not the API is an error', async () => {
    for (const body of ['<html>', '[]', '']) {
      await serving([answer(200, body)], {}, async (server, client) => {
        assert.equal((await failure(() => client.health(), library.APIError)).code, 'INVALID_ANSWER');
      });
    }
  });

  test('an error may have a bare code', async () => {
    const body = '{"error":"RES_001","message":"gone","details":{"a":1},"request_id":"req_1"}';
    await serving([answer(404, body)], {}, async (server, client) => {
      const { code, message, details, requestId } = await failure(() => client.health(), library.NotFoundError);
      assert.deepEqual([code, message, details, requestId], ['RES_001', 'gone', { a: 1 }, 'req_1']);
    });
  });

  test('downloads are written into streams and paths', async () => {
    const body = 'id,value\n'.repeat(100_000);
    await serving([drop, answer(503, ''), answer(200, body)], {}, async (server, client) => {
      const pieces = [];
      const stream = new WritableStream({ write: (piece) => void pieces.push(piece) });
      assert.equal(await client.data.download('e', stream), body.length);
      assert.equal(Buffer.concat(pieces).toString(), body);
      await inDirectory(async (directory) => {
        const path = join(directory, 'export.csv');
        await writeFile(path, 'old');
        assert.equal(await client.data.download('e', path), body.length);
        assert.equal(await readFile(path, 'utf8'), body);
        assert.deepEqual(await readdir(directory), ['export.csv']);
      });
    });
  });

  test('a slow disk does not count against the time of the server', async () => {
    await serving([answer(200, 'id,value\n')], { timeoutMs: 100 }, async (server, client) => {
      const stream = new WritableStream({ write: () => new Promise((resolve) => setTimeout(resolve, 300)) });
      assert.equal(await client.data.download('e', stream), 9);
    });
  });

  test('downloads that break off leave what was there', async () => {
    await serving([cut('id,value\n')], {}, async (server, client) => {
      await inDirectory(async (directory) => {
        const path = join(directory, 'export.csv');
        await writeFile(path, 'old');
        await failure(() => client.data.download('e', path), library.InterruptedDownloadError);
        assert.equal(await readFile(path, 'utf8'), 'old');
        assert.deepEqual(await readdir(directory), ['export.csv']);
      });
      assert.equal(server.received.length, 1);
    });
  });
});
