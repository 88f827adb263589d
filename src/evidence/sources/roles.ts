import canonicalize from 'canonicalize';
import { contentHash } from '../content-hash.ts';
import { type Json, object, objects, strings } from '../json.ts';
import { projectMeta } from '../meta.ts';
import { getObject, project, type Reading } from '../reading.ts';
import { ruleJson } from '../rights.ts';
import type { Read, RoleView } from '../types.ts';

/** A role, once per collection however many sources want it. */
export type ReadRole = (kind: RoleView['kind'], name: string, namespace?: string) => Promise<Read<RoleView>>;

export function roleReader(reading: Reading): ReadRole {
  const known = new Map<string, Promise<Read<RoleView>>>();
  return (kind, name, namespace) => {
    const key = `${kind} ${namespace ?? ''}/${name}`;
    const running = known.get(key) ?? readRole(reading, kind, name, namespace);
    known.set(key, running);
    return running;
  };
}

async function readRole(
  reading: Reading,
  kind: RoleView['kind'],
  name: string,
  namespace: string | undefined,
): Promise<Read<RoleView>> {
  const place = namespace === undefined ? { name } : { namespace, name };
  const read = await getObject(reading, kind === 'Role' ? 'roles' : 'clusterroles', place);
  return project(read, (body) => projectRole(body, kind, reading));
}

export const RBAC = 'rbac.authorization.k8s.io/v1';

/** Whether nothing was lost in a projection: a list is written whole. */
export function isSame(projected: readonly unknown[], raw: unknown): boolean {
  return canonicalize(projected) === canonicalize(raw ?? []);
}

function projectRole(body: Json, kind: RoleView['kind'], reading: Reading): RoleView {
  const rules = objects(object(body)['rules'], 200).map((rule) => {
    const names = strings(rule['resourceNames'], 100);
    const urls = strings(rule['nonResourceURLs'], 100);
    return {
      groups: strings(rule['apiGroups'], 100),
      resources: strings(rule['resources'], 100),
      verbs: strings(rule['verbs'], 100),
      ...(names.length === 0 ? {} : { resourceNames: names }),
      ...(urls.length === 0 ? {} : { nonResourceURLs: urls }),
    };
  });
  return {
    kind,
    meta: projectMeta(body, reading.redactor),
    ...(isSame(rules.map(ruleJson), body['rules']) && {
      contentHash: contentHash({ ...body, apiVersion: RBAC, kind }),
    }),
    ...(body['aggregationRule'] !== undefined && { aggregated: true }),
    rules,
  };
}
