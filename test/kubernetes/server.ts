import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '../../src/kubernetes/client.ts';
import type { KubeClient } from '../../src/kubernetes/types.ts';

interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A self-signed certificate for 127.0.0.1. */
function selfSigned(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'promfix-cert-'));
  try {
    const options = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=test',
    ];
    execFileSync(
      'openssl',
      ['req', '-x509', ...options, '-keyout', 'key', '-out', 'cert', '-addext', 'subjectAltName=IP:127.0.0.1'],
      { cwd: folder, stdio: 'ignore' },
    );
    return { cert: readFileSync(join(folder, 'cert'), 'utf8'), key: readFileSync(join(folder, 'key'), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The client's port: one per connection. */
  readonly port: number;
}

type Answer = (seen: Seen, response: ServerResponse) => void | Promise<void>;

export interface TestServer {
  readonly url: string;
  readonly certificate: Certificate;
  readonly seen: Seen[];
  /** Answers everything from now on. */
  answer: Answer;
  client(user?: { readonly token?: string }): KubeClient;
  close(): Promise<void>;
}

/** The certificate of all servers of a process: to make one takes longer than most tests. */
let made: Certificate | undefined;

/** A real HTTPS server on this machine that answers as a test says. */
export async function startServer(): Promise<TestServer> {
  made ??= selfSigned();
  const certificate = made;
  const seen: Seen[] = [];
  const clients: KubeClient[] = [];
  const server = createServer({ cert: certificate.cert, key: certificate.key });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void receive(request).then((body) => {
      const url = new URL(request.url ?? '/', 'https://test');
      const entry: Seen = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body,
        port: request.socket.remotePort ?? 0,
      };
      seen.push(entry);
      return handle.answer(entry, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a TCP port has an AddressInfo.
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const handle: TestServer = {
    url,
    certificate,
    seen,
    answer: (_seen, response) => status(response, 404, { message: 'nothing here' }),
    client: (user = {}) => {
      const client = createClient({
        context: 'test',
        cluster: {
          name: 'test',
          server: url,
          caData: Buffer.from(certificate.cert).toString('base64'),
          skipTLSVerify: false,
        },
        user: { name: 'test', ...user },
      });
      clients.push(client);
      return client;
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.close()));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return handle;
}

async function receive(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

export function json(response: ServerResponse, body: unknown, headers: Record<string, string | string[]> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A refusal as the API server words it. */
export function status(
  response: ServerResponse,
  code: number,
  more: { readonly message?: string; readonly reason?: string; readonly details?: object } = {},
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(code, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, ...more }));
}
