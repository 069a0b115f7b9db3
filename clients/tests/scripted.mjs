// A small server that does what a test tells it, such as closing a connection in the middle of an answer.

import { once } from 'node:events';
import { createServer } from 'node:http';

/** Answers each request with the next step, and the requests after the last step with that one. */
export class ScriptedServer {
  received = [];
  connections = 0;

  constructor(...steps) {
    this.steps = steps;
    this.server = createServer((request, response) => this.#serve(request, response));
    this.server.on('connection', () => (this.connections += 1));
  }

  static async start(...steps) {
    const server = new ScriptedServer(...steps);
    await server.listen(0);
    return server;
  }

  async listen(port) {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = this.server.address().port;
    this.url = `http://127.0.0.1:${this.port}/api/v1`;
  }

  async stop() {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  async #serve(request, response) {
    let body = '';
    for await (const piece of request) body += piece;
    this.received.push({
      method: request.method,
      target: request.url,
      headers: request.headers,
      body: body === '' ? undefined : JSON.parse(body),
    });
    const step = this.steps.length > 1 ? this.steps.shift() : this.steps[0];
    step(response);
  }
}

/** A whole answer. */
export const answer =
  (status = 200, body = '{"success":true,"data":{}}', headers = {}) =>
  (response) => {
    response.writeHead(status, { 'Content-Length': Buffer.byteLength(body), ...headers });
    response.end(body);
  };

/** No answer: the connection is closed when the request has been read. */
export const drop = (response) => response.socket.destroy();

/** An answer of which only the first `body` comes. */
export const cut = (body) => (response) => {
  response.writeHead(200, { 'Content-Length': 1_000_000 });
  // Waits until it is sent, and a moment more, so that the client reads it before the end.
  response.write(body, () => setTimeout(() => response.socket?.destroy(), 50));
};

/** No answer until the client has gone. */
export const stall = () => {};
