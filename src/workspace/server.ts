import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { answerCall, type CallRecord } from './calls.ts';
import type { CallFault, Faults } from './faults.ts';
import { asText, type JsonObject } from './json.ts';
import type { RateLimits } from './rate-limits.ts';
import { readArguments, readBody, readToken, readUpload } from './request.ts';
import { respond } from './respond.ts';
import type { Slack } from './slack.ts';

const PAGE = '<!DOCTYPE html><html><body>Slack is having trouble</body></html>';

/** What the server needs besides the workspace itself. */
interface ServerParts {
  readonly slack: () => Slack;
  readonly faults: Faults;
  readonly limits: RateLimits | null;
  readonly record: (call: CallRecord) => void;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** The one HTTP server of the workspace: Web API, response URLs, uploads, and the upgrade to sockets. On loopback only. */
export class WorkspaceServer {
  readonly #server: Server;
  readonly #parts: ServerParts;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
        response.end(String(error));
      });
    });
    this.#server.on('upgrade', parts.upgrade);
    // An idle connection that is closed just when a client uses it again would look like a fault nobody asked for.
    this.#server.keepAliveTimeout = 0;
  }

  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    // A server that listens on TCP has an address with a port.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, area = '', name = ''] = new URL(request.url ?? '/', 'http://slack').pathname.split('/');
    const body = await readBody(request);
    if (area === 'api') return this.#call(request, response, name, body);
    if (area === 'response') return this.#respond(response, name, body);
    if (area === 'upload') return this.#upload(request, response, name, body);
    response.writeHead(404).end();
  }

  async #call(request: IncomingMessage, response: ServerResponse, method: string, body: Buffer): Promise<void> {
    const { slack, faults, limits, record } = this.#parts;
    const sent = readArguments(request, body);
    const { token: _token, ...args } = sent ?? {};
    const fault = faults.takeCall(method);
    if (fault?.fault === 'delay') await delay(fault.ms);
    if (fault !== undefined && this.#breaks(request, response, fault)) {
      const status = fault.fault === 'http' ? fault.status : fault.fault === 'drop' ? null : 200;
      record({ method, args, at: slack().state.now(), ok: false, fault: fault.fault, status });
      return;
    }
    const {
      status,
      headers,
      body: answer,
    } = sent === undefined
      ? { status: 200, headers: {}, body: { ok: false, error: 'invalid_form_data' } satisfies JsonObject }
      : answerCall(slack(), limits, method, readToken(request, sent), args);
    const error = asText(answer['error']);
    const dropped = fault?.fault === 'drop_after_commit';
    record({
      method,
      args,
      at: slack().state.now(),
      ok: answer['ok'] === true,
      status: dropped ? null : status,
      ...(error === '' ? {} : { error }),
      ...(fault === undefined ? {} : { fault: fault.fault }),
    });
    if (error !== '' && error !== 'unknown_method') {
      const detail = asText(answer['needed']) || JSON.stringify(answer['response_metadata'] ?? {});
      slack().problems.add({ kind: 'refused', method, error, ...(detail === '{}' ? {} : { detail }) });
    }
    if (dropped) return void request.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(answer));
  }

  /** Answers in the method's place; false for a fault that leaves the call to the method. */
  #breaks(request: IncomingMessage, response: ServerResponse, fault: CallFault): boolean {
    switch (fault.fault) {
      case 'ratelimited':
        response.writeHead(429, { 'retry-after': String(fault.retryAfter), 'content-type': 'application/json' });
        response.end(JSON.stringify({ ok: false, error: 'ratelimited' }));
        return true;
      case 'http':
        response.writeHead(fault.status, { 'content-type': 'text/html' }).end(PAGE);
        return true;
      case 'html':
        response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
        return true;
      case 'error':
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ ok: false, error: fault.error }));
        return true;
      case 'drop':
        request.socket.destroy();
        return true;
      case 'drop_after_commit':
      case 'delay':
        return false;
    }
  }

  #respond(response: ServerResponse, key: string, body: Buffer): void {
    const { status, text } = respond(this.#parts.slack(), key, body.toString());
    response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
  }

  async #upload(request: IncomingMessage, response: ServerResponse, id: string, body: Buffer): Promise<void> {
    const { files } = this.#parts.slack().state.data;
    const index = files.findIndex((one) => one.id === id && !one.completed);
    const file = files[index];
    const bytes = await readUpload(request, body);
    if (file === undefined || bytes.length !== file.size) {
      response.writeHead(400).end('the upload does not fit what was announced');
      return;
    }
    files.splice(index, 1, { ...file, content: bytes.toString() });
    response.writeHead(200, { 'content-type': 'text/plain' }).end(`OK - ${bytes.length}`);
  }
}
