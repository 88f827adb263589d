import { type Json, object, objects, string, strings } from './json.ts';
import type { Snapshot } from './snapshot.ts';

/** A kind that is served, as discovery tells it. */
export interface Kind {
  readonly group: string;
  readonly version: string;
  /** Plural, as in paths. */
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
  /** Of a CustomResourceDefinition. */
  readonly custom: boolean;
}

export function apiVersionOf({ group, version }: Pick<Kind, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The path of the collection over all namespaces; also the key under which the state keeps its objects. */
export function collectionOf({ group, version, resource }: Pick<Kind, 'group' | 'version' | 'resource'>): string {
  return `${group === '' ? `/api/${version}` : `/apis/${group}/${version}`}/${resource}`;
}

/** `deployments.apps`, `pods`: how the API server's messages name a kind. */
export function qualified({ group, resource }: Pick<Kind, 'group' | 'resource'>): string {
  return group === '' ? resource : `${resource}.${group}`;
}

export const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** All kinds: built-in ones from the saved discovery, custom ones from the CRDs that there are now. */
export function kindsOf(snapshot: Snapshot, crds: readonly Json[]): ReadonlyMap<string, Kind> {
  const custom = new Set(crds.map((crd) => string(crd, 'spec', 'group') ?? ''));
  const known = savedCustomGroups(snapshot);
  const kinds = new Map<string, Kind>();
  for (const [path, document] of Object.entries(snapshot.discovery)) {
    const match = /^\/(?:api|apis\/([^/]+))\/([^/]+)$/.exec(path);
    if (!match || known.has(match[1] ?? '') || custom.has(match[1] ?? '')) continue;
    for (const kind of builtIn(match[1] ?? '', match[2] ?? '', document)) kinds.set(collectionOf(kind), kind);
  }
  for (const crd of crds) for (const kind of customKinds(crd)) kinds.set(collectionOf(kind), kind);
  return kinds;
}

/** Groups that are served because of a CRD, and only while there is one. */
function savedCustomGroups(snapshot: Snapshot): ReadonlySet<string> {
  const crds = [...(snapshot.objects[CRDS] ?? []), ...(snapshot.story?.objects[CRDS] ?? [])];
  return new Set(crds.map((crd) => string(crd, 'spec', 'group') ?? ''));
}

function builtIn(group: string, version: string, document: Json): Kind[] {
  const all = objects(document['resources']);
  return all
    .filter((one) => !(string(one, 'name') ?? '').includes('/'))
    .map((one) => {
      const resource = string(one, 'name') ?? '';
      return {
        group,
        version,
        resource,
        kind: string(one, 'kind') ?? '',
        namespaced: one['namespaced'] === true,
        verbs: strings(one['verbs']),
        subresources: all.flatMap((other) => {
          const [parent, sub] = (string(other, 'name') ?? '').split(/\/(.*)/s);
          return parent === resource && sub !== undefined ? [sub] : [];
        }),
        custom: false,
      };
    });
}

const CUSTOM_VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

function customKinds(crd: Json): Kind[] {
  const spec = object(crd, 'spec');
  return objects(spec['versions'])
    .filter((version) => version['served'] === true)
    .map((version) => ({
      group: string(spec, 'group') ?? '',
      version: string(version, 'name') ?? '',
      resource: string(spec, 'names', 'plural') ?? '',
      kind: string(spec, 'names', 'kind') ?? '',
      namespaced: string(spec, 'scope') === 'Namespaced',
      verbs: CUSTOM_VERBS,
      subresources: Object.keys(object(version, 'subresources')),
      custom: true,
    }));
}
