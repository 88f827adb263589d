import type { Cluster } from '../control-plane/cluster.ts';
import type { ContainerStatus, Deployment, KubeObject, List, Pod, Secret, StatefulSet } from '../kinds.ts';
import { ADMISSION, core, NS, OPERATOR, OPERATOR_PATH, PROMETHEUS, STATEFULSET } from '../names.ts';
import { sleep, until } from '../wait.ts';
import {
  applyStack,
  claim,
  createPrometheus,
  draftOf,
  nudge,
  patchPrometheus,
  quota,
  recreatePrometheus,
  removePrometheus,
  storageClass,
  volume,
  withSpec,
} from './change.ts';
import { ALL_OWNED, condition, hasEvent, isTrue, logHas, owned, prometheus, statefulSet } from './look.ts';
import type { Scenario } from './types.ts';

const POD = `${STATEFULSET}-0`;
const pod = (cluster: Cluster) => cluster.api.maybe<Pod>(core('pods', POD));
const from = (fields: Record<string, unknown>) => (cluster: Cluster) => recreatePrometheus(cluster, withSpec(fields));

/** Reconciled, not available, and this in the message; no message at all where no pod exists. */
async function notReady(cluster: Cluster, text?: string): Promise<boolean> {
  const object = await prometheus(cluster);
  const available = condition(object, 'Available');
  if (!isTrue(object, 'Reconciled') || available?.status !== 'False' || available.reason !== 'NoPodReady') return false;
  const said = text === undefined ? !available.message : (available.message ?? '').includes(text);
  return said && (await owned(cluster)).length === ALL_OWNED;
}

async function waitsFor(cluster: Cluster, reason: string): Promise<boolean> {
  const status = (await pod(cluster))?.status;
  const containers: readonly ContainerStatus[] = [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
  ];
  return containers.some(({ state }) => state.waiting?.reason === reason);
}

/** The StatefulSet controller backs off for minutes; any change of the StatefulSet makes it try now. */
const retry = (cluster: Cluster) =>
  cluster.k('-n', NS, 'annotate', '--overwrite', 'sts', STATEFULSET, `retry=${Date.now()}`);

const MAY_NOT_WRITE = [
  'time=2025-11-22T13:00:00.000Z level=ERROR source=query_logger.go:113 msg="Error opening query log file" component=activeQueryTracker file=/prometheus/queries.active err="open /prometheus/queries.active: permission denied"',
  'panic: Unable to create mmap-ed active query log',
].join('\n');

async function provision(cluster: Cluster): Promise<void> {
  const { items } = await cluster.api.get<List<KubeObject>>(core('persistentvolumeclaims'));
  const [first] = items;
  if (!first) throw new Error('there is no claim');
  const { name, namespace, uid } = first.metadata;
  await volume(cluster, 'local-path', { name, namespace, uid });
}

async function replacedWhilePodStays(cluster: Cluster): Promise<void> {
  await storageClass(cluster, 'local-path');
  await cluster.k('-n', NS, 'annotate', 'pod', POD, 'lab/stuck=true');
  await sleep(1000); // the node has to see the annotation before the pod is told to go
  await patchPrometheus(cluster, claim('local-path'));
  const going = async () => (await statefulSet(cluster))?.metadata.deletionTimestamp;
  await until('the operator deletes the StatefulSet', going);
  await nudge(cluster); // or the status may be from a moment before
}

async function stuckTerminating(cluster: Cluster): Promise<boolean> {
  const existing = await statefulSet(cluster);
  const object = await prometheus(cluster);
  const going =
    existing?.metadata.deletionTimestamp !== undefined &&
    existing.metadata.finalizers?.includes('foregroundDeletion') === true;
  const status = isTrue(object, 'Available') && isTrue(object, 'Reconciled') && object?.status?.availableReplicas === 0;
  return (
    going &&
    status &&
    (await pod(cluster))?.metadata.deletionTimestamp !== undefined &&
    logHas(cluster, "recreating StatefulSet because the update operation wasn't possible")
  );
}

async function letOldPodGo(cluster: Cluster): Promise<void> {
  const old = (await statefulSet(cluster))?.metadata.uid;
  await volume(cluster, 'local-path');
  await cluster.k('-n', NS, 'annotate', 'pod', POD, 'lab/stuck-');
  const replaced = async () => {
    const uid = (await statefulSet(cluster))?.metadata.uid;
    return uid !== undefined && uid !== old;
  };
  await until('there is a new StatefulSet', replaced);
}

const RANCHER = 'cattle-monitoring-system';
/** Rancher's copy: the same program and rights with another config reloader, so that the two never agree on the StatefulSet. */
async function secondOperator(cluster: Cluster): Promise<void> {
  const name = 'rancher-monitoring-operator';
  const labels = { app: name };
  const { spec } = await cluster.api.get<Deployment>(OPERATOR_PATH);
  const { data } = await cluster.api.get<Secret>(core('secrets', ADMISSION));
  spec.selector.matchLabels = labels;
  spec.template.metadata.labels = labels;
  spec.template.spec.serviceAccountName = name;
  delete spec.template.spec.serviceAccount;
  const [container] = spec.template.spec.containers;
  if (container)
    container.args =
      container.args?.map((arg) =>
        arg.replace(
          /^(--prometheus-config-reloader)=.*/,
          '$1=docker.io/rancher/mirrored-prometheus-operator-prometheus-config-reloader:v0.85.0',
        ),
      ) ?? [];
  const subjects = [{ kind: 'ServiceAccount', name, namespace: RANCHER }];
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: RANCHER } });
  await cluster.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: RANCHER } });
  await cluster.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: ADMISSION, namespace: RANCHER }, data });
  await cluster.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: OPERATOR },
    subjects,
  });
  await cluster.apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: RANCHER, labels },
    spec,
  });
}

async function noLongerFoughtOver(cluster: Cluster): Promise<boolean> {
  const before = (await statefulSet(cluster))?.metadata.generation;
  await sleep(4000);
  return before === (await statefulSet(cluster))?.metadata.generation && isTrue(await prometheus(cluster), 'Available');
}

/** Every StatefulSet is without a status for a moment; one of this age nobody looks at. */
const unseenForLong = (found: StatefulSet | undefined): boolean =>
  found !== undefined &&
  found.status.observedGeneration === undefined &&
  Date.now() - Date.parse(found.metadata.creationTimestamp) > 22_000;

/** The StatefulSet is there; its pods are not, or not ready: Reconciled=True, Available=False, and the cause is one level further down. */
export default [
  {
    id: 'F48',
    cause: 'pod-create-denied',
    title: 'a ResourceQuota wants limits that the pods do not have',
    async inject(cluster: Cluster) {
      await quota(cluster, 'compute', { 'limits.memory': '8Gi', 'limits.cpu': '4' });
      await recreatePrometheus(cluster);
    },
    settled: async (cluster) =>
      (await notReady(cluster)) &&
      hasEvent(cluster, 'FailedCreate', `pods "${POD}" is forbidden: failed quota: compute: must specify limits`),
    async fix(cluster) {
      await cluster.k('-n', NS, 'delete', 'quota', 'compute');
      await retry(cluster);
    },
  },
  {
    id: 'F48b',
    cause: 'pod-create-denied',
    title: 'the ServiceAccount of the Prometheus pods is missing',
    async inject(cluster) {
      await cluster.k('-n', NS, 'delete', 'sa', PROMETHEUS);
      await recreatePrometheus(cluster);
    },
    settled: async (cluster) =>
      (await notReady(cluster)) &&
      hasEvent(
        cluster,
        'FailedCreate',
        `error looking up service account ${NS}/${PROMETHEUS}: serviceaccount "${PROMETHEUS}" not found`,
      ),
    async fix(cluster) {
      await applyStack(cluster);
      await retry(cluster);
    },
  },
  {
    id: 'F48c',
    cause: 'pod-create-denied',
    title: 'PodSecurity forbids the host network',
    async inject(cluster) {
      await cluster.k('label', 'ns', NS, 'pod-security.kubernetes.io/enforce=baseline');
      await recreatePrometheus(cluster, withSpec({ hostNetwork: true }));
    },
    settled: async (cluster) =>
      (await notReady(cluster)) &&
      (await hasEvent(
        cluster,
        'FailedCreate',
        'violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)',
      )) &&
      logHas(cluster, 'msg="Warning: would violate PodSecurity'),
    fix: (cluster) => patchPrometheus(cluster, { hostNetwork: false }),
  },
  {
    id: 'F49',
    cause: 'no-sts-controller',
    title: 'kube-controller-manager is down',
    async inject(cluster) {
      const draft = await draftOf(cluster);
      await removePrometheus(cluster);
      await cluster.stopControllerManager();
      await createPrometheus(cluster, draft);
    },
    settled: async (cluster) =>
      (await notReady(cluster)) && unseenForLong(await statefulSet(cluster)) && !(await pod(cluster)),
    fix: (cluster) => cluster.startControllerManager(),
  },
  {
    id: 'F50',
    cause: 'pvc-pending',
    title: 'a volume claim without a class, and no default StorageClass',
    inject: from(claim()),
    settled: (cluster) => notReady(cluster, 'pod has unbound immediate PersistentVolumeClaims'),
    fix: (cluster) => volume(cluster, ''),
  },
  {
    id: 'F50b',
    cause: 'pvc-pending',
    title: 'the provisioner of the StorageClass does not run',
    async inject(cluster) {
      await storageClass(cluster, 'local-path');
      await from(claim('local-path'))(cluster);
    },
    settled: async (cluster) =>
      (await notReady(cluster)) &&
      hasEvent(
        cluster,
        'ExternalProvisioning',
        "Waiting for a volume to be created either by the external provisioner 'rancher.io/local-path' or manually by the system administrator",
      ),
    fix: provision,
  },
  {
    id: 'F51',
    cause: 'unschedulable',
    title: 'no node has the label that the nodeSelector wants',
    inject: from({ nodeSelector: { 'node-role.example.com/monitoring': 'true' } }),
    settled: (cluster) =>
      notReady(cluster, "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector"),
    fix: (cluster) => cluster.k('label', 'node', 'node-1', 'node-role.example.com/monitoring=true'),
  },
  {
    id: 'F51b',
    cause: 'unschedulable',
    title: 'the pod asks for more memory than the node has',
    inject: from({ resources: { requests: { memory: '64Gi' } } }),
    settled: (cluster) => notReady(cluster, 'Insufficient memory'),
    fix: (cluster) => patchPrometheus(cluster, { resources: { requests: { memory: '1Gi' } } }),
  },
  {
    id: 'F52',
    cause: 'pod-start-failure',
    title: 'the Prometheus image does not exist',
    inject: from({ image: 'quay.io/prometheus/prometheus:does-not-exist' }),
    settled: async (cluster) =>
      (await notReady(cluster, 'containers with unready status: [prometheus]')) &&
      waitsFor(cluster, 'ImagePullBackOff'),
    fix: (cluster) => patchPrometheus(cluster, { image: 'quay.io/prometheus/prometheus:v3.7.3' }),
  },
  {
    id: 'F52b',
    cause: 'pod-start-failure',
    title: 'spec.secrets names a Secret that is not there',
    inject: from({ secrets: ['etcd-client'] }),
    settled: async (cluster) =>
      (await notReady(cluster, 'containers with incomplete status: [init-config-reloader]')) &&
      hasEvent(
        cluster,
        'FailedMount',
        'MountVolume.SetUp failed for volume "secret-etcd-client" : secret "etcd-client" not found',
      ),
    fix: (cluster) => cluster.k('-n', NS, 'create', 'secret', 'generic', 'etcd-client', '--from-literal=ca.crt=x'),
  },
  {
    id: 'F52c',
    cause: 'pod-start-failure',
    title: 'Prometheus may not write to its volume and crashes',
    inject: from({ podMetadata: { annotations: { 'lab/crash': '2', 'lab/log': MAY_NOT_WRITE } } }),
    settled: async (cluster) =>
      (await notReady(cluster, 'containers with unready status: [prometheus]')) &&
      waitsFor(cluster, 'CrashLoopBackOff'),
    fix: (cluster) => patchPrometheus(cluster, { podMetadata: null }),
  },
  {
    id: 'F53',
    cause: 'sts-stuck-terminating',
    title: 'the operator replaces the StatefulSet, and its old pod does not go away',
    inject: replacedWhilePodStays,
    settled: stuckTerminating,
    fix: letOldPodGo,
    async recovered(cluster) {
      const object = await prometheus(cluster);
      return isTrue(object, 'Available') && object?.status?.availableReplicas === 1;
    },
  },
  {
    id: 'F54',
    cause: 'two-operators',
    title: 'a second operator in another namespace manages the same Prometheus',
    inject: secondOperator,
    settled: async (cluster) => ((await statefulSet(cluster))?.metadata.generation ?? 0) > 20,
    fix: (cluster) => cluster.k('delete', 'ns', RANCHER, '--wait=true'),
    recovered: noLongerFoughtOver,
  },
] satisfies readonly Scenario[];
