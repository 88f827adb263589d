import { MONITORING, TARGETS } from './targets.ts';
import { type EvidenceKey, TARGET_KINDS } from './types.ts';

/** A right of the bot, and the evidence that is missing without it. */
export interface Need {
  readonly group: string;
  /** Plural, with the subresource where one is meant (`pods/log`). */
  readonly resource: string;
  readonly verbs: readonly string[];
  readonly for: readonly EvidenceKey[];
  /** Granted by name only, and only where somebody switched it on; every cause is found without it. */
  readonly optional?: 'metrics' | 'admission-secret';
}

/**
 * Every right that a source asks for. The Role of the bot, `docs/permissions.md` and `doctor` are made from this table; on the real API
 * server a test diagnoses with exactly these rights and finds nothing forbidden. Secrets are never listed.
 */
export const NEEDS: readonly Need[] = [
  { group: '', resource: 'namespaces', verbs: ['get'], for: ['cluster', 'namespace'] },
  { group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions', verbs: ['list'], for: ['crds'] },
  ...TARGET_KINDS.map(
    (kind): Need => ({
      group: MONITORING,
      resource: TARGETS[kind].plural,
      verbs: ['get', 'list'],
      for: ['resource', 'resources', 'listed'],
    }),
  ),
  ...['servicemonitors', 'podmonitors', 'probes', 'prometheusrules', 'scrapeconfigs', 'alertmanagerconfigs'].map(
    (resource): Need => ({ group: MONITORING, resource, verbs: ['list'], for: ['undecodable'] }),
  ),
  // `get`: where only a namespace with many may be looked at; and the worker looks at the one that it changes.
  { group: 'apps', resource: 'deployments', verbs: ['get', 'list'], for: ['operators'] },
  { group: '', resource: 'pods', verbs: ['list'], for: ['operators', 'pods', 'jobs'] },
  { group: '', resource: 'pods/log', verbs: ['get'], for: ['operators'] },
  { group: '', resource: 'events', verbs: ['list'], for: ['operators', 'events'] },
  { group: '', resource: 'serviceaccounts', verbs: ['get'], for: ['operators'] },
  { group: '', resource: 'services', verbs: ['get', 'list'], for: ['operators', 'owned', 'webhooks'] },
  { group: 'discovery.k8s.io', resource: 'endpointslices', verbs: ['list'], for: ['operators', 'webhooks'] },
  { group: 'authorization.k8s.io', resource: 'subjectaccessreviews', verbs: ['create'], for: ['operators'] },
  {
    group: 'rbac.authorization.k8s.io',
    resource: 'clusterrolebindings',
    verbs: ['list'],
    for: ['operators'],
  },
  { group: 'rbac.authorization.k8s.io', resource: 'rolebindings', verbs: ['list'], for: ['operators'] },
  { group: 'rbac.authorization.k8s.io', resource: 'clusterroles', verbs: ['get'], for: ['operators'] },
  { group: 'rbac.authorization.k8s.io', resource: 'roles', verbs: ['get'], for: ['operators'] },
  { group: '', resource: 'resourcequotas', verbs: ['list'], for: ['operators', 'quotas'] },
  { group: '', resource: 'limitranges', verbs: ['list'], for: ['limitRanges'] },
  { group: 'networking.k8s.io', resource: 'networkpolicies', verbs: ['list'], for: ['operators'] },
  { group: '', resource: 'configmaps', verbs: ['get'], for: ['owned'] },
  { group: 'apps', resource: 'statefulsets', verbs: ['get', 'list'], for: ['statefulSet', 'shards', 'owned'] },
  // Of a PrometheusAgent that runs as one.
  { group: 'apps', resource: 'daemonsets', verbs: ['get'], for: ['statefulSet'] },
  { group: '', resource: 'persistentvolumeclaims', verbs: ['list'], for: ['claims'] },
  { group: 'storage.k8s.io', resource: 'storageclasses', verbs: ['list'], for: ['storageClasses'] },
  {
    group: 'admissionregistration.k8s.io',
    resource: 'mutatingwebhookconfigurations',
    verbs: ['list'],
    for: ['webhooks'],
  },
  {
    group: 'admissionregistration.k8s.io',
    resource: 'validatingwebhookconfigurations',
    verbs: ['list'],
    for: ['webhooks'],
  },
  { group: 'batch', resource: 'jobs', verbs: ['list'], for: ['jobs'] },
  // `get`: where there are many, only the candidates are read in full.
  { group: 'argoproj.io', resource: 'applications', verbs: ['get', 'list'], for: ['applications'] },
  // Their sync windows: an operation that one blocks would start when it opens.
  { group: 'argoproj.io', resource: 'appprojects', verbs: ['get'], for: ['applications'] },
  { group: '', resource: 'services/proxy', verbs: ['get'], for: ['operators'], optional: 'metrics' },
  { group: '', resource: 'secrets', verbs: ['get'], for: ['admissionSecret', 'owned'], optional: 'admission-secret' },
];
