import { MONITORING } from '../../evidence/targets.ts';
import type { RoleRule } from '../types.ts';

/**
 * What each release of prometheus-operator is meant to be allowed, as its authors publish it: `rules` of the file
 * `example/rbac/prometheus-operator/prometheus-operator-cluster-role.yaml` in the module github.com/prometheus-operator/prometheus-operator
 * of that version. A release that is not listed has the rules of the nearest lower one.
 */
export interface PinnedRelease {
  readonly version: string;
  /** The module's checksum in the public checksum database, which pins the file. */
  readonly sum: string;
  readonly rules: readonly RoleRule[];
}

const WORKLOADS = ['alertmanagers', 'prometheuses', 'prometheusagents', 'thanosrulers'].flatMap((kind) => [
  kind,
  `${kind}/finalizers`,
  `${kind}/status`,
]);
const CONFIGURATION = [
  'alertmanagerconfigs',
  'scrapeconfigs',
  'servicemonitors',
  'podmonitors',
  'probes',
  'prometheusrules',
];

/** What differs between releases: statuses of configuration objects, and the API group of events. */
const published = (statuses: readonly string[], events: '' | 'events.k8s.io'): readonly RoleRule[] => [
  { apiGroups: [MONITORING], resources: [...WORKLOADS, ...CONFIGURATION, ...statuses], verbs: ['*'] },
  { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['*'] },
  { apiGroups: [''], resources: ['configmaps', 'secrets'], verbs: ['*'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['list', 'delete'] },
  { apiGroups: [''], resources: ['services', 'services/finalizers'], verbs: ['get', 'create', 'update', 'delete'] },
  { apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [events], resources: ['events'], verbs: ['patch', 'create'] },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['get'] },
  { apiGroups: [''], resources: ['endpoints'], verbs: ['get', 'create', 'update', 'delete'] },
];

const EVERY_STATUS = [
  'scrapeconfigs/status',
  'servicemonitors/status',
  'podmonitors/status',
  'probes/status',
  'prometheusrules/status',
];

/** Lowest first. */
export const PINNED: readonly PinnedRelease[] = [
  { version: '0.83.0', sum: 'h1:qAKbm+45fqNGcn9sGTa1Ae2TM3KZuYA/uyoD2QKi9+o=', rules: published([], '') },
  {
    version: '0.85.0',
    sum: 'h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=',
    rules: published(['servicemonitors/status'], ''),
  },
  {
    version: '0.88.0',
    sum: 'h1:3T/dCQdk7CUVRqVfwRHoC5g66fC/ML6XQQLtQVL6Q5o=',
    rules: published(EVERY_STATUS, 'events.k8s.io'),
  },
  {
    version: '0.90.1',
    sum: 'h1:n/+FkLB6WpftBxJC8IEHrWXSA6uzNTocFmwU/ACkfeg=',
    rules: published(EVERY_STATUS, 'events.k8s.io'),
  },
  {
    version: '0.93.0',
    sum: 'h1:AohlYJT+En8TmNpAcEUJ3GsaJTAqfEBwHmGTVpRm/Io=',
    rules: published(EVERY_STATUS, 'events.k8s.io'),
  },
];

/**
 * What kube-prometheus-stack grants beyond that (`templates/prometheus-operator/clusterrole.yaml` of chart 79.5.0), whatever the operator's
 * release. It is never added by a repair; it stands in roles that a repair writes.
 */
export const CHART_ONLY: readonly RoleRule[] = [
  { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['patch', 'create'] },
  {
    apiGroups: ['discovery.k8s.io'],
    resources: ['endpointslices'],
    verbs: ['get', 'create', 'list', 'watch', 'update', 'delete'],
  },
];
