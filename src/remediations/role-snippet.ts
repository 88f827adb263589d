import type { Right } from '../evidence/types.ts';

/** A Role (or ClusterRole) that grants exactly one missing right, ready to be applied and bound to whoever lacks it. */
export function roleSnippet(right: Right): string {
  const { verb, group, resource, namespace, name } = right;
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    `kind: ${namespace === undefined ? 'ClusterRole' : 'Role'}`,
    'metadata:',
    '  name: promfix-missing',
    ...(namespace === undefined ? [] : [`  namespace: ${namespace}`]),
    'rules:',
    `  - apiGroups: [${JSON.stringify(group)}]`,
    `    resources: [${JSON.stringify(resource)}]`,
    ...(name === undefined || verb === 'list' || verb === 'watch' || verb === 'create'
      ? []
      : [`    resourceNames: [${JSON.stringify(name)}]`]),
    `    verbs: [${JSON.stringify(verb)}]`,
  ].join('\n');
}
