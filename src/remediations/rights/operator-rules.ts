import lte from 'semver/functions/lte.js';
import valid from 'semver/functions/valid.js';
import { allows, type Grant } from '../../evidence/rights.ts';
import type { RoleRule } from '../types.ts';
import { CHART_ONLY, PINNED, type PinnedRelease } from './operator-table.ts';

/** The verbs of objects. A `*` in the table stands for these; it is never written by a repair. */
const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'] as const;
/** Verbs with which somebody could give themselves more, or become somebody else. */
const NEVER_VERBS = ['*', 'escalate', 'bind', 'impersonate'];
/** Groups whose objects are rights themselves. */
const NEVER_GROUPS = ['*', 'rbac.authorization.k8s.io', 'authentication.k8s.io', 'authorization.k8s.io'];

/** The rules of a release: its own, or those of the nearest lower one. Undefined for what is no release, or older than all that are known. */
export function releaseFor(version: string | undefined): PinnedRelease | undefined {
  if (version === undefined || valid(version) === null) return undefined;
  return PINNED.findLast((one) => lte(one.version, version));
}

/** Whether a repair may ever hand this out, whatever a table says. */
export function isGrantable({ verb, group, resource }: Grant): boolean {
  return !NEVER_VERBS.includes(verb) && !NEVER_GROUPS.includes(group) && !resource.includes('*');
}

/** The rights that a release is meant to have, of these, and that may be handed out. */
export function grantsOf(release: PinnedRelease, wanted: readonly Grant[]): readonly Grant[] {
  return wanted.filter((one) => isGrantable(one) && allows(release.rules, one));
}

/** Rules for rights: what shares group and verbs stands in one rule. In the order of the rights. */
export function rulesFor(grants: readonly Grant[]): readonly RoleRule[] {
  const verbs = new Map<string, { group: string; resource: string; verbs: string[] }>();
  for (const { verb, group, resource } of grants.filter(isGrantable)) {
    const own = verbs.get(`${group}/${resource}`) ?? { group, resource, verbs: [] };
    verbs.set(`${group}/${resource}`, own);
    if (!own.verbs.includes(verb)) own.verbs.push(verb);
  }
  const rules = new Map<string, { apiGroups: string[]; resources: string[]; verbs: string[] }>();
  for (const one of verbs.values()) {
    const key = JSON.stringify([one.group, one.verbs]);
    const rule = rules.get(key) ?? { apiGroups: [one.group], resources: [], verbs: one.verbs };
    rules.set(key, rule);
    rule.resources.push(one.resource);
  }
  return [...rules.values()];
}

/** Whether every right of a rule is one that some release, or the chart, is meant to have. */
export function isWithinTable(rule: RoleRule): boolean {
  return rule.apiGroups.every((group) =>
    rule.resources.every((resource) => rule.verbs.every((verb) => allows(KNOWN, { verb, group, resource }))),
  );
}

/** What some release, or the chart, gives the operator. */
const KNOWN: readonly RoleRule[] = [...PINNED.flatMap((one) => one.rules), ...CHART_ONLY];

/**
 * What whoever changes the operator's role must hold: the API server lets nobody write a role with a right that they lack. All releases
 * together, `*` included where the operator has it.
 */
export function heldRules(): readonly RoleRule[] {
  const merged = new Map<string, { apiGroups: readonly string[]; resources: Set<string>; verbs: readonly string[] }>();
  for (const { apiGroups, resources, verbs } of KNOWN.flatMap(perGroup)) {
    const key = JSON.stringify([apiGroups, verbs]);
    const rule = merged.get(key) ?? { apiGroups, resources: new Set<string>(), verbs };
    merged.set(key, rule);
    for (const resource of resources) rule.resources.add(resource);
  }
  return [...merged.values()].map((rule) => ({ ...rule, resources: [...rule.resources] }));
}

function perGroup(rule: RoleRule): readonly RoleRule[] {
  return rule.apiGroups.map((group) => ({ ...rule, apiGroups: [group] }));
}

/** What a repair may add to a role, verb by verb. */
export function addableRules(): readonly RoleRule[] {
  return heldRules().map((rule) => ({ ...rule, verbs: rule.verbs.includes('*') ? VERBS : rule.verbs }));
}
