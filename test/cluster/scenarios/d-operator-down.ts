import type { Cluster } from '../control-plane/cluster.ts';
import type { KubeObject, Secret } from '../kinds.ts';
import { ADMISSION, core, NS, OPERATOR } from '../names.ts';
import { sleep, until } from '../wait.ts';
import {
  addArguments,
  applyStack,
  applyStackAndRestart,
  type Change,
  chartPrometheus,
  editOperator,
  recreatePrometheus,
  removePrometheus,
  restartOperator,
  scaleOperator,
  whileDown,
} from './change.ts';
import { hasEvent, logHas, nothingMade, operatorContainer, operatorPods } from './look.ts';
import type { Scenario } from './types.ts';

const ACCOUNT = core('serviceaccounts', OPERATOR);
const POLICY = 'default-deny-egress';

const waitsFor = async (cluster: Cluster, reason: string) =>
  (await operatorContainer(cluster))?.state.waiting?.reason === reason;
const died = async (cluster: Cluster, exitCode: number) =>
  (await operatorContainer(cluster))?.lastState?.terminated?.exitCode === exitCode;
const denyEgress =
  (annotations: Record<string, string>): Change =>
  (cluster) =>
    cluster.apply({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: POLICY, namespace: NS, annotations },
      spec: { podSelector: {}, policyTypes: ['Egress'] },
    });
const allowEgress = (cluster: Cluster) => cluster.k('-n', NS, 'delete', 'networkpolicy', POLICY);
/** What the chart's hook Jobs do: a new Secret, and the caBundle that goes with it. */
const runHooks = (cluster: Cluster) => cluster.install({ crds: false, stack: false });
const deleteAdmissionSecret = (cluster: Cluster) => cluster.k('-n', NS, 'delete', 'secret', ADMISSION);

async function certManagerSecret(cluster: Cluster): Promise<void> {
  const { data } = await cluster.api.get<Secret>(core('secrets', ADMISSION));
  await deleteAdmissionSecret(cluster);
  const renamed = { 'ca.crt': data['ca'], 'tls.crt': data['cert'], 'tls.key': data['key'] };
  await cluster.api.post(core('secrets'), {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: ADMISSION },
    data: renamed,
  });
}

/** The old token is refused from then on; the API server remembers an accepted one for ten seconds. */
async function remakeAccount(cluster: Cluster): Promise<void> {
  const { metadata } = await cluster.api.get<KubeObject>(ACCOUNT);
  await cluster.api.del(ACCOUNT);
  await cluster.api.post(core('serviceaccounts'), {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: metadata.name, labels: metadata.labels },
  });
  await sleep(12_000);
}

/** No operator process does the work: it is not there, can't start, dies at its start, or (F25) has lost the API server. */
export default [
  {
    id: 'F14',
    cause: 'operator-scaled-0',
    title: 'the operator Deployment has 0 replicas',
    async inject(cluster: Cluster) {
      await scaleOperator(cluster, 0);
      await recreatePrometheus(cluster);
    },
    settled: async (cluster) => (await nothingMade(cluster)) && (await operatorPods(cluster)).length === 0,
    fix: (cluster) => scaleOperator(cluster, 1),
  },
  {
    id: 'F15',
    cause: 'admission-secret-missing',
    title: "the admission Secret, a volume of the operator's pod, is gone",
    inject: (cluster) => whileDown(cluster, deleteAdmissionSecret),
    settled: async (cluster) =>
      (await nothingMade(cluster)) &&
      (await waitsFor(cluster, 'ContainerCreating')) &&
      hasEvent(cluster, 'FailedMount', `secret "${ADMISSION}" not found`),
    fix: runHooks,
  },
  {
    id: 'F16',
    cause: 'admission-secret-bad-content',
    title: 'the admission Secret has the keys of cert-manager (tls.crt, tls.key), not those that the operator reads',
    inject: (cluster) => whileDown(cluster, certManagerSecret),
    settled: async (cluster) =>
      (await nothingMade(cluster)) &&
      (await died(cluster, 1)) &&
      logHas(cluster, 'failed to load serving certificate and key'),
    async fix(cluster) {
      await deleteAdmissionSecret(cluster);
      await runHooks(cluster);
    },
  },
  {
    id: 'F17',
    cause: 'port-conflict',
    title: "hostNetwork: the kubelet already listens on the node's port 10250",
    inject: (cluster) =>
      whileDown(cluster, () =>
        editOperator(cluster, (spec) => {
          spec.hostNetwork = true;
        }),
      ),
    settled: async (cluster) =>
      (await nothingMade(cluster)) && (await died(cluster, 1)) && logHas(cluster, 'bind: address already in use'),
    fix: (cluster) =>
      editOperator(cluster, (spec) => {
        spec.hostNetwork = false;
      }),
  },
  {
    id: 'F18',
    cause: 'operator-image-pull',
    title: "the operator's image can't be pulled",
    inject: (cluster) =>
      whileDown(cluster, () =>
        editOperator(cluster, (_, container) => {
          container.image = 'quay.io/prometheus-operator/prometheus-operator:does-not-exist';
        }),
      ),
    settled: async (cluster) =>
      (await nothingMade(cluster)) &&
      (await waitsFor(cluster, 'ImagePullBackOff')) &&
      hasEvent(cluster, 'Failed', 'does-not-exist'),
    fix: applyStack,
  },
  {
    id: 'F19',
    cause: 'operator-oomkilled',
    title: 'the memory limit is below what the operator needs',
    inject: (cluster) =>
      whileDown(cluster, () =>
        editOperator(cluster, (_, container) => {
          container.resources = { limits: { memory: '10Mi' } };
        }),
      ),
    settled: async (cluster) =>
      (await nothingMade(cluster)) && (await operatorContainer(cluster))?.lastState?.terminated?.reason === 'OOMKilled',
    fix: (cluster) =>
      editOperator(cluster, (_, container) => {
        container.resources = {};
      }),
  },
  {
    id: 'F20',
    cause: 'operator-pending',
    title: "no node has the label of the operator's nodeSelector",
    inject: (cluster) =>
      whileDown(cluster, () =>
        editOperator(cluster, (spec) => {
          spec.nodeSelector = { pool: 'monitoring' };
        }),
      ),
    settled: async (cluster) =>
      (await nothingMade(cluster)) &&
      (await operatorPods(cluster))[0]?.status?.conditions?.some(
        ({ type, status, reason }) => type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable',
      ),
    fix: (cluster) =>
      editOperator(cluster, (spec) => {
        delete spec.nodeSelector;
      }),
  },
  {
    id: 'F21',
    cause: 'both-ns-flags',
    title: '--namespaces and --deny-namespaces together: the operator ends without a word',
    inject: (cluster) => whileDown(cluster, addArguments('--namespaces=default', '--deny-namespaces=kube-system')),
    settled: async (cluster) =>
      (await nothingMade(cluster)) &&
      (await died(cluster, 1)) &&
      (await logHas(cluster, 'Starting Prometheus Operator')) &&
      !(await logHas(cluster, 'level=error')) &&
      !(await logHas(cluster, 'Namespaces filtering')),
    fix: applyStack,
  },
  {
    id: 'F22',
    cause: 'bad-flag',
    title: 'a flag that the operator no longer knows',
    inject: (cluster) => whileDown(cluster, addArguments('--config-reloader-cpu=100m')),
    settled: async (cluster) =>
      (await nothingMade(cluster)) && (await died(cluster, 2)) && logHas(cluster, 'flag provided but not defined'),
    fix: applyStack,
  },
  {
    id: 'F23',
    cause: 'sa-token-not-mounted',
    title: 'automountServiceAccountToken is false',
    inject: (cluster) =>
      whileDown(cluster, () =>
        editOperator(cluster, (spec) => {
          spec.automountServiceAccountToken = false;
        }),
      ),
    settled: async (cluster) =>
      (await nothingMade(cluster)) &&
      (await died(cluster, 1)) &&
      logHas(cluster, 'open /var/run/secrets/kubernetes.io/serviceaccount/token'),
    fix: applyStack,
  },
  {
    id: 'F24',
    cause: 'apiserver-unreachable-at-start',
    title: "a NetworkPolicy denies all egress and rejects: the operator can't reach the API server",
    inject: (cluster) => whileDown(cluster, denyEgress({})),
    settled: async (cluster) =>
      (await nothingMade(cluster)) &&
      (await died(cluster, 1)) &&
      (await logHas(cluster, 'failed to request Kubernetes server version')) &&
      logHas(cluster, 'connect: connection refused'),
    fix: allowEgress,
  },
  {
    // The dial would time out after 30 s, but the liveness probe ends the container after 20: exit code 2 and no error line at all.
    id: 'F24b',
    cause: 'apiserver-unreachable-at-start',
    title:
      'a NetworkPolicy denies all egress and drops: the liveness probe ends the operator before its first request times out',
    inject: (cluster) => whileDown(cluster, denyEgress({ 'lab/drop': 'true' })),
    settled: async (cluster) =>
      (await nothingMade(cluster)) &&
      (await died(cluster, 2)) &&
      (await hasEvent(cluster, 'Killing', 'failed liveness probe')) &&
      !(await logHas(cluster, 'connection established')),
    fix: allowEgress,
  },
  {
    id: 'F25',
    cause: 'apiserver-lost-after-sync',
    title: "the operator's ServiceAccount was deleted and re-created: its token is refused from then on",
    async inject(cluster) {
      cluster.savedCr = await chartPrometheus(cluster);
      await removePrometheus(cluster);
      await remakeAccount(cluster);
      await recreatePrometheus(cluster);
    },
    settled: async (cluster) => (await nothingMade(cluster)) && logHas(cluster, 'Unauthorized'),
    fix: restartOperator,
  },
  {
    id: 'F26',
    cause: 'operator-pod-creation-denied',
    title: "the operator's ServiceAccount is missing, so no pod is made",
    inject: (cluster) => whileDown(cluster, () => cluster.k('-n', NS, 'delete', 'serviceaccount', OPERATOR)),
    settled: async (cluster) =>
      (await nothingMade(cluster)) &&
      (await operatorPods(cluster)).length === 0 &&
      hasEvent(cluster, 'FailedCreate', `serviceaccount "${OPERATOR}" not found`),
    fix: applyStackAndRestart, // the ReplicaSet would try again by itself, in up to 16 minutes
  },
  {
    id: 'F67',
    cause: 'operator-missing',
    title: 'the operator Deployment was deleted',
    async inject(cluster) {
      await cluster.k('-n', NS, 'delete', 'deployment', OPERATOR, '--wait=true');
      await until('its pods are gone', async () => (await operatorPods(cluster)).length === 0);
      await recreatePrometheus(cluster);
    },
    settled: nothingMade,
    fix: applyStack,
  },
] satisfies readonly Scenario[];
