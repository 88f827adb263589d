import type { Evidence, OperatorDeployment, OperatorView, ResourceSummary, TargetKind } from '../evidence/types.ts';
import { parseGoFlags, splitList } from '../parse/go-flags.ts';
import { type Reason, refuse, unread } from './refuse.ts';
import type { ObjectRef } from './types.ts';

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

const INSTANCE_FLAG = {
  Prometheus: 'prometheus-instance-namespaces',
  PrometheusAgent: 'prometheus-instance-namespaces',
  Alertmanager: 'alertmanager-instance-namespaces',
  ThanosRuler: 'thanos-ruler-instance-namespaces',
} as const satisfies Record<TargetKind, string>;

/** The value of one of the container's flags. */
export function flag(args: readonly string[], name: string): string | undefined {
  return parseGoFlags(args).get(name);
}

/** Namespaces in which the operator looks for a kind; undefined = in all of them. */
export function watched(args: readonly string[], kind: TargetKind): readonly string[] | undefined {
  const own = splitList(flag(args, INSTANCE_FLAG[kind]));
  const shared = splitList(flag(args, 'namespaces'));
  const allowed = own.length > 0 ? own : shared;
  return allowed.length > 0 ? allowed : undefined;
}

/** The resources that this operator manages: of all in the cluster those in its namespaces. */
export function managedBy(
  deployment: OperatorDeployment,
  resources: readonly ResourceSummary[],
): readonly ResourceSummary[] {
  const { args } = deployment.container;
  const denied = splitList(flag(args, 'deny-namespaces'));
  return resources.filter(({ kind, namespace }) => {
    const allowed = watched(args, kind);
    return allowed ? allowed.includes(namespace) : !denied.includes(namespace);
  });
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
