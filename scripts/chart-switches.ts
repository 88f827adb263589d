import { switchWrites } from '../src/remediations/policy/declared.ts';
import { SWITCHES, type Switch, switchHolds, switchRule } from '../src/remediations/policy/switches.ts';
import { EXTRA_ROLE } from '../src/remediations/rights/operator-roles.ts';
import type { RoleRule } from '../src/remediations/types.ts';

/** The Roles of the chart's switches: each kind by name only; a list without names grants nothing. */
export function switchRoles(): string {
  return SWITCHES.map(role).join('') + held('operatorRights') + EXTRA;
}

function role(one: Switch): string {
  const { value, suffix, place, kinds } = one;
  const writes = switchWrites(value);
  const rules = kinds.flatMap(({ resource, namesFrom }) => {
    const rule = switchRule(resource, writes);
    if (rule === undefined) return [];
    const { apiGroups, verbs } = rule;
    return [
      `  {{- with .${namesFrom} }}
  - { apiGroups: [${apiGroups.map((group) => JSON.stringify(group)).join(', ')}], resources: [${resource}], verbs: [${verbs.join(', ')}], resourceNames: {{ toJson . }} }
  {{- end }}`,
    ];
  });
  if (rules.length === 0) return '';
  const [prefix, where] =
    place === 'cluster'
      ? ['Cluster', '']
      : ['', `\n  namespace: {{ ${place === 'operator' ? '$.Values.operator.namespace' : '.namespace'} }}`];
  const names = kinds.map(({ namesFrom }) => `.${namesFrom}`);
  return `{{- with .Values.worker.repairs.${value} }}
{{- if and .enabled ${names.length > 1 ? `(or ${names.join(' ')})` : names[0]} }}
${value === 'operatorRights' || place === 'cluster' ? notOurOwn(names, place) : ''}---
apiVersion: rbac.authorization.k8s.io/v1
kind: ${prefix}Role
metadata:
  name: {{ $name }}-${suffix}${where}
  labels: {{- include "promfix.labels" $ | nindent 4 }}
rules:
${rules.join('\n')}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ${prefix}RoleBinding
metadata:
  name: {{ $name }}-${suffix}${where}
  labels: {{- include "promfix.labels" $ | nindent 4 }}
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${prefix}Role, name: {{ $name }}-${suffix} }
subjects:
  - { kind: ServiceAccount, name: {{ $name }}-worker, namespace: {{ $.Release.Namespace }} }
{{- end }}
{{- end }}
`;
}

/** A worker that may change its own rights has all of them. */
function notOurOwn(lists: readonly string[], where: Switch['place']): string {
  const own = [
    ...(where === 'cluster' ? ['read', HELD, 'for-the-operator-repair'] : ['read', 'read-by-name', 'repair']),
    ...SWITCHES.filter(({ place }) => place === where).map(({ suffix }) => suffix),
  ];
  return `{{- range ${lists.length > 1 ? `concat ${lists.join(' ')}` : lists[0]} }}
{{- if has . (list ${own.map((suffix) => `(printf "%s-${suffix}" $name)`).join(' ')}) }}{{ fail (printf "promfix may not change its own rights: %s" .) }}{{- end }}
{{- end }}
`;
}

const HELD = 'operator-rights-held';

/** What the worker holds to be able to hand it on. Its policy refuses every use of it that writes. */
function held(value: Switch['value']): string {
  const names = SWITCHES.filter((one) => one.value === value).flatMap(({ kinds }) =>
    kinds.map(({ namesFrom }) => `.${namesFrom}`),
  );
  return `{{- with .Values.worker.repairs.${value} }}
{{- if and .enabled (or ${names.join(' ')}${value === 'operatorRights' ? ' .operatorServiceAccount' : ''}) }}
---
# What the operator is published with. The API server lets nobody write a role with a right that they lack; the worker never gets escalate or bind.
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ $name }}-${HELD}
  labels: {{- include "promfix.labels" $ | nindent 4 }}
rules:
${switchHolds(value).map(ruleLine).join('\n')}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ $name }}-${HELD}
  labels: {{- include "promfix.labels" $ | nindent 4 }}
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {{ $name }}-${HELD} }
subjects:
  - { kind: ServiceAccount, name: {{ $name }}-worker, namespace: {{ $.Release.Namespace }} }
{{- end }}
{{- end }}
`;
}

function ruleLine({ apiGroups, resources, verbs }: RoleRule): string {
  const list = (words: readonly string[]) => words.map((word) => JSON.stringify(word)).join(', ');
  return `  - { apiGroups: [${list(apiGroups)}], resources: [${list(resources)}], verbs: [${list(verbs)}] }`;
}

/**
 * The operator's second ClusterRole, for rules that Argo CD would take out of its own. Without `rules`, so that whoever applies the chart
 * leaves alone what a repair put there.
 */
const EXTRA = `{{- with .Values.worker.repairs.operatorRights }}
{{- if and .enabled .operatorServiceAccount }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ $name }}-for-the-operator
  labels: {{- include "promfix.labels" $ | nindent 4 }}
    app.kubernetes.io/component: ${EXTRA_ROLE}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ $name }}-for-the-operator
  labels: {{- include "promfix.labels" $ | nindent 4 }}
    app.kubernetes.io/component: ${EXTRA_ROLE}
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {{ $name }}-for-the-operator }
subjects:
  - { kind: ServiceAccount, name: {{ .operatorServiceAccount }}, namespace: {{ $.Values.operator.namespace }} }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ $name }}-for-the-operator-repair
  labels: {{- include "promfix.labels" $ | nindent 4 }}
rules:
  - { apiGroups: ["rbac.authorization.k8s.io"], resources: [clusterroles], verbs: [get, patch], resourceNames: [{{ $name }}-for-the-operator] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ $name }}-for-the-operator-repair
  labels: {{- include "promfix.labels" $ | nindent 4 }}
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {{ $name }}-for-the-operator-repair }
subjects:
  - { kind: ServiceAccount, name: {{ $name }}-worker, namespace: {{ $.Release.Namespace }} }
{{- end }}
{{- end }}
`;
