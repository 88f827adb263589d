import { switchWrites } from '../src/remediations/declared.ts';
import { SWITCHES, type Switch, switchRule } from '../src/remediations/switches.ts';

/** The Roles of the chart's switches: each kind by name only; a list without names grants nothing. */
export function switchRoles(): string {
  return SWITCHES.map(role).join('');
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
${place === 'cluster' ? notOurOwn(names) : ''}---
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
function notOurOwn(lists: readonly string[]): string {
  const own = ['read', ...SWITCHES.filter(({ place }) => place === 'cluster').map(({ suffix }) => suffix)];
  return `{{- range concat ${lists.join(' ')} }}
{{- if has . (list ${own.map((suffix) => `(printf "%s-${suffix}" $name)`).join(' ')}) }}{{ fail (printf "promfix may not change its own rights: %s" .) }}{{- end }}
{{- end }}
`;
}
