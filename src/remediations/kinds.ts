import type { TargetKind } from '../evidence/types.ts';

/** What the operator's controller for a kind needs at its start: the kind itself, and the lists that its caches wait for. */
export interface ControllerNeeds {
  readonly plural: string;
  readonly version: 'v1' | 'v1alpha1';
  /** Kinds of monitoring.coreos.com whose lists must be complete before anything is reconciled. */
  readonly siblings: readonly string[];
  /** Further lists, as group and resource. */
  readonly lists: readonly (readonly [group: string, resource: string])[];
}

const WORKLOAD = [
  ['', 'configmaps'],
  ['', 'secrets'],
  ['apps', 'statefulsets'],
] as const;

export const CONTROLLERS = {
  Prometheus: {
    plural: 'prometheuses',
    version: 'v1',
    siblings: ['servicemonitors', 'podmonitors', 'prometheusrules', 'probes'],
    lists: WORKLOAD,
  },
  PrometheusAgent: {
    plural: 'prometheusagents',
    version: 'v1alpha1',
    siblings: ['servicemonitors', 'podmonitors', 'probes'],
    lists: WORKLOAD,
  },
  Alertmanager: {
    plural: 'alertmanagers',
    version: 'v1',
    siblings: [],
    lists: [
      ['', 'secrets'],
      ['apps', 'statefulsets'],
    ],
  },
  ThanosRuler: {
    plural: 'thanosrulers',
    version: 'v1',
    siblings: ['prometheusrules'],
    lists: [
      ['', 'configmaps'],
      ['apps', 'statefulsets'],
    ],
  },
} as const satisfies Record<TargetKind, ControllerNeeds>;
