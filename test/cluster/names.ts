/** Names that the chart gives with release `prometheus` in namespace `monitoring`, and the API paths of those objects. */
export const NS = 'monitoring';
export const OPERATOR = 'prometheus-kube-prometheus-operator';
export const PROMETHEUS = 'prometheus-kube-prometheus-prometheus';
export const STATEFULSET = `prometheus-${PROMETHEUS}`;
export const ADMISSION = 'prometheus-kube-prometheus-admission';
/** The container in the operator's pod. */
export const OPERATOR_CONTAINER = 'kube-prometheus-stack';

export const core = (kind: string, name?: string, namespace = NS): string =>
  `/api/v1/namespaces/${namespace}/${kind}${name ? `/${name}` : ''}`;
export const prometheusesPath = (namespace = NS): string =>
  `/apis/monitoring.coreos.com/v1/namespaces/${namespace}/prometheuses`;
export const PROMETHEUS_PATH = `${prometheusesPath()}/${PROMETHEUS}`;
export const STATEFULSET_PATH = `/apis/apps/v1/namespaces/${NS}/statefulsets/${STATEFULSET}`;
export const OPERATOR_PATH = `/apis/apps/v1/namespaces/${NS}/deployments/${OPERATOR}`;
export const CRDS_PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
export const crdPath = (plural: string): string => `${CRDS_PATH}/${plural}.monitoring.coreos.com`;
export const webhookConfiguration = (kind: 'mutating' | 'validating', name = ADMISSION): string =>
  `/apis/admissionregistration.k8s.io/v1/${kind}webhookconfigurations/${name}`;

/** The ten kinds of the operator. */
export const OPERATOR_KINDS = [
  'alertmanagerconfigs',
  'alertmanagers',
  'podmonitors',
  'probes',
  'prometheusagents',
  'prometheuses',
  'prometheusrules',
  'scrapeconfigs',
  'servicemonitors',
  'thanosrulers',
] as const;
