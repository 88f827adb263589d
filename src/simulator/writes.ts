import { type Call, type Place, parsed, parsedObject, servedKind } from './call.ts';
import { at, isObject, type Json, nameOf, number, object, same, string, uidOf, withMetadata, without } from './json.ts';
import { apiVersionOf, collectionOf, type Kind, qualified } from './kinds.ts';
import { managedFields } from './managed-fields.ts';
import { jsonPatch, mergePatch, strategicPatch } from './patch.ts';
import { scaleOf } from './reads.ts';
import type { State } from './state.ts';
import {
  alreadyExists,
  badRequest,
  details,
  failure,
  invalid,
  methodNotAllowed,
  modified,
  noSuchResource,
  notFound,
  type Reply,
} from './status.ts';
import { seconds } from './times.ts';
import { validate } from './validation.ts';

const NAMESPACES = '/api/v1/namespaces';

export function create(state: State, call: Call, place: Place): Reply {
  const kind = servedKind(state, place);
  if (place.name !== undefined || !kind.verbs.includes('create')) throw methodNotAllowed();
  const body = parsedObject(call.text);
  if (body === undefined) throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind})`);
  const { namespace } = place;
  if (kind.namespaced && namespace !== undefined && state.get(NAMESPACES, undefined, namespace) === undefined)
    throw notFound({ group: '', resource: 'namespaces' }, namespace);
  const generate = string(body, 'metadata', 'generateName');
  const name = nameOf(body) || (generate === undefined ? '' : `${generate}${state.newSuffix()}`);
  if (name === '') throw invalid(kind, '', 'metadata.name', 'Required value: name or generateName is required');
  if (state.get(collectionOf(kind), namespace, name) !== undefined) throw alreadyExists(kind, name);
  const { status: _, ...unsettled } = body;
  const content = kind.subresources.includes('status') ? unsettled : body;
  const fresh = withMetadata(
    { ...content, apiVersion: apiVersionOf(kind), kind: kind.kind },
    {
      name,
      namespace: kind.namespaced ? namespace : undefined,
      uid: state.newUid(),
      resourceVersion: undefined,
      creationTimestamp: seconds(state.now()),
      generation: counts(kind) ? 1 : undefined,
    },
  );
  const marked = withMetadata(fresh, { managedFields: managedFields(undefined, fresh, writer(state, call, kind)) });
  return { status: 201, body: isDryRun(call) ? marked : state.put(kind, marked) };
}

export function update(state: State, call: Call, place: Place): Reply {
  const body = parsedObject(call.text);
  if (body === undefined) throw badRequest('the body is not a JSON object');
  if (place.subresource === 'scale') return scale(state, call, place, body);
  return change(state, call, place, (before) => {
    const metadata = object(body, 'metadata');
    return withMetadata(body, {
      ...Object.fromEntries(SERVER_SET.map((field) => [field, metadata[field] ?? at(before, 'metadata', field)])),
    });
  });
}

const SERVER_SET = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields'] as const;

export function patch(state: State, call: Call, place: Place): Reply {
  const kind = servedKind(state, place);
  if (place.name === undefined) throw methodNotAllowed();
  const type = call.contentType.split(';')[0]?.trim() ?? '';
  const body = parsed(call.text);
  if (kind.custom && type === 'application/strategic-merge-patch+json')
    throw unsupported(
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    );
  if (place.subresource === 'scale') {
    const found = existing(state, kind, place);
    const next = mergePatch(scaleOf(found), body);
    return scale(state, call, place, isObject(next) ? next : {});
  }
  switch (type) {
    case 'application/merge-patch+json':
      if (!isObject(body)) throw notAMap(body);
      return change(state, call, place, (before) => mergePatch(before, body));
    case 'application/strategic-merge-patch+json':
      if (!isObject(body)) throw notAMap(body);
      return change(state, call, place, (before) => strategicPatch(before, body));
    case 'application/json-patch+json':
      return change(state, call, place, (before) => jsonPatch(before, body));
    default:
      throw unsupported('415: Unsupported Media Type', {});
  }
}

const unsupported = (message: string, more?: Json) => failure(415, 'UnsupportedMediaType', message, more);
const notAMap = (body: unknown) =>
  badRequest(
    `error decoding patch: json: cannot unmarshal ${Array.isArray(body) ? 'array' : typeof body} into Go value of type map[string]interface {}`,
  );

export function existing(state: State, kind: Kind, { namespace, name = '' }: Place): Json {
  const found = state.get(collectionOf(kind), kind.namespaced ? namespace : undefined, name);
  if (found === undefined) throw notFound(kind, name);
  return found;
}

function scale(state: State, call: Call, place: Place, body: Json): Reply {
  const { subresource: _, ...whole } = place;
  const replicas = number(body, 'spec', 'replicas') ?? 0;
  const version = string(body, 'metadata', 'resourceVersion');
  const reply = change(state, call, whole, (before) => {
    const next = { ...before, spec: { ...object(before, 'spec'), replicas } };
    return version === undefined ? next : withMetadata(next, { resourceVersion: version });
  });
  return { ...reply, body: scaleOf(typeof reply.body === 'string' ? {} : reply.body) };
}

/** Reads, lets `make` work out the new object, checks, and stores it unless it is a dry run or changes nothing. */
function change(state: State, call: Call, place: Place, make: (before: Json) => unknown): Reply {
  const kind = servedKind(state, place);
  const { subresource, name = '' } = place;
  if (subresource !== undefined && !kind.subresources.includes(subresource)) throw noSuchResource();
  const before = existing(state, kind, place);
  const made = make(before);
  if (!isObject(made)) throw badRequest('the result is not an object');
  const version = string(made, 'metadata', 'resourceVersion');
  const kept = withStatus(kind, subresource, before, made);
  if (version !== undefined && version !== '' && version !== string(before, 'metadata', 'resourceVersion'))
    throw modified(kind, name);
  const uid = uidOf(made);
  if (uid !== uidOf(before)) throw wrongUid(kind, name, uid);
  const { warnings, item: checked } = validate(kind, name, call, before, kept);
  const isChanged = !same(content(before), content(checked));
  if (!isChanged) return { status: 200, body: before, warnings };
  const next = withMetadata(checked, {
    generation: generationAfter(kind, before, checked),
    resourceVersion: string(before, 'metadata', 'resourceVersion'),
    managedFields: managedFields(before, checked, writer(state, call, kind, subresource)),
  });
  return { status: 200, body: isDryRun(call) ? next : state.put(kind, next), warnings };
}

/** A write of the object leaves its status alone, a write of the status everything else. */
function withStatus(kind: Kind, subresource: string | undefined, before: Json, made: Json): Json {
  if (subresource === 'status') return without({ ...before, status: made['status'] });
  if (!kind.subresources.includes('status')) return made;
  return without({ ...made, status: before['status'] });
}

function wrongUid(kind: Kind, name: string, uid: string): Error {
  if (kind.custom)
    return failure(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${qualified(kind)} "${name}": Precondition failed: UID in precondition: ${uid}, UID in object meta: `,
      details(kind, name),
    );
  return invalid(kind, name, 'metadata.uid', `Invalid value: "${uid}": field is immutable`);
}

/** Everything that is neither the server's own bookkeeping nor who wrote it. */
function content(item: Json): Json {
  const { managedFields: _, resourceVersion: __, generation: ___, ...metadata } = object(item, 'metadata');
  return { ...item, metadata };
}

/** Kinds whose generation the server counts. */
function counts(kind: Kind): boolean {
  return (
    kind.custom ||
    ['apps', 'batch', 'policy', 'networking.k8s.io', 'admissionregistration.k8s.io', 'apiextensions.k8s.io'].includes(
      kind.group,
    )
  );
}

/** Deployments count their annotations as well. */
function generationAfter(kind: Kind, before: Json, after: Json): number | undefined {
  const generation = number(before, 'metadata', 'generation');
  if (!counts(kind) || generation === undefined) return generation;
  const { metadata: _, status: __, ...left } = before;
  const { metadata: ___, status: ____, ...right } = after;
  const annotations = (item: Json): unknown =>
    kind.resource === 'deployments' ? object(item, 'metadata', 'annotations') : {};
  return same(left, right) && same(annotations(before), annotations(after)) ? generation : generation + 1;
}

export function isDryRun({ query }: Call): boolean {
  return query.getAll('dryRun').includes('All');
}

function writer(state: State, { query, userAgent }: Call, kind: Kind, subresource?: string) {
  return {
    manager: query.get('fieldManager') ?? (userAgent.split('/')[0] || 'unknown'),
    operation: 'Update' as const,
    apiVersion: apiVersionOf(kind),
    time: seconds(state.now()),
    ...(subresource !== undefined && { subresource }),
  };
}
