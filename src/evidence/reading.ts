import { isNoSuchKind } from '../kubernetes/errors.ts';
import { KINDS, METADATA, METADATA_LIST, type Place, type Resource, resourcePath } from '../kubernetes/paths.ts';
import { type KubeClient, KubeError, type KubeRequest } from '../kubernetes/types.ts';
import { isObject, type Json, objects, string } from './json.ts';
import type { Redactor } from './redact.ts';
import type { Read, Right, UnreadReason } from './types.ts';

/** What every source of one collection works with. */
export interface Reading {
  readonly client: KubeClient;
  /** Namespaces that may be read, where that is not the whole cluster; else none. */
  readonly namespaces: readonly string[];
  /** Ends everything that is still under way when the collection's deadline passes. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly redactor: Redactor;
  /** Milliseconds for one request. */
  readonly requestMs: number;
  /** Failures of the collection so far: when nothing at all was answered, they say why. */
  readonly failures: KubeError[];
  /** The API server's clock, newest answer. */
  readonly clock: { latest?: string };
}

type Unread = Extract<Read<never>, { state: 'unread' }>;
export type NotRead = Exclude<Read<never>, { state: 'read' }>;

export function unread(because: UnreadReason, detail: string, needs?: Right): Unread {
  return { state: 'unread', because, detail, ...(needs === undefined ? {} : { needs }) };
}

/** A source that was not asked because what it depends on could not be read, or does not apply. */
export function notAttempted(detail: string): Unread {
  return unread('not-attempted', detail);
}

/** A value that was put together from answers that were read. */
export function made<T>(reading: Reading, value: T): Read<T> {
  return { state: 'read', value, at: reading.clock.latest ?? reading.now().toISOString() };
}

const REASONS: Readonly<Record<KubeError['kind'], UnreadReason>> = {
  unauthorized: 'unauthorized',
  forbidden: 'forbidden',
  'not-found': 'unavailable',
  conflict: 'unavailable',
  invalid: 'unavailable',
  'rate-limited': 'unavailable',
  unavailable: 'unavailable',
  timeout: 'timeout',
  'too-large': 'too-large',
  malformed: 'malformed',
  tls: 'unavailable',
};

/** Turns what a request threw into knowledge (absent) or its lack (unread); only `needs` of a refused request is kept. */
export function failed(reading: Reading, error: unknown, needs: Right): NotRead {
  const known = error instanceof KubeError ? error : new KubeError('malformed', 'the answer could not be understood');
  reading.failures.push(known);
  if (known.kind === 'not-found') {
    const how = isNoSuchKind(known) ? 'no-such-kind' : 'no-such-object';
    return { state: 'absent', how, at: reading.clock.latest ?? reading.now().toISOString() };
  }
  const detail = reading.redactor.text(known.message).slice(0, 500);
  return unread(REASONS[known.kind], detail, known.kind === 'forbidden' ? needs : undefined);
}

interface Ask {
  readonly path: string;
  readonly needs: Right;
  readonly query?: KubeRequest['query'];
  readonly accept?: string;
  readonly maxBytes?: number;
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
}

/** One JSON request, as a Read of its body. Never throws. */
export async function ask(reading: Reading, question: Ask): Promise<Read<Json>> {
  try {
    const answer = await reading.client.json({
      method: question.method ?? 'GET',
      path: question.path,
      timeoutMs: reading.requestMs,
      signal: reading.signal,
      ...(question.query === undefined ? {} : { query: question.query }),
      ...(question.accept === undefined ? {} : { accept: question.accept }),
      ...(question.maxBytes === undefined ? {} : { maxBytes: question.maxBytes }),
      ...(question.body === undefined ? {} : { body: question.body }),
    });
    const at = answer.serverDate ?? reading.now().toISOString();
    if (reading.clock.latest === undefined || reading.clock.latest < at) reading.clock.latest = at;
    // A proxy in front of the API server may answer anything with 200; everything Kubernetes says has a kind.
    if (string(answer.body, 'kind') === undefined && string(answer.body, 'gitVersion') === undefined) {
      throw new KubeError('malformed', 'the answer is not a Kubernetes object');
    }
    const version = string(answer.body, 'metadata', 'resourceVersion');
    return {
      state: 'read',
      value: answer.body,
      at,
      ...(version === undefined || version === '' ? {} : { resourceVersion: version }),
    };
  } catch (error) {
    return failed(reading, error, question.needs);
  }
}

/** Projects what was read. A projection that throws makes the source malformed, never the diagnosis fail. */
export function project<A, B>(read: Read<A>, into: (value: A) => B): Read<B> {
  if (read.state !== 'read') return read;
  try {
    return { ...read, value: into(read.value) };
  } catch {
    return unread('malformed', 'the answer could not be understood');
  }
}

interface Options {
  readonly query?: KubeRequest['query'];
  readonly metadataOnly?: boolean;
  readonly accept?: string;
  readonly maxBytes?: number;
}

export function rightTo(verb: string, resource: Resource, place: Place = {}): Right {
  const subresource = place.subresource === undefined ? '' : `/${place.subresource.split('/')[0]}`;
  return {
    verb,
    group: KINDS[resource].group,
    resource: `${resource}${subresource}`,
    ...(place.namespace === undefined ? {} : { namespace: place.namespace }),
    ...(place.name === undefined ? {} : { name: place.name }),
  };
}

export function getObject(
  reading: Reading,
  resource: Resource,
  place: Place,
  options: Options = {},
): Promise<Read<Json>> {
  return ask(reading, {
    path: resourcePath(resource, place),
    needs: rightTo('get', resource, place),
    ...(options.metadataOnly === true ? { accept: METADATA } : {}),
    ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }),
  });
}

/** A list, capped on the server. `rest` is true when the server has more than was asked for. */
export async function listObjects(
  reading: Reading,
  resource: Resource,
  place: Place,
  options: Options = {},
): Promise<Read<{ readonly items: readonly Json[]; readonly rest: boolean; readonly body: Json }>> {
  const read = await ask(reading, {
    path: resourcePath(resource, place),
    needs: rightTo('list', resource, place),
    query: { limit: 1000, ...options.query },
    ...(options.accept === undefined
      ? options.metadataOnly === true
        ? { accept: METADATA_LIST }
        : {}
      : { accept: options.accept }),
    ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }),
  });
  return project(read, (body) => ({
    items: objects(body['items'], 10_000),
    rest: (string(body, 'metadata', 'continue') ?? '') !== '',
    body,
  }));
}

/** Waits for a read that another source makes, too. */
export async function after<A, B>(first: Promise<Read<A>>, then: (value: A) => Promise<Read<B>>): Promise<Read<B>> {
  const read = await first;
  if (read.state === 'read') return then(read.value);
  return read.state === 'absent' ? read : notAttempted(read.detail);
}

export { isObject };
