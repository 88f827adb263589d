import { type Call, type Place, servedKind } from './call.ts';
import { type Json, keyOf, number, object, partial, string } from './json.ts';
import { apiVersionOf, collectionOf, type Kind } from './kinds.ts';
import { fieldMatcher, labelMatcher } from './selectors.ts';
import type { Snapshot } from './snapshot.ts';
import type { State } from './state.ts';
import { badRequest, failure, noSuchResource, notFound, type Reply } from './status.ts';
import { type RowObject, table } from './tables.ts';

/** What the client wants to see of objects, in its order of preference. */
type Form = 'Table' | 'PartialObjectMetadata' | 'whole';

export function formOf(accept: string): Form {
  for (const part of accept.split(',')) {
    if (/;\s*as=Table\b/.test(part)) return 'Table';
    if (/;\s*as=PartialObjectMetadata(List)?\b/.test(part)) return 'PartialObjectMetadata';
    if (/^\s*(application\/json|\*\/\*|application\/\*)/.test(part)) return 'whole';
  }
  return 'whole';
}

export function getOne(state: State, snapshot: Snapshot, call: Call, place: Place): Reply {
  const kind = servedKind(state, place);
  const name = place.name ?? '';
  if (place.subresource !== undefined && !kind.subresources.includes(place.subresource)) throw noSuchResource();
  const found = state.get(collectionOf(kind), kind.namespaced ? place.namespace : undefined, name);
  if (found === undefined) throw notFound(kind, name);
  if (place.subresource === 'scale') return { status: 200, body: scaleOf(found) };
  switch (formOf(call.accept)) {
    case 'Table':
      return {
        status: 200,
        body: table(
          snapshot,
          kind,
          [found],
          { resourceVersion: versionOf(found) },
          state.now(),
          rowObject(call.query.get('includeObject')),
        ),
      };
    case 'PartialObjectMetadata':
      return { status: 200, body: partial(found) };
    case 'whole':
      return { status: 200, body: found };
  }
}

export function listMany(state: State, snapshot: Snapshot, call: Call, place: Place): Reply {
  const kind = servedKind(state, place);
  if (!kind.verbs.includes('list')) throw noSuchResource();
  const { items, metadata } = page(state, call, selected(state, kind, call, place.namespace));
  switch (formOf(call.accept)) {
    case 'Table':
      return {
        status: 200,
        body: table(snapshot, kind, items, metadata, state.now(), rowObject(call.query.get('includeObject'))),
      };
    case 'PartialObjectMetadata':
      return {
        status: 200,
        body: { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: items.map(partial) },
      };
    case 'whole':
      return {
        status: 200,
        body: {
          kind: `${kind.kind}List`,
          apiVersion: apiVersionOf(kind),
          metadata,
          items: kind.custom ? items : items.map(withoutType),
        },
      };
  }
}

function rowObject(asked: string | null): RowObject {
  if (asked === null || asked === '') return 'Metadata';
  if (asked === 'None' || asked === 'Metadata' || asked === 'Object') return asked;
  throw badRequest(`unrecognized includeObject value: "${asked}"`);
}

export function selected(state: State, kind: Kind, call: Call, namespace: string | undefined): readonly Json[] {
  const labels = call.query.get('labelSelector');
  const fields = call.query.get('fieldSelector');
  const byLabel = labels === null || labels === '' ? undefined : labelMatcher(labels);
  const byField = fields === null || fields === '' ? undefined : fieldMatcher(kind.resource, fields);
  return state
    .list(collectionOf(kind), namespace)
    .filter((item) => (byLabel?.(item) ?? true) && (byField?.(item) ?? true));
}

/** `limit` and `continue`. The token names the last object that was sent and the version the list began with. */
function page(state: State, { query }: Call, all: readonly Json[]): { items: readonly Json[]; metadata: Json } {
  const limit = Number(query.get('limit') ?? 0);
  const token = query.get('continue');
  const from = token === null || token === '' ? undefined : readToken(token);
  const left = from === undefined ? all : all.filter((item) => keyOf(item) > from.last);
  const resourceVersion = String(from?.version ?? state.resourceVersion);
  if (!(limit > 0) || left.length <= limit) return { items: left, metadata: { resourceVersion } };
  const items = left.slice(0, limit);
  const last = items.at(-1);
  const next = Buffer.from(
    JSON.stringify({
      v: 'meta.k8s.io/v1',
      rv: Number(resourceVersion),
      start: last === undefined ? '' : keyOf(last),
    }),
  ).toString('base64url');
  const filtered = query.get('labelSelector') || query.get('fieldSelector');
  return {
    items,
    metadata: { resourceVersion, continue: next, ...(!filtered && { remainingItemCount: left.length - limit }) },
  };
}

function readToken(token: string): { readonly last: string; readonly version: number } {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    const last = string(value, 'start');
    const version = number(value, 'rv');
    if (last !== undefined && version !== undefined) return { last, version };
  } catch {
    // refused below
  }
  throw badRequest('invalid continue token: continue key is not valid: invalid character');
}

/** Objects of a built-in list come without their type. */
function withoutType({ apiVersion: _, kind: __, ...rest }: Json): Json {
  return rest;
}

function versionOf(item: Json): string {
  return string(item, 'metadata', 'resourceVersion') ?? '';
}

export function scaleOf(item: Json): Json {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object(item, 'metadata');
  const selector = object(item, 'spec', 'selector', 'matchLabels');
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: number(item, 'spec', 'replicas') ?? 0 },
    status: {
      replicas: number(item, 'status', 'replicas') ?? 0,
      selector: Object.entries(selector)
        .map(([key, value]) => `${key}=${String(value)}`)
        .sort()
        .join(','),
    },
  };
}

/** The changes since then are forgotten: the client lists again. */
export const expired = () => failure(410, 'Expired', 'The resourceVersion for the provided watch is too old.');
