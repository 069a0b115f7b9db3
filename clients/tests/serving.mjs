// A real server with a directory of files.

import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const KEY = 'fl_1_ClientsClientsClientsClientsClientsClients';
export const SOURCE = { type: 'file', name: 'source_1', config: { path: 'data.csv' } };

// Two rows fit, and the third has no time.
const ROWS = 'id,timestamp,value\na,2024-01-01T00:00:00Z,123.45\nb,2024-01-01T01:00:00Z,7\nc,noon,1\n';

export class Server {
  static async start() {
    const server = new Server();
    server.directory = await mkdtemp(join(tmpdir(), 'fstore-clients-'));
    const root = join(server.directory, 'files');
    await mkdir(root);
    await writeFile(join(root, 'data.csv'), ROWS);
    const serve = [process.env.FSTORE_PROGRAM, 'serve', '--data', join(server.directory, 'data')];
    serve.push('--listen', '127.0.0.1:0', '--ingest-root', root, '--address-limits', 'false');
    const others = Object.entries(process.env).filter(([name]) => !name.startsWith('FSTORE_'));
    // `timeout` ends the server also when the tests are killed and cannot.
    server.process = spawn('timeout', ['-k', '5', '300', ...serve], {
      env: { ...Object.fromEntries(others), FSTORE_BOOTSTRAP_KEY: KEY },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    server.log = '';
    server.process.stderr.on('data', (piece) => (server.log += piece));
    server.ended = once(server.process, 'exit');
    for await (const line of createInterface({ input: server.process.stdout })) {
      const found = /^FStore listens on (\S+)/.exec(line);
      if (found) {
        server.url = `${found[1]}/api/v1`;
        return server;
      }
    }
    throw new Error(`the server has not started:\n${server.log}`);
  }

  async stop() {
    this.process.kill('SIGTERM');
    await this.ended;
    await rm(this.directory, { recursive: true });
  }

  /** What the clients have no call for. */
  async ask(method, path, body) {
    const headers = { 'X-API-Key': KEY, 'Content-Type': 'application/json' };
    const answer = await fetch(this.url + path, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  }

  async key(more) {
    return (await this.ask('POST', '/auth/keys', { name: 'test', ...more })).key;
  }
}

/** The job, when it has ended. */
export async function ended(client, job) {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    const found = (await client.ingestion.job(job)).data;
    if (found.status !== 'running') return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${job} has not ended`);
}
