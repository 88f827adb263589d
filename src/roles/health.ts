import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Health {
  readonly port: number;
  close(): Promise<void>;
}

export interface Readiness {
  readonly ok: boolean;
  readonly reason: string;
}

/**
 * `/livez` answers while the event loop turns; `/readyz` says whether the role can do its work now (a socket to Slack, Redis), with the
 * reason as text when it can't. Nothing else is served.
 */
export async function serveHealth(
  port: number,
  ready: () => Readiness | Promise<Readiness>,
  host = '0.0.0.0',
): Promise<Health> {
  async function answerTo(path: string | undefined): Promise<Readiness | undefined> {
    if (path === '/livez') return { ok: true, reason: 'ok' };
    return path === '/readyz' ? ready() : undefined;
  }
  const server = createServer(async (request, response) => {
    const answer = await answerTo(request.url).catch((error: unknown) => ({ ok: false, reason: `${error}` }));
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
