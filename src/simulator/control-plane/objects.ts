import { type Json, object, objects, uidOf } from '../json.ts';
import { collectionOf } from '../kinds.ts';
import type { State } from '../state.ts';
import { seconds } from '../times.ts';

export const DEPLOYMENTS = '/apis/apps/v1/deployments';
export const REPLICA_SETS = '/apis/apps/v1/replicasets';
export const PODS = '/api/v1/pods';
export const SERVICES = '/api/v1/services';
export const SLICES = '/apis/discovery.k8s.io/v1/endpointslices';
const EVENTS = '/api/v1/events';

/** Stores an object of a collection that is known to be served. */
export function put(state: State, collection: string, item: Json): Json {
  const kind = state.kindAt(collection);
  return kind === undefined ? item : state.put(kind, item);
}

export function removeFrom(state: State, collection: string, item: Json): void {
  const kind = state.kindAt(collection);
  if (kind !== undefined) state.remove(kind, item);
}

export function ownedBy(owner: Json): (item: Json) => boolean {
  const uid = uidOf(owner);
  return (item) => objects(object(item, 'metadata')['ownerReferences']).some((reference) => reference['uid'] === uid);
}

export function ownerReference(owner: Json): Json {
  const { name, uid } = object(owner, 'metadata');
  const { apiVersion, kind } = owner;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

interface Happening {
  readonly type?: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: string;
}

/** An Event about an object, as its controller writes it. */
export function tell(state: State, about: Json, { type = 'Normal', reason, message, component }: Happening): void {
  const { name, namespace, uid, resourceVersion } = object(about, 'metadata');
  const { kind, apiVersion } = about;
  const at = seconds(state.now());
  put(state, EVENTS, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${String(name)}.${state.newSuffix(16)}`,
      namespace,
      uid: state.newUid(),
      creationTimestamp: at,
    },
    involvedObject: { kind, namespace, name, uid, apiVersion, resourceVersion },
    reason,
    message,
    source: { component },
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
    type,
    eventTime: null,
    reportingComponent: component,
    reportingInstance: '',
  });
}

export { collectionOf };
