import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PEOPLE } from '../stack.ts';
import type { Stage } from '../stage.ts';
import { actSchema, perform } from './acts.ts';
import { type Asset, asset, page } from './assets.ts';
import { newToken, refusalOf, setHeaders } from './guards.ts';
import { Live } from './live.ts';

export interface Site {
  readonly url: string;
  stop(): Promise<void>;
}

const MAX_BODY = 100_000;
/** What `/about` answers, by which a second start knows the first. */
export const ABOUT = 'promfix demo';

/** Serves the page of a stage on 127.0.0.1. Rejects with EADDRINUSE when the port is taken; 0 takes any free one. */
export async function startSite(stage: Stage, port: number): Promise<Site> {
  const token = newToken();
  const live = new Live(stage);
  const server = createServer((request, response) => {
    setHeaders(response);
    const refused = refusalOf(request, (server.address() as AddressInfo).port, token);
    if (refused !== undefined) return answer(response, 403, { error: refused });
    route(request, response, { stage, live, token }).catch((error: unknown) => {
      if (!response.headersSent) answer(response, 500, { error: String(error) });
    });
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  } catch (error) {
    live.stop();
    throw error;
  }
  return {
    // A TCP server's address is an AddressInfo.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async stop() {
      live.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Served {
  readonly stage: Stage;
  readonly live: Live;
  readonly token: string;
}

async function route(request: IncomingMessage, response: ServerResponse, served: Served): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://loopback');
  const you = personOf(url);
  if (request.method === 'POST') {
    if (url.pathname !== '/act') return answer(response, 404, { error: 'there is nothing here' });
    const act = actSchema.safeParse(await bodyOf(request));
    if (!act.success) return answer(response, 400, { error: act.error.issues[0]?.message ?? 'not understood' });
    return answer(response, 200, await perform(served.stage, you, act.data));
  }
  if (url.pathname === '/about') return answer(response, 200, { about: ABOUT });
  if (url.pathname === '/events') return served.live.join(you, response);
  const found = await (url.pathname === '/' ? page(served.token) : asset(url.pathname));
  return found === undefined ? answer(response, 404, { error: 'there is nothing here' }) : give(response, found);
}

/** Whoever the address names; else the one who asks. */
function personOf(url: URL): string {
  const wanted = url.searchParams.get('as');
  return Object.values(PEOPLE).find((one) => one === wanted) ?? PEOPLE.asks;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    const bytes = Buffer.from(part);
    size += bytes.length;
    if (size > MAX_BODY) throw new Error('the request is too long');
    parts.push(bytes);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    return undefined;
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
function give(response: ServerResponse, { type, body }: Asset): void {
  response.writeHead(200, { 'content-type': type });
  response.end(body);
}
