import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Health {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * `/livez` answers while the event loop turns; `/readyz` says whether the role can do its work now (a socket to Slack, Redis), with the
 * reason as text when it can't. Nothing else is served.
 */
export async function serveHealth(
  port: number,
  ready: () => { readonly ok: boolean; readonly reason: string },
  host = '0.0.0.0',
): Promise<Health> {
  const server = createServer((request, response) => {
    const answer =
      request.url === '/livez' ? { ok: true, reason: 'ok' } : request.url === '/readyz' ? ready() : undefined;
    response
      .writeHead(answer === undefined ? 404 : answer.ok ? 200 : 503, { 'content-type': 'text/plain' })
      .end(`${answer?.reason ?? 'not found'}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    // A TCP server's address is never a string (that is a pipe's).
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
