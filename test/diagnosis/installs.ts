import { ADMISSION, NS, OPERATOR, OPERATOR_CONTAINER, PROMETHEUS } from '../cluster/names.ts';

/** The same stack as somebody else installs it. */
export interface Install {
  readonly title: string;
  readonly namespace: string;
  readonly operator: string;
  readonly prometheus: string;
  readonly alertmanager: string;
  /** Secret of the operator's certificate. */
  readonly secret: string;
  /** Changes the YAML of the chart's stack. */
  readonly edit: (yaml: string) => string;
}

const HELM =
  /^ +(app\.kubernetes\.io\/managed-by: Helm|heritage: Helm|chart: \S+|app\.kubernetes\.io\/(version|part-of|instance): \S+)\n/gm;
const IMAGE = /quay\.io\/prometheus-operator\/prometheus-operator:\S+/g;

/** Names and namespace, everywhere they stand. */
function renamed(yaml: string, install: Omit<Install, 'edit' | 'title'>): string {
  const names: readonly (readonly [string, string])[] = [
    [ADMISSION, install.secret],
    [OPERATOR, install.operator],
    [`alertmanager-${PROMETHEUS.replace(/prometheus$/, 'alertmanager')}`, `alertmanager-${install.alertmanager}`],
    [PROMETHEUS.replace(/prometheus$/, 'alertmanager'), install.alertmanager],
    [PROMETHEUS, install.prometheus],
  ];
  return names
    .reduce((text, [from, to]) => text.replaceAll(new RegExp(`${from}(?![\\w-])`, 'g'), to), yaml)
    .replaceAll(new RegExp(`(namespace: |\\[|\\.)${NS}\\b(?!\\.coreos)`, 'g'), `$1${install.namespace}`);
}

const release = {
  namespace: 'observability',
  operator: 'kps-eu-operator',
  prometheus: 'kps-eu-main',
  alertmanager: 'kps-eu-alerts',
  secret: 'kps-eu-admission',
};
const rancher = {
  namespace: 'cattle-monitoring-system',
  operator: 'rancher-monitoring-operator',
  prometheus: 'rancher-monitoring-prometheus',
  alertmanager: 'rancher-monitoring-alertmanager',
  secret: 'rancher-monitoring-admission',
};
const openshift = {
  namespace: 'openshift-monitoring',
  operator: 'prometheus-operator',
  prometheus: 'k8s',
  alertmanager: 'main',
  secret: 'prometheus-operator-tls',
};

/** What must not matter: names, namespace, labels, where the image comes from. */
export const INSTALLS: readonly Install[] = [
  {
    ...release,
    title: 'another release with fullnameOverride in another namespace',
    edit: (yaml) => renamed(yaml, release).replaceAll('release: prometheus', 'release: kps-eu'),
  },
  {
    ...rancher,
    title: 'like Rancher’s: mirrored images, no labels of Helm',
    edit: (yaml) =>
      renamed(yaml, rancher)
        .replaceAll(HELM, '')
        .replaceAll('release: prometheus', 'release: rancher-monitoring')
        .replaceAll(IMAGE, 'registry.example.org/rancher/mirrored-prometheus-operator-prometheus-operator:v0.86.2'),
  },
  {
    ...openshift,
    title: 'like OpenShift’s: images by digest, no labels of Helm, short names',
    edit: (yaml) =>
      renamed(yaml, openshift)
        .replaceAll(HELM, '')
        .replaceAll('release: prometheus', 'team: platform')
        .replaceAll(`name: ${OPERATOR_CONTAINER}`, 'name: prometheus-operator')
        .replaceAll(IMAGE, `registry.example.org/ocp/release@sha256:${'7'.repeat(64)}`),
  },
];
