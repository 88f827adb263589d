import canonicalize from 'canonicalize';
import { at, type Json, string } from '../../evidence/json.ts';
import { EXTRA_ROLE } from '../../remediations/rights/operator-roles.ts';
import { isGrantable, isWithinTable } from '../../remediations/rights/operator-rules.ts';
import type { RoleRule, StepOf } from '../../remediations/types.ts';

type Patch = StepOf<'patch'>;

/**
 * What holds for every patch of a role or binding, whatever a plan says: promfix's own are never written, a rule that is new lies within the
 * table and hands out nothing by which rights are made, and a subject that is new is a ServiceAccount.
 */
export function unfitRights({ object, patch }: Patch, current: Json): 'own-rights' | 'beyond-the-table' | undefined {
  if (!object.apiVersion.startsWith('rbac.authorization.k8s.io/')) return undefined;
  const labels = at(current, 'metadata', 'labels');
  const isOurs = string(labels, 'app.kubernetes.io/name') === 'promfix';
  if (isOurs && string(labels, 'app.kubernetes.io/component') !== EXTRA_ROLE) return 'own-rights';
  const isFine =
    added(patch['rules'], current['rules']).every(isTableRule) &&
    added(patch['subjects'], current['subjects']).every((one) => string(one, 'kind') === 'ServiceAccount');
  return isFine ? undefined : 'beyond-the-table';
}

function added(wanted: unknown, current: unknown): readonly unknown[] {
  const known = new Set(list(current).map((one) => canonicalize(one)));
  return list(wanted).filter((one) => !known.has(canonicalize(one)));
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isTableRule(rule: unknown): boolean {
  const { apiGroups, resources, verbs } = {
    apiGroups: texts(at(rule, 'apiGroups')),
    resources: texts(at(rule, 'resources')),
    verbs: texts(at(rule, 'verbs')),
  } satisfies RoleRule;
  if (at(rule, 'nonResourceURLs') !== undefined || apiGroups.length * resources.length * verbs.length === 0)
    return false;
  return (
    isWithinTable({ apiGroups, resources, verbs }) &&
    apiGroups.every((group) =>
      resources.every((resource) => verbs.every((verb) => isGrantable({ verb, group, resource }))),
    )
  );
}

function texts(value: unknown): readonly string[] {
  return list(value).filter((one) => typeof one === 'string');
}
