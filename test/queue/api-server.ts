import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { object } from '../../src/evidence/json.ts';
import { createClient } from '../../src/kubernetes/client.ts';
import type { KubeClient } from '../../src/kubernetes/types.ts';

type Json = Record<string, unknown>;

/** What happens to one request instead of, or after, its usual handling. */
export type Fault =
  | {
      readonly answer: number;
      readonly message: string;
      readonly reason?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection breaks before the server looked at the request. */
  | 'lost-request'
  /** The request is carried out; its answer is lost. */
  | 'lost-answer';

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly dryRun: boolean;
}

export interface ApiServer {
  readonly client: KubeClient;
  /** Objects by path, as stored. */
  readonly objects: Map<string, Json>;
  /** Every request, in order. */
  readonly seen: Seen[];
  /** Writes that were stored. */
  readonly stored: { readonly path: string; readonly body: Json }[];
  /** Whether a SelfSubjectAccessReview says yes. */
  allowed: (attributes: Json) => boolean;
  /** Asked for every request. */
  fault: (seen: Seen) => Fault | undefined;
  /** Runs before a PATCH is compared with what is stored: somebody else's write in the meantime. */
  beforePatch: (path: string) => void;
  /** Changes what a PATCH would store: a mutating webhook. */
  webhook: (object: Json) => Json;
  /** Warning headers of PATCH answers. */
  warnings: readonly string[];
  /** Stores somebody else's change of an object. */
  touch(path: string, change: (object: Json) => Json): void;
  close(): Promise<void>;
}

/**
 * An API server as strict as the real one in what the executor rests on: optimistic locking by resourceVersion and uid in a patch, dry run,
 * content types, strict fields. It answers over a real socket, through the real client.
 */
export async function startApiServer(objects: Readonly<Record<string, Json>>): Promise<ApiServer> {
  let version = 100;
  const stamp = (body: Json): Json => ({
    ...body,
    metadata: { ...object(body, 'metadata'), resourceVersion: String(++version) },
  });
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  const client = createClient({
    cluster: { name: 'test', server: `http://127.0.0.1:${port}`, skipTLSVerify: false },
    user: { name: 'test' },
    context: 'test',
  });

  const api: ApiServer = {
    client,
    objects: new Map(Object.entries(objects).map(([path, object]) => [path, stamp(object)])),
    seen: [],
    stored: [],
    allowed: () => true,
    fault: () => undefined,
    beforePatch: () => undefined,
    webhook: (object) => object,
    warnings: [],
    touch(path, change) {
      const object = api.objects.get(path);
      if (object) api.objects.set(path, stamp(change(object)));
    },
    async close() {
      await client.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = chunks.length > 0 ? object(JSON.parse(Buffer.concat(chunks).toString())) : {};
    const seen: Seen = {
      method: request.method ?? '',
      path: url.pathname,
      dryRun: url.searchParams.get('dryRun') === 'All',
    };
    api.seen.push(seen);
    const fault = api.fault(seen);
    if (fault === 'lost-request') return void response.destroy();
    if (typeof fault === 'object') return status(response, fault.answer, fault.message, fault.reason, fault.headers);
    const answer = respond(seen, url, body, request.headers['content-type'] ?? '');
    if (fault === 'lost-answer') return void response.destroy();
    if ('refused' in answer) return status(response, answer.refused, answer.message, answer.reason);
    for (const warning of seen.method === 'PATCH' ? api.warnings : [])
      response.appendHeader('warning', `299 - ${JSON.stringify(warning)}`);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer.body));
  }

  type Answer =
    | { readonly body: unknown }
    | { readonly refused: number; readonly message: string; readonly reason?: string };

  function respond(seen: Seen, url: URL, body: Json, contentType: string): Answer {
    if (seen.method === 'POST' && seen.path.endsWith('/selfsubjectaccessreviews')) {
      const attributes = object(body, 'spec', 'resourceAttributes');
      return { body: { ...body, status: { allowed: api.allowed(attributes) } } };
    }
    const stored = api.objects.get(seen.path);
    if (seen.method === 'GET' && /\/(pods|persistentvolumeclaims)$/.test(seen.path))
      return { body: { kind: 'List', metadata: {}, items: under(seen.path) } };
    if (seen.method === 'GET') return stored ? { body: stored } : { refused: 404, message: `${seen.path} not found` };
    if (seen.method === 'DELETE') return remove(seen, body);
    if (seen.method === 'POST') return create(seen, body);
    if (seen.method !== 'PATCH') return { refused: 405, message: 'method not allowed' };
    if (contentType !== 'application/merge-patch+json') return { refused: 415, message: `unsupported ${contentType}` };
    if (url.searchParams.get('fieldManager') !== 'promfix') return { refused: 400, message: 'fieldManager is missing' };
    api.beforePatch(seen.path);
    const current = api.objects.get(seen.path);
    if (!current) return { refused: 404, message: `${seen.path} not found` };
    const { uid, resourceVersion } = object(body, 'metadata');
    const meta = object(current, 'metadata');
    if (uid !== undefined && uid !== meta['uid'])
      return { refused: 409, message: 'Precondition failed: UID in precondition' };
    if (resourceVersion !== undefined && resourceVersion !== meta['resourceVersion'])
      return { refused: 409, message: 'the object has been modified; please apply your changes to the latest version' };
    const merged = api.webhook(generation(current, merge(current, body)));
    if (seen.dryRun) return { body: merged };
    const next = stamp(rolledOut(current, merged));
    api.objects.set(seen.path, next);
    api.stored.push({ path: seen.path, body });
    return { body: next };
  }

  /** Preconditions as the real one takes them, and a dry run that is asked for in the body. */
  function remove({ path }: Seen, body: Json): Answer {
    api.beforePatch(path);
    const current = api.objects.get(path);
    if (!current) return { refused: 404, message: `${path} not found` };
    const wanted = object(body, 'preconditions');
    const meta = object(current, 'metadata');
    for (const field of ['uid', 'resourceVersion'])
      if (wanted[field] !== undefined && wanted[field] !== meta[field])
        return { refused: 409, message: `Precondition failed: ${field} in precondition` };
    if (body['propagationPolicy'] === undefined) return { refused: 400, message: 'propagationPolicy is missing' };
    if (Array.isArray(body['dryRun'])) return { body: current };
    api.objects.delete(path);
    api.stored.push({ path, body });
    return { body: { kind: 'Status', apiVersion: 'v1', status: 'Success' } };
  }

  /** An empty list of metadata is null, as with the real one. */
  function under(collection: string): readonly Json[] | null {
    const items = [...api.objects].filter(([path]) => path.startsWith(`${collection}/`)).map(([, object]) => object);
    return items.length > 0 ? items : null;
  }

  /** Admission is asked before the store says that the name is taken, in a dry run as well. */
  function create({ path: collection, dryRun }: Seen, body: Json): Answer {
    const meta = object(body, 'metadata');
    if (meta['resourceVersion'] !== undefined)
      return { refused: 400, message: 'resourceVersion should not be set on objects to be created' };
    const path = `${collection}/${String(meta['name'])}`;
    if (api.objects.has(path)) return { refused: 409, reason: 'AlreadyExists', message: `${path} already exists` };
    const made = stamp({ ...body, metadata: { ...meta, uid: `uid-${++version}`, generation: 1 } });
    if (dryRun) return { body: made };
    api.objects.set(path, made);
    api.stored.push({ path: collection, body });
    return { body: made };
  }

  return api;
}

/** RFC 7386. */
export function merge(target: unknown, patch: unknown): Json {
  const result: Json = { ...object(target) };
  for (const [key, value] of Object.entries(object(patch))) {
    if (value === null) delete result[key];
    else if (typeof value === 'object' && !Array.isArray(value)) result[key] = merge(result[key], value);
    else result[key] = value;
  }
  return result;
}

/** A change of the spec raises the generation. */
function generation(before: Json, after: Json): Json {
  if (JSON.stringify(before['spec']) === JSON.stringify(after['spec'])) return after;
  const next = Number(object(before, 'metadata')['generation'] ?? 0) + 1;
  return { ...after, metadata: { ...object(after, 'metadata'), generation: next } };
}

/** This cluster's controllers are done at once. */
function rolledOut(before: Json, after: Json): Json {
  const { generation: next } = object(after, 'metadata');
  if (next === object(before, 'metadata')['generation']) return after;
  const replicas = object(after, 'spec')['replicas'] ?? 1;
  return {
    ...after,
    status: { observedGeneration: next, replicas, updatedReplicas: replicas, availableReplicas: replicas },
  };
}

function status(
  response: ServerResponse,
  code: number,
  message: string,
  reason = '',
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(
    JSON.stringify({
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      message,
      reason,
      code,
      details: { name: 'x' },
    }),
  );
}
