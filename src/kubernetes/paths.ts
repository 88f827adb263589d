/** The kinds promfix reads or writes by a fixed API version. `namespaced` decides whether a namespace stands in the path. */
export const KINDS = {
  namespaces: { group: '', version: 'v1', namespaced: false },
  pods: { group: '', version: 'v1', namespaced: true },
  configmaps: { group: '', version: 'v1', namespaced: true },
  secrets: { group: '', version: 'v1', namespaced: true },
  services: { group: '', version: 'v1', namespaced: true },
  events: { group: '', version: 'v1', namespaced: true },
  serviceaccounts: { group: '', version: 'v1', namespaced: true },
  resourcequotas: { group: '', version: 'v1', namespaced: true },
  limitranges: { group: '', version: 'v1', namespaced: true },
  persistentvolumeclaims: { group: '', version: 'v1', namespaced: true },
  deployments: { group: 'apps', version: 'v1', namespaced: true },
  statefulsets: { group: 'apps', version: 'v1', namespaced: true },
  daemonsets: { group: 'apps', version: 'v1', namespaced: true },
  jobs: { group: 'batch', version: 'v1', namespaced: true },
  endpointslices: { group: 'discovery.k8s.io', version: 'v1', namespaced: true },
  networkpolicies: { group: 'networking.k8s.io', version: 'v1', namespaced: true },
  storageclasses: { group: 'storage.k8s.io', version: 'v1', namespaced: false },
  clusterroles: { group: 'rbac.authorization.k8s.io', version: 'v1', namespaced: false },
  clusterrolebindings: { group: 'rbac.authorization.k8s.io', version: 'v1', namespaced: false },
  roles: { group: 'rbac.authorization.k8s.io', version: 'v1', namespaced: true },
  rolebindings: { group: 'rbac.authorization.k8s.io', version: 'v1', namespaced: true },
  subjectaccessreviews: { group: 'authorization.k8s.io', version: 'v1', namespaced: false },
  selfsubjectaccessreviews: { group: 'authorization.k8s.io', version: 'v1', namespaced: false },
  customresourcedefinitions: { group: 'apiextensions.k8s.io', version: 'v1', namespaced: false },
  mutatingwebhookconfigurations: { group: 'admissionregistration.k8s.io', version: 'v1', namespaced: false },
  validatingwebhookconfigurations: { group: 'admissionregistration.k8s.io', version: 'v1', namespaced: false },
  applications: { group: 'argoproj.io', version: 'v1alpha1', namespaced: true },
  appprojects: { group: 'argoproj.io', version: 'v1alpha1', namespaced: true },
  prometheuses: { group: 'monitoring.coreos.com', version: 'v1', namespaced: true },
  alertmanagers: { group: 'monitoring.coreos.com', version: 'v1', namespaced: true },
  thanosrulers: { group: 'monitoring.coreos.com', version: 'v1', namespaced: true },
  servicemonitors: { group: 'monitoring.coreos.com', version: 'v1', namespaced: true },
  podmonitors: { group: 'monitoring.coreos.com', version: 'v1', namespaced: true },
  probes: { group: 'monitoring.coreos.com', version: 'v1', namespaced: true },
  prometheusrules: { group: 'monitoring.coreos.com', version: 'v1', namespaced: true },
  prometheusagents: { group: 'monitoring.coreos.com', version: 'v1alpha1', namespaced: true },
  scrapeconfigs: { group: 'monitoring.coreos.com', version: 'v1alpha1', namespaced: true },
  alertmanagerconfigs: { group: 'monitoring.coreos.com', version: 'v1alpha1', namespaced: true },
} as const satisfies Record<string, { group: string; version: string; namespaced: boolean }>;
export type Resource = keyof typeof KINDS;

export function isResource(name: string): name is Resource {
  return Object.hasOwn(KINDS, name);
}

export interface Place {
  /** Left out for cluster-scoped kinds and for lists over all namespaces. */
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  /** `log`, `status`, `proxy/metrics` … */
  readonly subresource?: string | undefined;
}

/** `/apis/GROUP/VERSION` or `/api/v1`. */
export function groupVersionPath(group: string, version: string): string {
  return group === '' ? `/api/${version}` : `/apis/${encodeURIComponent(group)}/${encodeURIComponent(version)}`;
}

/** As `apiVersion` of an object says it: `v1`, `apps/v1`. */
export function apiVersionOf(resource: Resource): string {
  const { group, version } = KINDS[resource];
  return group === '' ? version : `${group}/${version}`;
}

/** The path of an object, a collection or a subresource; every segment that comes from outside is encoded. */
export function resourcePath(resource: Resource, place: Place = {}): string {
  const { group, version, namespaced } = KINDS[resource];
  const inNamespace =
    namespaced && place.namespace !== undefined ? `/namespaces/${encodeURIComponent(place.namespace)}` : '';
  const object = place.name === undefined ? '' : `/${encodeURIComponent(place.name)}`;
  const sub =
    place.subresource === undefined ? '' : `/${place.subresource.split('/').map(encodeURIComponent).join('/')}`;
  return `${groupVersionPath(group, version)}${inNamespace}/${resource}${object}${sub}`;
}

/** Metadata only: what the API server sends is independent of the size of the objects. */
export const METADATA = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
export const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
/** A server-side Table; the columns are those of `kubectl get -o wide`. */
export const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
