import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { at, record, text } from '../../src/queue/executor/json.ts';
import { JOB_ANNOTATION } from '../../src/queue/executor/mark.ts';
import { NS } from '../remediations/world.ts';
import type { Prng } from './prng.ts';

type Json = Record<string, unknown>;

/** One write that was stored, as an API server's audit log has it. */
export interface Write {
  readonly deployment: string;
  /** The mark that came with it: the proposal's id. */
  readonly job: string;
  readonly at: string;
}

export const FAULTS_OF_WRITES = {
  none: 62,
  'answer lost after the write': 8,
  'connection broken before the write': 4,
  'answered late': 8,
  'carried out late': 8,
  '409 by a concurrent status': 5,
  '429': 2,
  '503': 3,
} as const;

/** What the storm needs of a cluster: many Deployments, their writes, and ways to disturb. */
export interface ChaosCluster {
  readonly url: string;
  readonly writes: readonly Write[];
  /** Requests that are still being carried out. */
  readonly pending: () => number;
  /** How often each fault happened. */
  readonly faults: Readonly<Record<string, number>>;
  generation(deployment: string): number;
  /** Somebody changes a Deployment by hand. */
  touch(deployment: string): void;
  /** Whether requests are disturbed. */
  disturb(on: boolean): void;
  /** Told the process whose write of which Deployment is under way and will be answered late, or carried out late. */
  onLate: (pid: number, deployment: string) => void;
  close(): Promise<void>;
}

export const deploymentPath = (name: string) => `/apis/apps/v1/namespaces/${NS}/deployments/${name}`;

/** An API server in this process with `names` Deployments: as strict as the real one in what an executor rests on. */
export async function startChaosCluster(
  names: readonly string[],
  prng: Prng,
  faultsOfWrites: Readonly<Record<keyof typeof FAULTS_OF_WRITES, number>> = FAULTS_OF_WRITES,
): Promise<ChaosCluster> {
  let version = 1000;
  let disturbed = false;
  let pending = 0;
  const stamp = (object: Json): Json => ({
    ...object,
    metadata: { ...record(object['metadata']), resourceVersion: String(++version) },
  });
  const objects = new Map<string, Json>(names.map((name) => [deploymentPath(name), stamp(rawDeployment(name))]));
  const writes: Write[] = [];
  const faults: Record<string, number> = {};
  const server = createServer((request, response) => void serve(request, response));
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    pending += 1;
    try {
      await handle(request, response);
    } catch {
      response.destroy();
    } finally {
      pending -= 1;
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = chunks.length > 0 ? record(JSON.parse(Buffer.concat(chunks).toString())) : {};
    const isWrite = request.method === 'PATCH' && url.searchParams.get('dryRun') !== 'All';
    const fault = !disturbed ? 'none' : isWrite ? prng.pick(faultsOfWrites) : readFault();
    if (fault !== 'none') faults[fault] = (faults[fault] ?? 0) + 1;
    if (fault === 'connection broken before the write') return void response.destroy();
    if (fault === '429') return answer(response, 429, status(429, 'slow down'), { 'retry-after': '1' });
    if (fault === '503') return answer(response, 503, status(503, 'the server is overloaded'));
    if (isWrite && (fault === 'carried out late' || fault === 'answered late'))
      cluster.onLate(pidOf(request), url.pathname.split('/').at(-1) ?? '');
    if (fault === 'carried out late') await delay(prng.between(500, 9000));
    if (fault === '409 by a concurrent status') churn(url.pathname);
    const [code, content] = respond(request.method ?? '', url, body, isWrite);
    if (fault === 'answer lost after the write') return void response.destroy();
    if (fault === 'answered late') await delay(prng.between(200, isWrite ? 4000 : 1500));
    answer(response, code, content);
  }

  function readFault(): keyof typeof FAULTS_OF_WRITES {
    return prng.pick({ none: 94, '503': 2, 'answered late': 2, 'connection broken before the write': 2 });
  }

  /** A controller writes the status: the version moves, nothing else does. */
  function churn(path: string): void {
    const object = objects.get(path);
    if (object) objects.set(path, stamp(object));
  }

  function respond(method: string, url: URL, body: Json, isWrite: boolean): readonly [number, unknown] {
    if (method === 'POST' && url.pathname.endsWith('/selfsubjectaccessreviews'))
      return [201, { ...body, status: { allowed: true } }];
    const current = objects.get(url.pathname);
    if (!current) return [404, status(404, `${url.pathname} not found`)];
    if (method === 'GET') return [200, current];
    if (method !== 'PATCH') return [405, status(405, 'method not allowed')];
    const { uid, resourceVersion } = record(body['metadata']);
    const meta = record(current['metadata']);
    if (uid !== undefined && uid !== meta['uid']) return [409, status(409, 'Precondition failed: UID')];
    if (resourceVersion !== undefined && resourceVersion !== meta['resourceVersion'])
      return [409, status(409, 'the object has been modified; please apply your changes to the latest version')];
    const merged = merge(current, body);
    if (!isWrite) return [200, merged];
    const next = stamp(rolledOut(current, merged));
    objects.set(url.pathname, next);
    writes.push({
      deployment: String(meta['name']),
      job: text(at(next, 'metadata', 'annotations', JOB_ANNOTATION)) ?? '',
      at: new Date().toISOString(),
    });
    return [200, next];
  }

  const cluster: ChaosCluster = {
    url: `http://127.0.0.1:${port}`,
    writes,
    faults,
    pending: () => pending,
    generation: (name) => Number(at(objects.get(deploymentPath(name)) ?? {}, 'metadata', 'generation')),
    touch(name) {
      const path = deploymentPath(name);
      const object = objects.get(path);
      if (object) objects.set(path, stamp(rolledOut(object, merge(object, { spec: { minReadySeconds: version } }))));
    },
    disturb(on) {
      disturbed = on;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    onLate: () => {},
  };
  return cluster;
}

/** The processes of the storm say who they are. */
export const userAgentOf = (pid: number) => `promfix-chaos/${pid}`;
function pidOf(request: IncomingMessage): number {
  return Number(request.headers['user-agent']?.split('/')[1] ?? 0);
}

function rawDeployment(name: string): Json {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NS, uid: `uid-${name}`, generation: 1, annotations: {} },
    spec: { replicas: 1, template: { metadata: { labels: { app: 'operator' } }, spec: { containers: [] } } },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
  };
}

/** RFC 7386. */
function merge(target: unknown, patch: unknown): Json {
  const result: Json = { ...record(target) };
  for (const [key, value] of Object.entries(record(patch))) {
    if (value === null) delete result[key];
    else if (typeof value === 'object' && !Array.isArray(value)) result[key] = merge(result[key], value);
    else result[key] = value;
  }
  return result;
}

/** A changed spec raises the generation; this cluster's controllers are done at once. */
function rolledOut(before: Json, after: Json): Json {
  if (JSON.stringify(before['spec']) === JSON.stringify(after['spec'])) return after;
  const generation = Number(at(before, 'metadata', 'generation')) + 1;
  return {
    ...after,
    metadata: { ...record(after['metadata']), generation },
    status: { ...record(after['status']), observedGeneration: generation },
  };
}

function status(code: number, message: string): Json {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code, details: { name: 'x' } };
}

function answer(response: ServerResponse, code: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
