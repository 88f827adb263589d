import { type Json, nameOf, namespaceOf, object, objects, string, strings } from './json.ts';
import type { State } from './state.ts';

/** Who asks. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** What is asked for; without `resource` it is about a path that is no resource. */
export interface Access {
  readonly verb: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly path?: string;
}

interface Verdict {
  readonly allowed: boolean;
  /** As the API server words it; empty for system:masters and for a refusal. */
  readonly reason: string;
}

const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/** Kubernetes' RBAC over the (Cluster)Roles and bindings that there are now. */
export function authorize(state: State, user: User, access: Access): Verdict {
  if (user.groups.includes('system:masters')) return { allowed: true, reason: '' };
  for (const binding of state.list(`${RBAC}/clusterrolebindings`)) {
    const subject = subjectOf(binding, user);
    if (subject && allows(state, binding, undefined, access)) return granted('ClusterRoleBinding', binding, subject);
  }
  if (access.namespace !== undefined && access.namespace !== '') {
    for (const binding of state.list(`${RBAC}/rolebindings`, access.namespace)) {
      const subject = subjectOf(binding, user);
      if (subject && allows(state, binding, access.namespace, access)) return granted('RoleBinding', binding, subject);
    }
  }
  return { allowed: false, reason: '' };
}

function subjectOf(binding: Json, { name, groups }: User): Json | undefined {
  return objects(binding['subjects']).find((subject) => {
    switch (subject['kind']) {
      case 'User':
        return subject['name'] === name;
      case 'Group':
        return groups.includes(string(subject, 'name') ?? '');
      case 'ServiceAccount':
        return (
          name ===
          `system:serviceaccount:${string(subject, 'namespace') ?? namespaceOf(binding)}:${string(subject, 'name')}`
        );
      default:
        return false;
    }
  });
}

function allows(state: State, binding: Json, namespace: string | undefined, access: Access): boolean {
  const kind = string(binding, 'roleRef', 'kind');
  const name = string(binding, 'roleRef', 'name') ?? '';
  const role =
    kind === 'Role' ? state.get(`${RBAC}/roles`, namespace, name) : state.get(`${RBAC}/clusterroles`, undefined, name);
  return objects(role?.['rules']).some((rule) => ruleAllows(rule, access));
}

function ruleAllows(rule: Json, { verb, group = '', resource, subresource, name, path }: Access): boolean {
  if (!has(rule['verbs'], verb)) return false;
  if (resource === undefined)
    return strings(rule['nonResourceURLs']).some(
      (url) => url === '*' || url === path || (url.endsWith('*') && path?.startsWith(url.slice(0, -1))),
    );
  const names = strings(rule['resourceNames']);
  const wanted = subresource === undefined || subresource === '' ? resource : `${resource}/${subresource}`;
  const resources = strings(rule['resources']);
  return (
    has(rule['apiGroups'], group) &&
    (resources.includes('*') ||
      resources.includes(wanted) ||
      (wanted !== resource && resources.includes(`*/${subresource}`))) &&
    (names.length === 0 || (name !== undefined && names.includes(name)))
  );
}

function has(list: unknown, value: string): boolean {
  const all = strings(list);
  return all.includes('*') || all.includes(value);
}

function granted(kind: string, binding: Json, subject: Json): Verdict {
  const namespace = namespaceOf(binding);
  const where = namespace === undefined ? nameOf(binding) : `${nameOf(binding)}/${namespace}`;
  const role = object(binding, 'roleRef');
  const who =
    subject['kind'] === 'ServiceAccount'
      ? `${string(subject, 'name')}/${string(subject, 'namespace')}`
      : string(subject, 'name');
  return {
    allowed: true,
    reason: `RBAC: allowed by ${kind} "${where}" of ${string(role, 'kind')} "${string(role, 'name')}" to ${string(subject, 'kind')} "${who}"`,
  };
}
