import type { Cluster } from '../control-plane/cluster.ts';
import type { Crd } from '../kinds.ts';
import { crdPath } from '../names.ts';
import { until } from '../wait.ts';
import { applyStack, editRole, whileDown, withoutRight } from './change.ts';
import {
  controllerReady,
  controllerWaits,
  logHas,
  nothingMade,
  operatorContainer,
  reconciled,
  statefulSet,
} from './look.ts';
import type { Scenario } from './types.ts';

const MONITORS = '/apis/monitoring.coreos.com/v1/namespaces/default/servicemonitors';
const POISON = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'ServiceMonitor',
  metadata: { name: 'written-under-an-old-crd', namespace: 'default' },
  spec: { selector: {}, endpoints: 'http-metrics' },
};

/** Stores an object that the CRD's schema would refuse. Nothing validates what is stored already once the schema is back. */
async function storePoison(cluster: Cluster): Promise<void> {
  const crd = await cluster.api.get<Crd>(crdPath('servicemonitors'));
  for (const version of crd.spec.versions)
    version.schema.openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  await cluster.api.put(crdPath('servicemonitors'), crd);
  await until('the loose schema takes the object', () => cluster.api.post(MONITORS, POISON));
  await cluster.crds();
}

/** The Prometheus controller was built, and one of its caches never fills (F09: it can't even be built): nothing is reconciled for anybody. */
export default [
  {
    id: 'F05',
    cause: 'sibling-crd-missing',
    title: 'the probes CRD is missing',
    inject: (cluster: Cluster) =>
      whileDown(cluster, () => cluster.k('delete', 'crd', 'probes.monitoring.coreos.com', '--wait=true')),
    settled: async (cluster) =>
      (await nothingMade(cluster)) &&
      (await controllerWaits(cluster)) &&
      logHas(cluster, 'the server could not find the requested resource (get probes.monitoring.coreos.com)'),
    fix: (cluster) => cluster.crds(), // it lists again by itself, within a minute
  },
  {
    id: 'F06',
    cause: 'rbac-list-informer',
    title: 'list on secrets is denied at cluster scope',
    inject: (cluster) => whileDown(cluster, withoutRight('', 'secrets', ['list'])),
    settled: async (cluster) =>
      (await nothingMade(cluster)) &&
      (await controllerWaits(cluster)) &&
      logHas(cluster, 'cannot list resource \\"secrets\\"'),
    // Its client-go fills caches by a watch that begins with what is there, and needs no list.
    later: { from: '0.90.1', shows: reconciled },
    fix: applyStack,
  },
  {
    id: 'F07',
    cause: 'rbac-watch-informer',
    title: 'watch on servicemonitors is denied: all works, but changes are seen only when the operator lists again',
    inject: (cluster) => whileDown(cluster, withoutRight('monitoring.coreos.com', 'servicemonitors', ['watch'])),
    settled: async (cluster) =>
      (await statefulSet(cluster)) !== undefined &&
      (await controllerReady(cluster)) &&
      logHas(cluster, 'cannot watch resource \\"servicemonitors\\"'),
    fix: applyStack,
  },
  {
    id: 'F08',
    cause: 'poison-object',
    title: 'a stored ServiceMonitor does not decode into the Go type, so the whole list fails',
    inject: (cluster) => whileDown(cluster, storePoison),
    settled: async (cluster) =>
      (await nothingMade(cluster)) && (await controllerWaits(cluster)) && logHas(cluster, 'cannot unmarshal'),
    fix: (cluster) => cluster.k('-n', 'default', 'delete', 'servicemonitor', POISON.metadata.name),
  },
  {
    id: 'F09',
    cause: 'rbac-namespaces',
    title: 'list and watch on namespaces are denied: the operator ends',
    inject: (cluster) =>
      whileDown(
        cluster,
        editRole((rules) => rules.filter(({ resources }) => !resources?.includes('namespaces'))),
      ),
    settled: async (cluster) =>
      (await nothingMade(cluster)) &&
      (await operatorContainer(cluster))?.lastState?.terminated?.exitCode === 1 &&
      logHas(cluster, "missing list/watch permissions on the 'namespaces' resource"),
    fix: applyStack,
  },
] satisfies readonly Scenario[];
