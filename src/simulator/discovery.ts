import { type Json, objects, string } from './json.ts';
import type { Kind } from './kinds.ts';
import type { Snapshot } from './snapshot.ts';
import type { State } from './state.ts';
import { noSuchResource, pageNotFound, type Reply } from './status.ts';

/** Paths that are no objects: health, version, and which kinds are served. Custom groups are told from the CRDs that there are now. */
export function discovery(state: State, snapshot: Snapshot, path: string): Reply {
  if (/^\/(readyz|livez|healthz)$/.test(path))
    return { status: 200, body: 'ok', headers: { 'content-type': 'text/plain; charset=utf-8' } };
  const kinds = [...state.kinds().values()];
  const saved = snapshot.discovery[path];
  if (path === '/apis' && saved !== undefined) return { status: 200, body: { ...saved, groups: groups(saved, kinds) } };
  const [, group, version] = /^\/apis\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  if (group === undefined) {
    if (saved === undefined) throw pageNotFound();
    return { status: 200, body: saved };
  }
  const own = kinds.filter((kind) => kind.group === group);
  if (own.length === 0 && !isBuiltIn(snapshot, group, kinds)) throw pageNotFound();
  if (version === undefined) {
    const found = groups(snapshot.discovery['/apis'] ?? {}, kinds).find((one) => one['name'] === group);
    if (found === undefined) throw pageNotFound();
    return { status: 200, body: { kind: 'APIGroup', apiVersion: 'v1', ...found } };
  }
  if (!own.some((kind) => kind.custom)) {
    if (saved === undefined) throw noSuchResource();
    return { status: 200, body: saved };
  }
  const served = own.filter((kind) => kind.version === version);
  if (served.length === 0) throw pageNotFound();
  return { status: 200, body: resourceList(`${group}/${version}`, served, objects(saved?.['resources'])) };
}

function isBuiltIn(snapshot: Snapshot, group: string, kinds: readonly Kind[]): boolean {
  return (
    kinds.some((kind) => kind.group === group) &&
    Object.keys(snapshot.discovery).some((path) => path.startsWith(`/apis/${group}/`))
  );
}

function groups(saved: Json, kinds: readonly Kind[]): readonly Json[] {
  const known = objects(saved['groups']);
  const served = new Map<string, Kind[]>();
  for (const kind of kinds) {
    if (kind.group !== '') served.set(kind.group, [...(served.get(kind.group) ?? []), kind]);
  }
  const kept = known.filter((one) => served.has(string(one, 'name') ?? ''));
  const fresh = [...served].filter(([name]) => !known.some((one) => one['name'] === name));
  return [
    ...kept,
    ...fresh.map(([name, of]) => {
      const versions = [...new Set(of.map(({ version }) => version))].map((version) => ({
        groupVersion: `${name}/${version}`,
        version,
      }));
      return { name, versions, preferredVersion: versions[0] };
    }),
  ];
}

function resourceList(groupVersion: string, kinds: readonly Kind[], saved: readonly Json[]): Json {
  const names = new Set(kinds.map(({ resource }) => resource));
  const known = saved.filter((one) => names.has((string(one, 'name') ?? '').split('/')[0] ?? ''));
  const fresh = kinds.filter(({ resource }) => !known.some((one) => one['name'] === resource));
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: [
      ...known,
      ...fresh.flatMap((kind) => [
        {
          name: kind.resource,
          singularName: kind.kind.toLowerCase(),
          namespaced: kind.namespaced,
          kind: kind.kind,
          verbs: kind.verbs,
        },
        ...kind.subresources.map((sub) => ({
          name: `${kind.resource}/${sub}`,
          singularName: '',
          namespaced: kind.namespaced,
          kind: kind.kind,
          verbs: ['get', 'patch', 'update'],
        })),
      ]),
    ],
  };
}
