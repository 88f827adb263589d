import { namespaceScope, watches } from '../../evidence/flags.ts';
import {
  type Evidence,
  type OperatorDeployment,
  type OperatorView,
  type ResourceSummary,
  TARGET_KINDS,
} from '../../evidence/types.ts';
import { parseGoFlags } from '../../parse/go-flags.ts';
import type { ObjectRef } from '../types.ts';
import { type Reason, refuse, unread } from './refuse.ts';

/** The operator responsible for the target, as far as the evidence knows. */
export function responsibleOperator(evidence: Evidence): OperatorView | Reason {
  const { operators } = evidence;
  if (operators.state === 'unread') return unread('the operator’s Deployment', operators);
  const operator = operators.state === 'read' ? operators.value[0] : undefined;
  return operator ?? refuse('operator-not-found');
}

export function deploymentRef(deployment: OperatorDeployment): ObjectRef {
  const { name, namespace, uid } = deployment.meta;
  return { apiVersion: 'apps/v1', kind: 'Deployment', name, uid, ...(namespace !== undefined && { namespace }) };
}

/** `Deployment monitoring/prometheus-operator` */
export function named(object: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>): string {
  return object.namespace === undefined
    ? `${object.kind} ${object.name}`
    : `${object.kind} ${object.namespace}/${object.name}`;
}

/** The value of one of the container's flags. */
export function flag(args: readonly string[], name: string): string | undefined {
  return parseGoFlags(args).get(name);
}

/**
 * The resources that this operator manages: of all in the cluster those in its namespaces. Where only some namespaces may be read, these have
 * to be all that its flags let it look at; what else it may manage is never guessed.
 */
export function managedBy(
  { resources, listed }: Pick<Evidence, 'resources' | 'listed'>,
  { meta, container: { args } }: OperatorDeployment,
): readonly ResourceSummary[] | Reason {
  if (resources.state === 'absent') return [];
  const own = ({ kind, namespace }: ResourceSummary) => watches(args, kind, namespace);
  if (resources.state === 'read') return resources.value.filter(own);
  if (listed === undefined || listed.state === 'unread')
    return unread('the resources that the operator manages', listed ?? resources);
  if (listed.state === 'absent') return [];
  const { namespaces } = listed.value;
  const scopes = TARGET_KINDS.map((kind) => namespaceScope(args, kind).allowed);
  const values = { operator: meta.name, read: namespaces.join(', ') };
  if (scopes.includes(undefined)) return refuse('manages-everywhere', values, resources.needs);
  const unseen = [...new Set(scopes.flatMap((scope) => scope ?? []))].filter((one) => !namespaces.includes(one));
  if (unseen.length > 0) return refuse('manages-elsewhere', { ...values, unseen: unseen.sort().join(', ') });
  return listed.value.resources.filter(own);
}

/** How many of each kind, most first. */
export function countByKind(
  resources: readonly ResourceSummary[],
): readonly { readonly kind: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { kind } of resources) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts]
    .map(([kind, count]) => ({ kind, count }))
    .sort((a, b) => b.count - a.count || a.kind.localeCompare(b.kind));
}
