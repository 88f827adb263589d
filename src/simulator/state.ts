import { randomBytes, randomUUID } from 'node:crypto';
import { type Json, keyOf, namespaceOf, withMetadata } from './json.ts';
import { CRDS, collectionOf, type Kind, kindsOf } from './kinds.ts';
import type { Snapshot } from './snapshot.ts';

/** What happened to one object; `before` is missing for a new one, `after` for one that is gone. */
export interface Change {
  readonly kind: Kind;
  readonly before?: Json;
  readonly after?: Json;
}

/** The objects of one simulated cluster. Objects are values: a change puts another one in its place. */
export interface State {
  readonly now: () => Date;
  kinds(): ReadonlyMap<string, Kind>;
  kindAt(collection: string): Kind | undefined;
  list(collection: string, namespace?: string): readonly Json[];
  get(collection: string, namespace: string | undefined, name: string): Json | undefined;
  /** Stores with a new resourceVersion and returns what was stored. */
  put(kind: Kind, item: Json): Json;
  remove(kind: Kind, item: Json): void;
  /** Called after every change, in order; returns how to stop that. */
  watch(listener: (change: Change) => void): () => void;
  /** The resourceVersion of the newest change. */
  readonly resourceVersion: number;
  /** Counts the resourceVersion on without a change, as other objects' writes do. */
  skip(by: number): void;
  newUid(): string;
  /** The suffix that the API server gives a generated name. */
  newSuffix(length?: number): string;
}

export function createState(snapshot: Snapshot, now: () => Date): State {
  const collections = new Map<string, Map<string, Json>>();
  /** Lists that were asked for since their last change. */
  const sorted = new Map<string, readonly Json[]>();
  const listeners = new Set<(change: Change) => void>();
  let version = 1;
  for (const [path, items] of Object.entries(snapshot.objects)) {
    collections.set(path, new Map(items.map((item) => [keyOf(item), item])));
    for (const item of items) version = Math.max(version, versionOf(item));
  }
  let kinds = kindsOf(snapshot, snapshot.objects[CRDS] ?? []);
  const collection = (path: string): Map<string, Json> => {
    const found = collections.get(path) ?? new Map<string, Json>();
    collections.set(path, found);
    return found;
  };
  const tell = (change: Change): void => {
    sorted.delete(collectionOf(change.kind));
    if (collectionOf(change.kind) === CRDS) kinds = kindsOf(snapshot, [...collection(CRDS).values()]);
    for (const listener of [...listeners]) listener(change);
  };
  return {
    now,
    kinds: () => kinds,
    kindAt: (path) => kinds.get(path),
    list(path, namespace) {
      const items = sorted.get(path) ?? inOrder(collections.get(path));
      sorted.set(path, items);
      return namespace === undefined ? items : items.filter((item) => namespaceOf(item) === namespace);
    },
    get: (path, namespace, name) => collections.get(path)?.get(`${namespace ?? ''}/${name}`),
    put(kind, item) {
      const items = collection(collectionOf(kind));
      const before = items.get(keyOf(item));
      version += 1;
      const after = withMetadata(item, { resourceVersion: String(version) });
      items.set(keyOf(after), after);
      tell({ kind, ...(before !== undefined && { before }), after });
      return after;
    },
    remove(kind, item) {
      version += 1;
      if (collection(collectionOf(kind)).delete(keyOf(item))) tell({ kind, before: item });
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get resourceVersion() {
      return version;
    },
    skip(by) {
      version += by;
    },
    newUid: () => randomUUID(),
    newSuffix: (length = 5) => {
      // Kubernetes' alphabet for generated names: no vowels, nothing that looks like another.
      const letters = 'bcdfghjklmnpqrstvwxz2456789';
      return [...randomBytes(length)].map((byte) => letters[byte % letters.length]).join('');
    },
  };
}

/** As etcd has them: by namespace and name. */
function inOrder(items: ReadonlyMap<string, Json> | undefined): readonly Json[] {
  return [...(items ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

function versionOf(item: Json): number {
  const metadata = item['metadata'];
  const value =
    typeof metadata === 'object' && metadata !== null && 'resourceVersion' in metadata ? metadata.resourceVersion : 0;
  return Number(value) || 0;
}
