import type { Cluster } from '../../cluster/control-plane/cluster.ts';
import type { ClusterRole, Managed } from '../../cluster/kinds.ts';
import { NS, OPERATOR } from '../../cluster/names.ts';
import { manifest } from '../../cluster/scenarios/argo.ts';
import { addArguments, applyStack, editRole, whileDown, withoutRight } from '../../cluster/scenarios/change.ts';
import { controllerWaits, isTrue, logHas, nothingMade } from '../../cluster/scenarios/look.ts';
import type { Scenario } from '../../cluster/scenarios/types.ts';
import { until } from '../../cluster/wait.ts';

const RBAC = 'rbac.authorization.k8s.io';
const ROLES = `/apis/${RBAC}/v1`;
const MONITORING = 'monitoring.coreos.com';
type Rules = ClusterRole['rules'];

export const NAMESPACED_ROLE = `${ROLES}/namespaces/${NS}/roles/${OPERATOR}`;
export const ALERTMANAGER = 'prometheus-kube-prometheus-alertmanager';
const ALERTMANAGER_PATH = `/apis/${MONITORING}/v1/namespaces/${NS}/alertmanagers/${ALERTMANAGER}`;

/** The operator's account gets these rights in its own namespace only. */
async function inNamespace(cluster: Cluster, rules: Rules): Promise<void> {
  const metadata = { name: OPERATOR, namespace: NS };
  const subjects = [{ kind: 'ServiceAccount', name: OPERATOR, namespace: NS }];
  const roleRef = { apiGroup: RBAC, kind: 'Role', name: OPERATOR };
  await cluster.apply({ apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules });
  await cluster.apply({ apiVersion: `${RBAC}/v1`, kind: 'RoleBinding', metadata, roleRef, subjects });
}

/** What the operator lists for its Prometheus controller, beside the kind itself. */
const LISTED = [
  [MONITORING, 'servicemonitors'],
  [MONITORING, 'podmonitors'],
  [MONITORING, 'probes'],
  [MONITORING, 'prometheusrules'],
  ['', 'configmaps'],
  ['', 'secrets'],
  ['apps', 'statefulsets'],
] as const;
const SECRETS: Rules[number] = {
  apiGroups: [''],
  resources: ['secrets'],
  verbs: ['get', 'watch', 'create', 'update', 'delete'],
};

async function whatIsListedInNamespaceOnly(cluster: Cluster): Promise<void> {
  for (const [group, resource] of LISTED) await withoutRight(group, resource)(cluster);
  const rules = LISTED.map(([group, resource]) => ({ apiGroups: [group], resources: [resource], verbs: ['*'] }));
  await inNamespace(cluster, rules);
}

/** A Role instead of the ClusterRole, which keeps what has no namespace. In the Role the list of Secrets is missing. */
async function roleWithoutListOfSecrets(cluster: Cluster): Promise<void> {
  const { rules } = await cluster.api.get<ClusterRole>(`${ROLES}/clusterroles/${OPERATOR}`);
  const isOfCluster = ({ resources = [] }: Rules[number]) =>
    resources.some((one) => ['nodes', 'namespaces', 'storageclasses'].includes(one));
  const left = rules.filter((rule) => !isOfCluster(rule) && !rule.resources?.includes('secrets'));
  await inNamespace(cluster, [...left, { apiGroups: [''], resources: ['configmaps'], verbs: ['*'] }, SECRETS]);
  await editRole((all) => all.filter(isOfCluster))(cluster);
  await addArguments(`--namespaces=${NS}`)(cluster);
}

/** The chart as a Git that lost the list of the operator's kinds renders it. */
export const withoutList = (yaml: string): string =>
  yaml.replace(
    /( {6}- prometheusrules\n {4}verbs: )\["\*"\]/,
    '$1[get, watch, create, update, patch, delete, deletecollection]',
  );

const alertmanager = (cluster: Cluster) => cluster.api.maybe<Managed>(ALERTMANAGER_PATH);

/** Rights that are missing otherwise than in the suite's own scenarios. */
export const RIGHTS: readonly Scenario[] = [
  {
    id: 'F02-git',
    cause: 'rbac-gate-prometheuses',
    title: 'the list of the operator’s kinds is missing in Git',
    inject: (cluster) => whileDown(cluster, () => cluster.apply(withoutList(manifest(cluster, 'stack.yaml')))),
    settled: async (cluster) =>
      (await nothingMade(cluster)) && logHas(cluster, 'missing permission on resource \\"prometheuses\\"'),
    fix: applyStack,
  },
  {
    id: 'F06-scope',
    cause: 'rbac-operator-cluster-scope',
    title: 'a Role took the place of what the ClusterRole granted on all that is listed',
    inject: (cluster) => whileDown(cluster, () => whatIsListedInNamespaceOnly(cluster)),
    settled: async (cluster) =>
      (await nothingMade(cluster)) &&
      (await controllerWaits(cluster)) &&
      (await logHas(cluster, 'cannot list resource \\"statefulsets\\"')) &&
      (await logHas(cluster, 'cannot list resource \\"probes\\"')) &&
      logHas(cluster, 'cannot list resource \\"secrets\\"'),
    fix: applyStack,
  },
  {
    id: 'F06-role',
    cause: 'rbac-list-informer',
    title: 'an operator of one namespace with a Role that lacks the list of Secrets',
    inject: (cluster) => whileDown(cluster, () => roleWithoutListOfSecrets(cluster)),
    settled: async (cluster) =>
      (await nothingMade(cluster)) &&
      (await controllerWaits(cluster)) &&
      logHas(cluster, `cannot list resource \\"secrets\\" in API group \\"\\" in the namespace \\"${NS}\\"`),
    fix: applyStack,
  },
  {
    id: 'F02-alertmanager',
    cause: 'rbac-gate-prometheuses',
    title: 'list on alertmanagers was denied when the operator started: an Alertmanager made since has no StatefulSet',
    async inject(cluster) {
      const { metadata, ...draft } = (await alertmanager(cluster)) ?? {};
      const { name, namespace, labels } = metadata ?? {};
      await whileDown(cluster, async () => {
        await withoutRight(MONITORING, 'alertmanagers', ['list'])(cluster);
        await cluster.k('-n', NS, 'delete', 'alertmanager', ALERTMANAGER, '--wait=true');
        await until('its StatefulSet is gone', async () =>
          (await cluster.k('-n', NS, 'get', 'sts', '-o', 'name')).includes('alertmanager') ? undefined : true,
        );
        await cluster.apply({ ...draft, metadata: { name, namespace, labels }, status: undefined });
      });
    },
    settled: async (cluster) =>
      (await alertmanager(cluster))?.status === undefined &&
      logHas(cluster, 'missing permission on resource \\"alertmanagers\\"'),
    recovered: async (cluster) => isTrue(await alertmanager(cluster), 'Available'),
    fix: applyStack,
  },
];
