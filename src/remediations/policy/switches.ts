import { heldRules } from '../rights/operator-rules.ts';
import type { DeclaredWrite, RoleRule } from '../types.ts';

/** A kind that is granted by a switch of the chart, and the value that lists the names. */
interface Granted {
  readonly resource: string;
  readonly namesFrom: string;
}

/**
 * The chart's switches under `worker.repairs`: all off, all by name. `place` is where the Role is made: for the whole cluster, in the
 * operator's namespace, or in the one that the switch itself names.
 */
export const SWITCHES = [
  {
    value: 'operatorRights',
    suffix: 'operator-rights',
    kinds: [
      { resource: 'clusterroles', namesFrom: 'clusterRoles' },
      { resource: 'clusterrolebindings', namesFrom: 'clusterRoleBindings' },
    ],
    place: 'cluster',
  },
  {
    value: 'operatorRights',
    suffix: 'operator-roles',
    kinds: [{ resource: 'roles', namesFrom: 'roles' }],
    place: 'operator',
  },
  {
    value: 'admissionCertificate',
    suffix: 'admission-webhooks',
    kinds: [
      { resource: 'mutatingwebhookconfigurations', namesFrom: 'mutatingWebhookConfigurations' },
      { resource: 'validatingwebhookconfigurations', namesFrom: 'validatingWebhookConfigurations' },
    ],
    place: 'cluster',
  },
  {
    value: 'admissionCertificate',
    suffix: 'admission-secret',
    kinds: [{ resource: 'secrets', namesFrom: 'secrets' }],
    place: 'operator',
  },
  {
    value: 'applications',
    suffix: 'applications',
    kinds: [{ resource: 'applications', namesFrom: 'names' }],
    place: 'own',
  },
] as const satisfies readonly {
  readonly value: string;
  readonly suffix: string;
  readonly kinds: readonly Granted[];
  readonly place: 'cluster' | 'operator' | 'own';
}[];
export type Switch = (typeof SWITCHES)[number];

/**
 * Kinds whose change can hand out rights, steer what runs in the whole cluster, or touch Secrets: never granted unless somebody switches
 * them on, by name.
 */
const SENSITIVE: readonly string[] = [
  ...SWITCHES.flatMap(({ kinds }) => kinds.map(({ resource }) => resource)),
  'rolebindings',
];

export function isSensitive(resource: string): boolean {
  return SENSITIVE.includes(resource);
}

/** The rule for a kind of a switch, without the names; undefined when no repair writes it. */
export function switchRule(
  resource: string,
  writes: readonly DeclaredWrite[],
): Omit<RoleRule, 'resourceNames'> | undefined {
  const declared = writes.filter((one) => one.resource === resource && one.verb === 'patch');
  const [first] = declared;
  if (first === undefined) return undefined;
  return { apiGroups: [first.group], resources: [resource], verbs: ['get', 'patch'] };
}

/**
 * What a switch lets the worker hold, only to be able to hand it on: the API server lets nobody write a role, or bind one, with a right that
 * they lack. `escalate` and `bind` would get around that, and are never granted.
 */
export function switchHolds(value: Switch['value']): readonly RoleRule[] {
  return value === 'operatorRights' ? heldRules() : [];
}
