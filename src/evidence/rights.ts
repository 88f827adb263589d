import type { EvidenceKey, Right } from './types.ts';

/** A right that a source of the evidence needs. Without it the source is unread and the diagnosis says so; nothing else breaks. */
export interface SourceRight {
  readonly source: EvidenceKey;
  readonly right: Right;
  /** Cluster-wide by a ClusterRole, or enough in the namespaces of targets and operators. */
  readonly scope: 'cluster' | 'namespaces';
  /** `denied`: only used where an access review says no. `undecodable`: only where the operator's log says that a list does not decode. */
  readonly when?: 'denied' | 'undecodable' | 'metrics' | 'secret' | 'argocd';
}

const MONITORING = 'monitoring.coreos.com';
type More = Pick<SourceRight, 'when'>;

const of = (
  source: EvidenceKey,
  scope: SourceRight['scope'],
  verbs: readonly string[],
  group: string,
  resources: readonly string[],
  more: More = {},
): readonly SourceRight[] =>
  resources.flatMap((resource) => verbs.map((verb) => ({ source, scope, right: { verb, group, resource }, ...more })));

const WORKLOADS = ['prometheuses', 'prometheusagents', 'alertmanagers', 'thanosrulers'];
const OTHERS = ['servicemonitors', 'podmonitors', 'probes', 'prometheusrules', 'scrapeconfigs', 'alertmanagerconfigs'];

/**
 * Everything that promfix reads, by source: the bot's Role, `docs/permissions.md` and `promfix doctor` are made from this table, and a test
 * compares it with the requests of a collection. Secrets are read by name only and never listed. Discovery (`/version`, `/apis/…`) needs
 * no right of its own: every authenticated user has it.
 */
export const SOURCE_RIGHTS: readonly SourceRight[] = [
  ...of('cluster', 'cluster', ['get'], '', ['namespaces']),
  ...of('resource', 'namespaces', ['get'], MONITORING, WORKLOADS),
  ...of('resources', 'cluster', ['list'], MONITORING, WORKLOADS),
  ...of('crds', 'cluster', ['list'], 'apiextensions.k8s.io', ['customresourcedefinitions']),
  ...of('operators', 'cluster', ['list'], 'apps', ['deployments']),
  ...of('operators', 'namespaces', ['get'], 'apps', ['deployments']),
  ...of('operators', 'namespaces', ['list'], '', ['pods', 'services', 'events', 'resourcequotas']),
  ...of('operators', 'namespaces', ['get'], '', ['pods/log', 'serviceaccounts']),
  ...of('operators', 'namespaces', ['list'], 'networking.k8s.io', ['networkpolicies']),
  ...of('operators', 'namespaces', ['list'], 'discovery.k8s.io', ['endpointslices']),
  ...of('operators', 'cluster', ['create'], 'authorization.k8s.io', ['subjectaccessreviews']),
  ...of('operators', 'cluster', ['list'], 'rbac.authorization.k8s.io', ['clusterrolebindings'], { when: 'denied' }),
  ...of('operators', 'cluster', ['get'], 'rbac.authorization.k8s.io', ['clusterroles'], { when: 'denied' }),
  ...of('operators', 'namespaces', ['list'], 'rbac.authorization.k8s.io', ['rolebindings'], { when: 'denied' }),
  ...of('operators', 'namespaces', ['get'], 'rbac.authorization.k8s.io', ['roles'], { when: 'denied' }),
  ...of('operators', 'namespaces', ['get'], '', ['services/proxy'], { when: 'metrics' }),
  ...of('owned', 'namespaces', ['get'], '', ['configmaps', 'services']),
  ...of('owned', 'namespaces', ['get'], '', ['secrets'], { when: 'secret' }),
  ...of('statefulSet', 'namespaces', ['get'], 'apps', ['statefulsets']),
  ...of('pods', 'namespaces', ['list'], '', ['pods']),
  ...of('claims', 'namespaces', ['list'], '', ['persistentvolumeclaims']),
  ...of('namespace', 'cluster', ['get'], '', ['namespaces']),
  ...of('events', 'namespaces', ['list'], '', ['events']),
  ...of('quotas', 'namespaces', ['list'], '', ['resourcequotas']),
  ...of('limitRanges', 'namespaces', ['list'], '', ['limitranges']),
  ...of('storageClasses', 'cluster', ['list'], 'storage.k8s.io', ['storageclasses']),
  ...of('webhooks', 'cluster', ['list'], 'admissionregistration.k8s.io', [
    'mutatingwebhookconfigurations',
    'validatingwebhookconfigurations',
  ]),
  // A webhook's Service can be in any namespace.
  ...of('webhooks', 'cluster', ['get'], '', ['services']),
  ...of('webhooks', 'cluster', ['list'], 'discovery.k8s.io', ['endpointslices']),
  ...of('admissionSecret', 'namespaces', ['get'], '', ['secrets'], { when: 'secret' }),
  ...of('jobs', 'namespaces', ['list'], 'batch', ['jobs']),
  ...of('jobs', 'namespaces', ['list'], '', ['pods']),
  ...of('applications', 'cluster', ['list', 'get'], 'argoproj.io', ['applications'], { when: 'argocd' }),
  ...of('undecodable', 'cluster', ['list'], MONITORING, OTHERS, { when: 'undecodable' }),
];
