import type { BindingView, RoleView } from './types.ts';

/** A rule as it stands in a Role or ClusterRole. */
export type RuleJson = Readonly<Record<string, readonly string[]>>;
/** A subject as it stands in a binding. */
export type SubjectJson = Readonly<Record<string, string>>;

/** The rule that a projected one stands for: what is not there is left out, as the API server stores it. */
export function ruleJson(rule: RoleView['rules'][number]): RuleJson {
  const lists = {
    apiGroups: rule.groups,
    resources: rule.resources,
    verbs: rule.verbs,
    resourceNames: rule.resourceNames ?? [],
    nonResourceURLs: rule.nonResourceURLs ?? [],
  };
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
}

export function subjectJson({ kind, name, namespace, apiGroup }: BindingView['subjects'][number]): SubjectJson {
  return {
    kind,
    name,
    ...(namespace !== undefined && { namespace }),
    ...(apiGroup !== undefined && { apiGroup }),
  };
}
