import { type Json, object, objects, strings } from '../json.ts';
import { projectMeta } from '../meta.ts';
import { getObject, project, type Reading } from '../reading.ts';
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

function projectRole(body: Json, kind: RoleView['kind'], reading: Reading): RoleView {
  return {
    kind,
    meta: projectMeta(body, reading.redactor),
    rules: objects(object(body)['rules'], 200).map((rule) => {
      const names = strings(rule['resourceNames'], 100);
      return {
        groups: strings(rule['apiGroups'], 100),
        resources: strings(rule['resources'], 100),
        verbs: strings(rule['verbs'], 100),
        ...(names.length === 0 ? {} : { resourceNames: names }),
      };
    }),
  };
}

type Rule = RoleView['rules'][number];

/** Whether a rule lets its subject do that to any object of the kind, as RBAC decides it. */
export function allows(
  rule: Rule,
  asked: { readonly verb: string; readonly group: string; readonly resource: string; readonly subresource?: string },
): boolean {
  const wanted =
    asked.subresource === undefined
      ? [asked.resource]
      : [`${asked.resource}/${asked.subresource}`, `*/${asked.subresource}`];
  return (
    rule.resourceNames === undefined &&
    hasAny(rule.verbs, [asked.verb]) &&
    hasAny(rule.groups, [asked.group]) &&
    hasAny(rule.resources, wanted)
  );
}

function hasAny(list: readonly string[], wanted: readonly string[]): boolean {
  return list.includes('*') || wanted.some((one) => list.includes(one));
}
