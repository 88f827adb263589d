import type { Resource } from '../kubernetes/paths.ts';
import type { OwnedObject, ResourceView, TargetKind } from './types.ts';

/** API group of all that the operator reconciles. */
export const MONITORING = 'monitoring.coreos.com';

/** What the operator makes, needs and calls things for one kind of target. Source: prometheus-operator 0.85 to 0.93. */
interface TargetTraits {
  readonly plural: Resource;
  readonly version: 'v1' | 'v1alpha1';
  /** Of everything the operator makes for the object. */
  readonly prefix: string;
  /** The Service that all objects of the kind in a namespace share. */
  readonly governingService: string;
  /** What the operator makes, in the order of its `sync()`, without the Service and the StatefulSet that always come last. */
  readonly before: readonly { readonly kind: OwnedObject['kind']; readonly suffix: string }[];
  /** Label `controller` of the operator's metrics. */
  readonly metric: string;
  /** Attribute `component` of the controller's log lines. */
  readonly component: string;
  /** Attribute `controller` of client-go's lines about caches. */
  readonly cacheName: string;
  /** CRDs that the controller lists without checking whether they exist; `type` is the Go type in its log. */
  readonly siblings: readonly { readonly plural: Resource; readonly type: string }[];
  /** Further lists that must be complete before anything is reconciled. */
  readonly lists: readonly { readonly group: string; readonly plural: Resource }[];
  /** Flag that limits the namespaces in which objects of this kind are reconciled, without its dashes. */
  readonly namespaceFlag: string;
  /** Flag that selects objects of this kind by their labels, without its dashes. */
  readonly selectorFlag: string;
}

const TLS = [
  { kind: 'Secret', suffix: '-tls-assets-0' },
  { kind: 'Secret', suffix: '-web-config' },
] as const;

const SCRAPED = [
  { plural: 'servicemonitors', type: 'ServiceMonitor' },
  { plural: 'podmonitors', type: 'PodMonitor' },
  { plural: 'probes', type: 'Probe' },
] as const;
const RULES = { plural: 'prometheusrules', type: 'PrometheusRule' } as const;

const CONFIG_MAPS = { group: '', plural: 'configmaps' } as const;
const SECRETS = { group: '', plural: 'secrets' } as const;
const STATEFUL_SETS = { group: 'apps', plural: 'statefulsets' } as const;

export const TARGETS: Readonly<Record<TargetKind, TargetTraits>> = {
  Prometheus: {
    plural: 'prometheuses',
    version: 'v1',
    prefix: 'prometheus-',
    governingService: 'prometheus-operated',
    before: [
      { kind: 'ConfigMap', suffix: '-rulefiles-0' },
      { kind: 'Secret', suffix: '' },
      ...TLS,
      { kind: 'Secret', suffix: '-thanos-prometheus-http-client-file' },
    ],
    metric: 'prometheus',
    component: 'prometheus-controller',
    cacheName: 'prometheus',
    siblings: [...SCRAPED, RULES],
    lists: [CONFIG_MAPS, SECRETS, STATEFUL_SETS],
    namespaceFlag: 'prometheus-instance-namespaces',
    selectorFlag: 'prometheus-instance-selector',
  },
  PrometheusAgent: {
    plural: 'prometheusagents',
    version: 'v1alpha1',
    prefix: 'prom-agent-',
    governingService: 'prometheus-agent-operated',
    before: [{ kind: 'Secret', suffix: '' }, ...TLS],
    metric: 'prometheus-agent',
    component: 'prometheusagent-controller',
    cacheName: 'prometheusagent',
    siblings: SCRAPED,
    lists: [CONFIG_MAPS, SECRETS, STATEFUL_SETS],
    namespaceFlag: 'prometheus-instance-namespaces',
    selectorFlag: 'prometheus-instance-selector',
  },
  Alertmanager: {
    plural: 'alertmanagers',
    version: 'v1',
    prefix: 'alertmanager-',
    governingService: 'alertmanager-operated',
    before: [{ kind: 'Secret', suffix: '-generated' }, ...TLS, { kind: 'Secret', suffix: '-cluster-tls-config' }],
    metric: 'alertmanager',
    component: 'alertmanager-controller',
    cacheName: 'alertmanager',
    siblings: [{ plural: 'alertmanagerconfigs', type: 'AlertmanagerConfig' }],
    lists: [SECRETS, STATEFUL_SETS],
    namespaceFlag: 'alertmanager-instance-namespaces',
    selectorFlag: 'alertmanager-instance-selector',
  },
  ThanosRuler: {
    plural: 'thanosrulers',
    version: 'v1',
    prefix: 'thanos-ruler-',
    governingService: 'thanos-ruler-operated',
    before: [{ kind: 'ConfigMap', suffix: '-rulefiles-0' }, { kind: 'Secret', suffix: '-config' }, ...TLS],
    metric: 'thanos',
    component: 'thanos-controller',
    cacheName: 'thanos',
    siblings: [RULES],
    lists: [CONFIG_MAPS, STATEFUL_SETS],
    namespaceFlag: 'thanos-ruler-instance-namespaces',
    selectorFlag: 'thanos-ruler-instance-selector',
  },
};

/** Label `managed-by` of all StatefulSets that the operator makes. */
export const MANAGED_BY_OPERATOR = 'prometheus-operator';

/** The StatefulSet of a shard. */
export function statefulSetName(kind: TargetKind, name: string, shard = 0): string {
  return `${TARGETS[kind].prefix}${name}${shard === 0 ? '' : `-shard-${shard}`}`;
}

/** How many StatefulSets the operator makes for the resource: those that scrape can be sharded. */
export function shardsOf({ kind, spec }: ResourceView): number {
  const { shards, mode } = spec;
  const sharded = kind === 'Prometheus' || (kind === 'PrometheusAgent' && mode !== 'DaemonSet');
  return sharded && typeof shards === 'number' && shards > 1 ? Math.floor(shards) : 1;
}

/** What the operator makes for the object, in the order it makes it; an agent that runs as a DaemonSet has no Service. */
export function ownedNames(
  kind: TargetKind,
  name: string,
  workload: 'StatefulSet' | 'DaemonSet' = 'StatefulSet',
): readonly Omit<OwnedObject, 'object'>[] {
  const traits = TARGETS[kind];
  const base = statefulSetName(kind, name);
  const service = { kind: 'Service' as const, name: traits.governingService };
  return [
    ...traits.before.map(({ kind: made, suffix }) => ({ kind: made, name: `${base}${suffix}` })),
    ...(workload === 'StatefulSet' ? [service] : []),
    { kind: workload, name: base },
  ].map((made, index) => ({ step: index + 1, ...made }));
}
