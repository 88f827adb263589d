import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request as send } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { object, string } from '../../src/evidence/json.ts';
import { JOB_ANNOTATION } from '../../src/remediations/parts/accompanying.ts';
import { NS } from '../remediations/world.ts';
import type { Prng } from './prng.ts';

/** An API server: the simulated one, or a real one. */
export interface Upstream {
  readonly url: string;
  /** PEM of its CA. */
  readonly ca: string;
  /** Bearer tokens of the accounts that promfix' processes have. */
  readonly tokens: { readonly bot: string; readonly worker: string };
  generation(deployment: string): Promise<number>;
  /** Somebody changes a Deployment by hand. */
  touch(deployment: string): Promise<void>;
  /** How many writes of the worker its own log has, by Deployment. */
  logged(): ReadonlyMap<string, number>;
  /** Faults that it makes itself, and how often it made them. */
  disturb(on: boolean): void;
  readonly faults: () => Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** One write that was stored, as the API server answered it. */
interface Write {
  readonly deployment: string;
  /** The mark that came with it: the proposal's id. */
  readonly job: string;
  readonly at: string;
}

/** What happens on the way to the API server and back. */
export const FAULTS_OF_WRITES = {
  none: 66,
  'answer lost after the write': 9,
  'connection broken before the write': 5,
  'answered late': 10,
  'carried out late': 10,
} as const;

/** What the storm needs of a cluster: many Deployments, their writes, and ways to disturb. */
export interface ChaosCluster {
  /** Plain HTTP on this machine. */
  readonly url: string;
  readonly tokens: Upstream['tokens'];
  readonly writes: readonly Write[];
  /** Changes by hand. */
  readonly touches: readonly string[];
  /** Whether a write of it is still on its way or being carried out. */
  isBeingWritten(deployment: string): boolean;
  /** How often each fault happened. */
  readonly faults: () => Readonly<Record<string, number>>;
  generation(deployment: string): Promise<number>;
  logged(): ReadonlyMap<string, number>;
  touch(deployment: string): void;
  /** Whether requests are disturbed. */
  disturb(on: boolean): void;
  /** Told the process whose write of which Deployment is under way and will be answered late, or carried out late. */
  onLate: (pid: number, deployment: string) => void;
  close(): Promise<void>;
}

export const deploymentPath = (name: string) => `/apis/apps/v1/namespaces/${NS}/deployments/${name}`;

/** The processes of the storm say who they are. */
export const userAgentOf = (pid: number) => `promfix-chaos/${pid}`;
function pidOf({ headers }: IncomingMessage): number {
  return Number(headers['user-agent']?.split('/')[1] ?? 0);
}

interface Answer {
  readonly code: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A bad line to an API server, and a list of everything that was stored behind it. */
export async function startChaosCluster(
  upstream: Upstream,
  prng: Prng,
  faultsOfWrites: Readonly<Record<keyof typeof FAULTS_OF_WRITES, number>> = FAULTS_OF_WRITES,
): Promise<ChaosCluster> {
  let disturbed = false;
  const underWay: string[] = [];
  const writes: Write[] = [];
  const touches: string[] = [];
  const faults: Record<string, number> = {};
  const agent = new Agent({ keepAlive: true, ca: upstream.ca, maxSockets: 64 });
  const server = createServer((request, response) => void serve(request, response));
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ''] = (request.url ?? '').split('?');
    if (request.method === 'PATCH') underWay.push(path);
    try {
      await handle(request, response);
    } catch {
      response.destroy();
    } finally {
      if (request.method === 'PATCH') underWay.splice(underWay.indexOf(path), 1);
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const body = await bytes(request);
    const isWrite = request.method === 'PATCH' && url.searchParams.get('dryRun') !== 'All';
    const fault = !disturbed ? 'none' : isWrite ? prng.pick(faultsOfWrites) : readFault();
    if (fault !== 'none') faults[fault] = (faults[fault] ?? 0) + 1;
    if (fault === 'connection broken before the write') return void response.destroy();
    if (isWrite && (fault === 'carried out late' || fault === 'answered late'))
      cluster.onLate(pidOf(request), url.pathname.split('/').at(-1) ?? '');
    if (fault === 'carried out late') await delay(prng.between(500, 9000));
    const answer = await forward(request, body);
    if (isWrite && answer.code < 300) note(answer.body);
    if (fault === 'answer lost after the write') return void response.destroy();
    if (fault === 'answered late') await delay(prng.between(200, isWrite ? 4000 : 1500));
    response.writeHead(answer.code, endToEnd(answer.headers));
    response.end(answer.body);
  }

  function readFault(): keyof typeof FAULTS_OF_WRITES {
    return prng.pick({ none: 96, 'answered late': 2, 'connection broken before the write': 2 });
  }

  function forward(request: IncomingMessage, body: Buffer): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const { host: _host, connection: _connection, ...headers } = request.headers;
    const out = send(`${upstream.url}${request.url}`, { agent, method: request.method, headers }, (response) => {
      bytes(response).then(
        (content) => resolve({ code: response.statusCode ?? 502, headers: response.headers, body: content }),
        reject,
      );
    });
    out.on('error', reject);
    out.end(body);
    return promise;
  }

  function note(body: Buffer): void {
    const written = object(JSON.parse(body.toString()));
    writes.push({
      deployment: string(written, 'metadata', 'name') ?? '',
      job: string(written, 'metadata', 'annotations', JOB_ANNOTATION) ?? '',
      at: new Date().toISOString(),
    });
  }

  const cluster: ChaosCluster = {
    url: `http://127.0.0.1:${port}`,
    tokens: upstream.tokens,
    writes,
    touches,
    faults: () => ({ ...faults, ...upstream.faults() }),
    isBeingWritten: (name) => underWay.includes(deploymentPath(name)),
    generation: (name) => upstream.generation(name),
    logged: () => upstream.logged(),
    touch(name) {
      touches.push(name);
      upstream.touch(name).catch(() => touches.splice(touches.indexOf(name), 1));
    },
    disturb(on) {
      disturbed = on;
      upstream.disturb(on);
    },
    onLate: () => {},
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
      await upstream.close();
    },
  };
  return cluster;
}

async function bytes(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Headers that are about the answer and not about the connection it came over. */
function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { connection: _c, 'keep-alive': _k, 'transfer-encoding': _t, ...rest } = headers;
  return rest;
}
