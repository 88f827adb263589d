import type { IncomingMessage } from 'node:http';
import { isObject, type Json } from './json.ts';
import type { Kind } from './kinds.ts';
import type { Access, User } from './rbac.ts';
import type { State } from './state.ts';
import { noSuchResource, pageNotFound } from './status.ts';

/** One request, read. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly contentType: string;
  readonly userAgent: string;
  readonly user: User;
  /** The body as it came; empty where there was none. */
  readonly text: string;
}

/** What a path of the API names. */
export interface Place {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  /** Behind the subresource: the path of a proxy. */
  readonly rest?: string;
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

/** The body as JSON; undefined where it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function parsedObject(text: string): Json | undefined {
  const value = parsed(text);
  return isObject(value) ? value : undefined;
}

/** Undefined for paths that are no objects of an API group: discovery, health, version. */
export function placeOf(path: string): Place | undefined {
  const match = /^\/(?:api|apis\/([^/]+))\/([^/]+)\/(.+)$/.exec(path);
  if (!match) return undefined;
  const [, group = '', version = '', tail = ''] = match;
  const parts = tail.replace(/\/$/, '').split('/').map(decodeURIComponent);
  const [first, namespace, ...inside] = parts;
  // A namespace's own subresources are not kinds in it.
  const namespaced = first === 'namespaces' && inside.length > 0 && !['status', 'finalize'].includes(inside[0] ?? '');
  const [resource = '', name, subresource, ...rest] = namespaced ? inside : parts;
  return {
    group,
    version,
    resource,
    ...(namespaced && namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
    ...(subresource !== undefined && { subresource }),
    ...(rest.length > 0 && { rest: rest.join('/') }),
  };
}

/** The kind at a place. Throws what the server says where there is none. */
export function servedKind(state: State, { group, version, resource }: Place): Kind {
  const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const kind = state.kindAt(`${base}/${resource}`);
  if (kind) return kind;
  const isBuiltIn = [...state.kinds().values()].some((one) => one.group === group && !one.custom);
  throw isBuiltIn ? noSuchResource() : pageNotFound();
}

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch' };

/** The right that a request needs. */
export function accessOf({ method, path, query }: Call, place: Place | undefined): Access {
  const read = method === 'GET' || method === 'HEAD';
  if (place === undefined) return { verb: read ? 'get' : method.toLowerCase(), path };
  const one = place.name !== undefined;
  const verb = read
    ? query.get('watch') === 'true'
      ? 'watch'
      : one
        ? 'get'
        : 'list'
    : method === 'DELETE'
      ? one
        ? 'delete'
        : 'deletecollection'
      : (VERBS[method] ?? method.toLowerCase());
  const { group, resource, subresource, name } = place;
  // The name of a proxied Service carries scheme and port; RBAC compares it as it stands.
  const namespace =
    place.namespace ?? (resource === 'namespaces' && name !== undefined && group === '' ? name : undefined);
  return {
    verb,
    group,
    resource,
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  };
}
