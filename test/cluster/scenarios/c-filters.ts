import type { Cluster } from '../control-plane/cluster.ts';
import { NS, PROMETHEUS } from '../names.ts';
import { addArguments, applyStack, type Draft, whileDown } from './change.ts';
import { controllerReady, logHas, metrics, nothingMade } from './look.ts';
import type { Scenario } from './types.ts';

/** Whether the operator's Prometheus informer has the object at all. */
async function seen(cluster: Cluster): Promise<boolean> {
  const labels = ['controller="prometheus"', `namespace="${NS}"`, `name="${PROMETHEUS}"`];
  return (await metrics(cluster)).some(
    (line) => line.startsWith('prometheus_operator_spec_replicas{') && labels.every((label) => line.includes(label)),
  );
}
const unseen = async (cluster: Cluster): Promise<boolean> =>
  (await nothingMade(cluster)) && (await controllerReady(cluster)) && !(await seen(cluster));

const claimedByOther = ({ metadata }: Draft): void => {
  metadata.annotations = { ...metadata.annotations, 'operator.prometheus.io/controller-id': 'team-a' };
};

/** The operator is well, and its own filters leave this Prometheus out: no status, no error, no event, ever. */
export default [
  {
    id: 'F10',
    cause: 'ns-allowlist-excludes',
    title: '--prometheus-instance-namespaces lists another namespace only',
    inject: (cluster: Cluster) => whileDown(cluster, addArguments('--prometheus-instance-namespaces=default')),
    settled: async (cluster) => (await unseen(cluster)) && logHas(cluster, 'prometheus_allow_list=\\"default\\"'),
    fix: applyStack,
  },
  {
    id: 'F11',
    cause: 'ns-denylist',
    title: '--deny-namespaces contains the namespace',
    inject: (cluster) => whileDown(cluster, addArguments(`--deny-namespaces=${NS}`)),
    settled: async (cluster) => (await unseen(cluster)) && logHas(cluster, `deny_list=\\"${NS}\\"`),
    fix: applyStack,
  },
  {
    id: 'F12',
    cause: 'instance-selector-excludes',
    title: '--prometheus-instance-selector does not match the labels of the Prometheus',
    inject: (cluster) => whileDown(cluster, addArguments('--prometheus-instance-selector=team=a')),
    settled: unseen,
    fix: (cluster) => cluster.k('-n', NS, 'label', 'prometheus', PROMETHEUS, 'team=a'), // no restart: the watch delivers it as new
  },
  {
    id: 'F13',
    cause: 'controller-id-mismatch',
    title: 'the annotation controller-id names another operator',
    inject: (cluster) => whileDown(cluster, undefined, claimedByOther),
    settled: async (cluster) =>
      (await nothingMade(cluster)) &&
      (await controllerReady(cluster)) &&
      (await seen(cluster)) &&
      (await metrics(cluster)).includes('prometheus_operator_reconcile_operations_total{controller="prometheus"} 0'),
    fix: (cluster) =>
      cluster.k('-n', NS, 'annotate', 'prometheus', PROMETHEUS, 'operator.prometheus.io/controller-id-'),
  },
] satisfies readonly Scenario[];
