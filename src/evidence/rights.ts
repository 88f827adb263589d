import type { AccessAnswer, BindingView, RoleView } from './types.ts';

/** A rule as it stands in a Role or ClusterRole. */
export type RuleJson = Readonly<Record<string, readonly string[]>>;
/** A subject as it stands in a binding. */
type SubjectJson = Readonly<Record<string, string>>;

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

/** A right on every object of a kind; `resource` with its subresource: `prometheuses/status`. */
export interface Grant {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
}

/** As rules name it: `prometheuses/status`. */
export function resourceName({ resource, subresource }: Pick<AccessAnswer, 'resource' | 'subresource'>): string {
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}

/** A rule of a Role, as far as it decides about objects. */
interface ObjectRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs?: readonly string[];
  readonly resourceNames?: readonly string[];
}

/**
 * Whether rules allow something on every object of a kind, as the API server's authorizer reads them: `*` stands for everything, and
 * `*` before a slash for that subresource of every kind. A rule with names is limited to these objects: it does not count.
 */
export function allows(rules: readonly ObjectRule[], { verb, group, resource }: Grant): boolean {
  const [, subresource] = resource.split('/');
  const resources = subresource === undefined ? [resource] : [resource, `*/${subresource}`];
  return rules.some(
    (rule) =>
      (rule.resourceNames ?? []).length === 0 &&
      hasAny(rule.verbs, [verb]) &&
      hasAny(rule.apiGroups, [group]) &&
      hasAny(rule.resources, resources),
  );
}

function hasAny(list: readonly string[] = [], wanted: readonly string[]): boolean {
  return list.includes('*') || wanted.some((one) => list.includes(one));
}
