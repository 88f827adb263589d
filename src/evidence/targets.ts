import type { Resource } from '../kubernetes/paths.ts';
import type { OwnedObject, TargetKind } from './types.ts';

interface TargetTraits {
  readonly resource: Resource;
  /** Of everything the operator makes for the object. */
  readonly prefix: string;
  /** The Service that all objects of the kind in a namespace share. */
  readonly governingService: string;
  /** What the operator makes, in its order, without the Service and the StatefulSet that always come last. */
  readonly before: readonly { readonly kind: OwnedObject['kind']; readonly suffix: string }[];
  /** Name of the flag that limits the namespaces in which objects of this kind are reconciled. */
  readonly instanceNamespaces: string;
}

const TLS = [
  { kind: 'Secret', suffix: '-tls-assets-0' },
  { kind: 'Secret', suffix: '-web-config' },
] as const;

/** Names and order as in prometheus-operator's `sync()` of each controller. */
export const TARGETS = {
  Prometheus: {
    resource: 'prometheuses',
    prefix: 'prometheus-',
    governingService: 'prometheus-operated',
    before: [
      { kind: 'ConfigMap', suffix: '-rulefiles-0' },
      { kind: 'Secret', suffix: '' },
      ...TLS,
      { kind: 'Secret', suffix: '-thanos-prometheus-http-client-file' },
    ],
    instanceNamespaces: '--prometheus-instance-namespaces',
  },
  PrometheusAgent: {
    resource: 'prometheusagents',
    prefix: 'prom-agent-',
    governingService: 'prometheus-agent-operated',
    before: [{ kind: 'Secret', suffix: '' }, ...TLS],
    instanceNamespaces: '--prometheus-instance-namespaces',
  },
  Alertmanager: {
    resource: 'alertmanagers',
    prefix: 'alertmanager-',
    governingService: 'alertmanager-operated',
    before: [{ kind: 'Secret', suffix: '-generated' }, ...TLS, { kind: 'Secret', suffix: '-cluster-tls-config' }],
    instanceNamespaces: '--alertmanager-instance-namespaces',
  },
  ThanosRuler: {
    resource: 'thanosrulers',
    prefix: 'thanos-ruler-',
    governingService: 'thanos-ruler-operated',
    before: [{ kind: 'ConfigMap', suffix: '-rulefiles-0' }, { kind: 'Secret', suffix: '-config' }, ...TLS],
    instanceNamespaces: '--thanos-ruler-instance-namespaces',
  },
} as const satisfies Record<TargetKind, TargetTraits>;

export function statefulSetName(kind: TargetKind, name: string): string {
  return `${TARGETS[kind].prefix}${name}`;
}

/** What the operator makes for the object, in the order it makes it; an agent that runs as a DaemonSet has no Service. */
export function ownedNames(
  kind: TargetKind,
  name: string,
  workload: 'StatefulSet' | 'DaemonSet' = 'StatefulSet',
): readonly Omit<OwnedObject, 'object'>[] {
  const traits: TargetTraits = TARGETS[kind];
  const base = statefulSetName(kind, name);
  const service = { kind: 'Service' as const, name: traits.governingService };
  return [
    ...traits.before.map(({ kind: made, suffix }) => ({ kind: made, name: `${base}${suffix}` })),
    ...(workload === 'StatefulSet' ? [service] : []),
    { kind: workload, name: base },
  ].map((made, index) => ({ step: index + 1, ...made }));
}
