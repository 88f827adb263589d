import type { Cluster } from '../control-plane/cluster.ts';
import type { KubeEvent, List, Managed, StatefulSet } from '../kinds.ts';
import { core, NS, prometheusesPath, STATEFULSET, STATEFULSET_PATH } from '../names.ts';
import { sleep } from '../wait.ts';
import { nudge, patchPrometheus, quota } from './change.ts';
import { condition, isTrue, messageOf, prometheus } from './look.ts';
import type { Scenario } from './types.ts';

const SETS = `/apis/apps/v1/namespaces/${NS}/statefulsets`;
const SECOND = `${STATEFULSET}-shard-1`;
const readyPods = async (cluster: Cluster, path: string): Promise<number> =>
  (await cluster.api.maybe<StatefulSet>(path))?.status?.readyReplicas ?? 0;

const PAIR = 'pair';
const pairSets = [`prometheus-${PAIR}`, `prometheus-${PAIR}-shard-1`];

/** Two shards whose names leave room for the revision that a StatefulSet's pods bear as a label. */
const installPair = (cluster: Cluster) =>
  cluster.apply({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'Prometheus',
    metadata: { name: PAIR, namespace: NS },
    spec: { replicas: 1, shards: 2, version: 'v3.7.3', serviceMonitorSelector: {} },
  });

async function pairReady(cluster: Cluster): Promise<boolean> {
  const object = await cluster.api.maybe<Managed>(`${prometheusesPath()}/${PAIR}`);
  const pods = await Promise.all(pairSets.map((name) => readyPods(cluster, `${SETS}/${name}`)));
  return isTrue(object, 'Available') && isTrue(object, 'Reconciled') && pods.every((count) => count === 1);
}

const TOO_LONG = /metadata\.labels: Invalid value: .*-shard-1-.*must be no more than 63/;

async function secondRefused(cluster: Cluster): Promise<boolean> {
  const { items } = await cluster.api.get<List<KubeEvent>>(`${core('events')}?fieldSelector=reason%3DFailedCreate`);
  return items.some(({ message }) => TOO_LONG.test(message)) && (await readyPods(cluster, STATEFULSET_PATH)) === 1;
}

/** A Prometheus of two shards: a StatefulSet each. */
export default [
  {
    id: 'F43b',
    cause: 'quota-on-owned-objects',
    title: 'a ResourceQuota leaves no room for the StatefulSet of the second shard; the first one runs',
    async inject(cluster) {
      await quota(cluster, 'objects', { 'count/statefulsets.apps': '2' });
      await patchPrometheus(cluster, { shards: 2 });
    },
    async settled(cluster) {
      const object = await prometheus(cluster);
      const refused = `statefulsets.apps "${SECOND}" is forbidden: exceeded quota: objects`;
      return (
        messageOf(object, 'Reconciled').includes(refused) &&
        condition(object, 'Available') !== undefined &&
        (await readyPods(cluster, STATEFULSET_PATH)) === 1
      );
    },
    async fix(cluster) {
      await cluster.api.merge(core('resourcequotas', 'objects'), {
        spec: { hard: { 'count/statefulsets.apps': '5' } },
      });
      await sleep(1000); // until the quota controller has seen it
      await nudge(cluster);
    },
    recovered: async (cluster) => isTrue(await prometheus(cluster), 'Reconciled'),
  },
  {
    id: 'F48d',
    cause: 'pod-create-denied',
    title: 'the name of the second shard is too long for the labels of its pods; the first one runs',
    inject: (cluster) => patchPrometheus(cluster, { shards: 2 }),
    settled: secondRefused,
    fix: (cluster) => patchPrometheus(cluster, { shards: 1 }),
  },
  {
    id: 'N05',
    cause: 'healthy',
    subject: `${NS}/${PAIR}`,
    title: 'two shards, both of which run',
    inject: installPair,
    settled: pairReady,
  },
] satisfies readonly Scenario[];
