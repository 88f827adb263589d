import type { TargetKind } from '../evidence/types.ts';

/** What the operator needs and calls things for one kind of target. Source: prometheus-operator 0.85 to 0.93. */
export interface KindFacts {
  readonly plural: string;
  readonly version: 'v1' | 'v1alpha1';
  /** Label `controller` of the operator's metrics. */
  readonly metric: string;
  /** Attribute `component` of the controller's log lines. */
  readonly component: string;
  /** Attribute `controller` of client-go's lines about caches. */
  readonly cacheName: string;
  /** CRDs that the controller lists without asking whether they are there: plural to Go type. */
  readonly siblings: Readonly<Record<string, string>>;
  /** Flags that choose the namespaces of the resources themselves, the most special first. */
  readonly namespaceFlag: string;
  readonly selectorFlag: string;
}

const SERVICE_MONITORS = { servicemonitors: 'ServiceMonitor', podmonitors: 'PodMonitor', probes: 'Probe' } as const;

export const KINDS: Readonly<Record<TargetKind, KindFacts>> = {
  Prometheus: {
    plural: 'prometheuses',
    version: 'v1',
    metric: 'prometheus',
    component: 'prometheus-controller',
    cacheName: 'prometheus',
    siblings: { ...SERVICE_MONITORS, prometheusrules: 'PrometheusRule' },
    namespaceFlag: 'prometheus-instance-namespaces',
    selectorFlag: 'prometheus-instance-selector',
  },
  PrometheusAgent: {
    plural: 'prometheusagents',
    version: 'v1alpha1',
    metric: 'prometheus-agent',
    component: 'prometheusagent-controller',
    cacheName: 'prometheusagent',
    siblings: SERVICE_MONITORS,
    namespaceFlag: 'prometheus-instance-namespaces',
    selectorFlag: 'prometheus-instance-selector',
  },
  Alertmanager: {
    plural: 'alertmanagers',
    version: 'v1',
    metric: 'alertmanager',
    component: 'alertmanager-controller',
    cacheName: 'alertmanager',
    siblings: { alertmanagerconfigs: 'AlertmanagerConfig' },
    namespaceFlag: 'alertmanager-instance-namespaces',
    selectorFlag: 'alertmanager-instance-selector',
  },
  ThanosRuler: {
    plural: 'thanosrulers',
    version: 'v1',
    metric: 'thanos',
    component: 'thanos-controller',
    cacheName: 'thanos',
    siblings: { prometheusrules: 'PrometheusRule' },
    namespaceFlag: 'thanos-ruler-instance-namespaces',
    selectorFlag: 'thanos-ruler-instance-selector',
  },
};

/** CRDs whose last-applied annotation does not fit: a client-side apply can't create them. */
export const LONG_CRDS = [
  'alertmanagerconfigs',
  'alertmanagers',
  'prometheusagents',
  'prometheuses',
  'scrapeconfigs',
  'thanosrulers',
] as const;
/** CRDs that a client-side apply can create. */
export const SHORT_CRDS = ['podmonitors', 'probes', 'prometheusrules', 'servicemonitors'] as const;

/** Bytes that all annotations of an object may have together. */
export const ANNOTATION_LIMIT = 262_144;
