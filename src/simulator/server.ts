import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Accounts } from './accounts.ts';
import { accessOf, type Call, type Place, placeOf, readBody } from './call.ts';
import { type ChaosFault, type ChaosHooks, isWrite } from './chaos.ts';
import { remove } from './deletes.ts';
import { discovery } from './discovery.ts';
import { type Json, without } from './json.ts';
import { collectionOf, qualified } from './kinds.ts';
import { podLog } from './logs.ts';
import type { Processes } from './processes.ts';
import { serviceProxy } from './proxy.ts';
import { type Access, authorize, type User } from './rbac.ts';
import { getOne, listMany } from './reads.ts';
import { review } from './reviews.ts';
import type { Snapshot } from './snapshot.ts';
import type { State } from './state.ts';
import { failure, methodNotAllowed, Refused, type Reply, unauthorized } from './status.ts';
import { type History, streamChanges } from './watch.ts';
import { create, patch, update } from './writes.ts';

/** Bytes from which the real server compresses. */
const GZIP_FROM = 128 * 1024;

/** A request that was answered, for tests and for people. */
export interface Seen {
  /** ISO. */
  readonly at: string;
  readonly user: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** 0 where the connection was broken instead. */
  readonly status: number;
  readonly chaos?: ChaosFault;
}

/** A write by a client that was carried out. */
export interface Written {
  readonly at: string;
  readonly user: string;
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface World {
  readonly snapshot: Snapshot;
  readonly state: State;
  readonly processes: Processes;
  readonly accounts: Accounts;
  readonly chaos: ChaosHooks;
  readonly history: History;
  seen(request: Seen): void;
  written(write: Written): void;
}

/** Answers one HTTP request. Never throws. */
export async function handle(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'https://simulator');
  const user = world.accounts.userOf(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
  const call: Call = {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    accept: request.headers.accept ?? 'application/json',
    contentType: request.headers['content-type'] ?? 'application/json',
    userAgent: request.headers['user-agent'] ?? '',
    user: user ?? { name: 'system:anonymous', groups: ['system:unauthenticated'] },
    text: await readBody(request).catch(() => ''),
  };
  const chaos = user === undefined ? undefined : world.chaos.pick(call);
  const note = (status: number): void =>
    world.seen({
      at: world.state.now().toISOString(),
      user: call.user.name,
      method: call.method,
      path: `${url.pathname}${url.search}`,
      status,
      ...(chaos !== undefined && { chaos }),
    });
  if (chaos === 'dropped') {
    note(0);
    request.socket.destroy();
    return;
  }
  if (chaos === 'slow') await new Promise((resolve) => setTimeout(resolve, world.chaos.slowMs()).unref());
  const place = placeOf(call.path);
  if (
    user !== undefined &&
    place !== undefined &&
    call.query.get('watch') === 'true' &&
    isAllowed(world, call, place)
  ) {
    note(200);
    try {
      streamChanges(world.state, world.snapshot, world.history, call, place, response);
    } catch (error) {
      send(world, request, response, replyTo(error));
    }
    return;
  }
  const reply = answer(world, call, place, user, chaos);
  if (chaos === 'answer-lost') {
    note(0);
    request.socket.destroy();
    return;
  }
  note(reply.status);
  send(world, request, response, reply);
}

function isAllowed({ state }: World, call: Call, place: Place): boolean {
  return authorize(state, call.user, accessOf(call, place)).allowed;
}

function answer(
  world: World,
  call: Call,
  place: Place | undefined,
  user: User | undefined,
  chaos: ChaosFault | undefined,
): Reply {
  try {
    if (user === undefined) throw unauthorized();
    if (chaos !== undefined) disturb(world, call, place, chaos);
    return act(world, call, place);
  } catch (error) {
    return replyTo(error);
  }
}

function replyTo(error: unknown): Reply {
  if (error instanceof Refused) return error.reply;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return failure(500, 'InternalError', `Internal error occurred: ${message}`).reply;
}

function disturb({ chaos, state }: World, { method }: Call, place: Place | undefined, fault: ChaosFault): void {
  switch (fault) {
    case 'too-many':
      throw new Refused({
        status: 429,
        body: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: 'Too many requests, please try again later.',
          reason: 'TooManyRequests',
          details: { retryAfterSeconds: chaos.retryAfterSeconds() },
          code: 429,
        },
        headers: { 'retry-after': String(chaos.retryAfterSeconds()) },
      });
    case 'unavailable':
      throw failure(503, 'ServiceUnavailable', 'the server is currently unable to handle the request');
    case 'conflict':
      throw failure(
        409,
        'Conflict',
        `Operation cannot be fulfilled on ${place?.resource ?? method} "${place?.name ?? ''}": the object has been modified; please apply your changes to the latest version and try again`,
      );
    case 'churn': {
      const kind = [...state.kinds().values()].find(
        (one) => one.group === place?.group && one.version === place.version && one.resource === place.resource,
      );
      const found = kind && state.get(collectionOf(kind), place?.namespace, place?.name ?? '');
      if (kind && found) state.put(kind, found);
      break;
    }
    default:
      break;
  }
}

function act(world: World, call: Call, place: Place | undefined): Reply {
  const access = accessOf(call, place);
  if (!authorize(world.state, call.user, access).allowed) throw forbidden(call.user, access);
  if (place === undefined) {
    if (call.method !== 'GET' && call.method !== 'HEAD') throw methodNotAllowed();
    return discovery(world.state, world.snapshot, call.path.replace(/(.)\/$/, '$1'));
  }
  // kubectl's typed clients (auth can-i, create) speak protobuf; promfix does not.
  if (call.contentType === 'application/vnd.kubernetes.protobuf' && call.text !== '')
    throw failure(
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json',
    );
  const reviewed = review(world.state, call, place.resource);
  if (reviewed !== undefined) return reviewed;
  const reply = dispatch(world, call, place);
  if (isWrite(call) && reply.status < 300)
    world.written({
      at: world.state.now().toISOString(),
      user: call.user.name,
      method: call.method,
      path: call.path,
      body: call.text,
    });
  return reply;
}

function dispatch({ state, snapshot, processes }: World, call: Call, place: Place): Reply {
  const { resource, subresource, name } = place;
  if (resource === 'pods' && subresource === 'log') return podLog(state, processes, call, place);
  if (resource === 'services' && subresource === 'proxy') return serviceProxy(state, processes, call, place);
  switch (call.method) {
    case 'GET':
    case 'HEAD':
      return name === undefined ? listMany(state, snapshot, call, place) : getOne(state, snapshot, call, place);
    case 'POST':
      return create(state, call, place);
    case 'PUT':
      return update(state, call, place);
    case 'PATCH':
      return patch(state, call, place);
    case 'DELETE':
      return remove(state, call, place);
    default:
      throw methodNotAllowed();
  }
}

function forbidden({ name: user }: User, access: Access): Refused {
  const { verb, group = '', resource, subresource, namespace, name, path } = access;
  if (resource === undefined)
    return failure(403, 'Forbidden', `forbidden: User "${user}" cannot ${verb} path "${path ?? ''}"`, {});
  const named = { group, resource };
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const subject = name === undefined ? qualified(named) : `${qualified(named)} "${name}"`;
  return failure(
    403,
    'Forbidden',
    `${subject} is forbidden: User "${user}" cannot ${verb} resource "${what}" in API group "${group}" ${where}`,
    without({ name, group: group === '' ? undefined : group, kind: resource }),
  );
}

function send(world: World, request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const isText = typeof reply.body === 'string';
  const plain = Buffer.from(typeof reply.body === 'string' ? reply.body : `${encoded(reply.body)}\n`);
  const zip = plain.length > GZIP_FROM && /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '');
  const body = zip ? gzipSync(plain, { level: 1 }) : plain;
  const warnings = (reply.warnings ?? []).map((text) => `299 - "${text.replace(/[\\"]/g, '\\$&')}"`);
  const headers: Record<string, string | string[]> = {
    'content-type': isText ? 'text/plain' : 'application/json',
    'cache-control': 'no-cache, private',
    date: world.state.now().toUTCString(),
    ...(zip && { 'content-encoding': 'gzip', vary: 'Accept-Encoding' }),
    ...(warnings.length > 0 && { warning: warnings }),
    ...reply.headers,
    'content-length': String(body.length),
  };
  response.writeHead(reply.status, headers);
  response.end(request.method === 'HEAD' ? undefined : body);
}

function encoded(body: Json): string {
  return JSON.stringify(body);
}
