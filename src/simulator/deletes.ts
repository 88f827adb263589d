import { type Call, type Place, parsedObject, servedKind } from './call.ts';
import { type Json, nameOf, object, objects, string, uidOf, withMetadata } from './json.ts';
import { collectionOf, type Kind } from './kinds.ts';
import type { State } from './state.ts';
import { details, failure, methodNotAllowed, type Reply } from './status.ts';
import { seconds } from './times.ts';
import { existing, isDryRun } from './writes.ts';

export function remove(state: State, call: Call, place: Place): Reply {
  const kind = servedKind(state, place);
  if (place.name === undefined) throw methodNotAllowed();
  const found = existing(state, kind, place);
  const name = nameOf(found);
  const body = parsedObject(call.text);
  const wanted = string(body, 'preconditions', 'uid');
  const version = string(body, 'preconditions', 'resourceVersion');
  const conflict = (what: string, asked: string, has: string, more = ''): Error =>
    failure(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${kind.kind} "${name}": the ${what} in the precondition (${asked}) does not match the ${what} in record (${has}). The object might have been ${more}`,
      details({ ...kind, resource: kind.kind }, name),
    );
  if (wanted !== undefined && wanted !== uidOf(found))
    throw conflict('UID', wanted, uidOf(found), 'deleted and then recreated');
  const has = string(found, 'metadata', 'resourceVersion') ?? '';
  if (version !== undefined && version !== has) throw conflict('ResourceVersion', version, has, 'modified');
  // With a body the options of the query do not count.
  const isDry = body === undefined ? isDryRun(call) : Array.isArray(body['dryRun']) && body['dryRun'].includes('All');
  if (!isDry) discard(state, kind, found);
  return {
    status: 200,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { ...details(kind, name), uid: uidOf(found) },
    },
  };
}

/** Gone at once, or marked while finalizers hold it. */
function discard(state: State, kind: Kind, item: Json): void {
  const finalizers = object(item, 'metadata')['finalizers'];
  if (Array.isArray(finalizers) && finalizers.length > 0)
    state.put(kind, withMetadata(item, { deletionTimestamp: seconds(state.now()), deletionGracePeriodSeconds: 0 }));
  else state.remove(kind, item);
}

/** The garbage collector: objects all of whose owners are gone. */
export function collectGarbage(state: State, gone: string): void {
  for (const kind of [...state.kinds().values()]) {
    for (const item of state.list(collectionOf(kind))) {
      const owners = objects(object(item, 'metadata')['ownerReferences']);
      if (owners.length > 0 && owners.every((owner) => owner['uid'] === gone)) state.remove(kind, item);
    }
  }
}
