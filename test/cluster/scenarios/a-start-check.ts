import type { Cluster } from '../control-plane/cluster.ts';
import type { Crd } from '../kinds.ts';
import { crdPath, OPERATOR } from '../names.ts';
import { until } from '../wait.ts';
import {
  applyStack,
  applyStackAndRestart,
  chartPrometheus,
  createPrometheus,
  draftOf,
  patchPrometheus,
  recreatePrometheus,
  restartOperator,
  scaleOperator,
  whileDown,
  withoutRight,
} from './change.ts';
import { logHas, nothingMade } from './look.ts';
import type { Scenario } from './types.ts';

const NOT_INSTALLED = 'not installed in the cluster';
const MISSING = 'missing permission on resource \\"prometheuses\\"';
const subjects = (namespace: string) => ({ subjects: [{ kind: 'ServiceAccount', name: OPERATOR, namespace }] });

/** The one-shot check at the operator's start failed: its Prometheus controller was never built, and its pod is Running and Ready. */
export default [
  {
    id: 'F01',
    cause: 'crd-race-at-start',
    title: 'the prometheuses CRD was not there yet when the operator started',
    async inject(cluster: Cluster) {
      cluster.savedCr = await chartPrometheus(cluster);
      const draft = await draftOf(cluster);
      await scaleOperator(cluster, 0);
      await cluster.k('delete', 'crd', 'prometheuses.monitoring.coreos.com', '--wait=true');
      await scaleOperator(cluster, 1);
      await until('the operator misses the CRD', () => logHas(cluster, NOT_INSTALLED));
      await cluster.crds();
      await createPrometheus(cluster, draft);
    },
    settled: async (cluster) => (await nothingMade(cluster)) && logHas(cluster, NOT_INSTALLED),
    fix: restartOperator,
  },
  {
    id: 'F02',
    cause: 'rbac-gate-prometheuses',
    title: 'list on prometheuses was denied when the operator started, and still is',
    async inject(cluster) {
      await withoutRight('monitoring.coreos.com', 'prometheuses', ['list'])(cluster);
      await scaleOperator(cluster, 0);
      await recreatePrometheus(cluster);
      await scaleOperator(cluster, 1);
    },
    settled: async (cluster) => (await nothingMade(cluster)) && logHas(cluster, MISSING),
    fix: applyStackAndRestart,
  },
  {
    id: 'F03',
    cause: 'rbac-gate-status-update',
    title: 'update on prometheuses/status was denied when the operator started; patch, which it really uses, was not',
    inject: (cluster) => whileDown(cluster, withoutRight('monitoring.coreos.com', 'prometheuses/status', ['update'])),
    settled: async (cluster) =>
      (await nothingMade(cluster)) &&
      (await logHas(cluster, String.raw`missing \"update\" permission on resource \"prometheuses/status\"`)) &&
      !(await logHas(cluster, 'component=prometheus-controller')),
    fix: applyStackAndRestart,
  },
  {
    id: 'F04',
    cause: 'crb-wrong-subject',
    title: 'the ClusterRoleBinding names the ServiceAccount of another namespace',
    inject: (cluster) =>
      whileDown(cluster, () =>
        cluster.api.merge(`/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${OPERATOR}`, subjects('default')),
      ),
    settled: async (cluster) =>
      (await nothingMade(cluster)) && (await logHas(cluster, MISSING)) && logHas(cluster, 'nodes is forbidden'),
    fix: applyStackAndRestart,
  },
  {
    id: 'F69',
    cause: 'crd-missing',
    title: 'the prometheuses CRD is being deleted, and the finalizer of its Prometheus holds it',
    async inject(cluster) {
      cluster.savedCr = await chartPrometheus(cluster);
      await patchPrometheus(cluster, {}, { finalizers: ['example.org/keep'] });
      await cluster.k('delete', 'crd', 'prometheuses.monitoring.coreos.com', '--wait=false');
    },
    settled: async (cluster) =>
      (await cluster.api.get<Crd>(crdPath('prometheuses'))).metadata.deletionTimestamp !== undefined,
    async fix(cluster) {
      await patchPrometheus(cluster, {}, { finalizers: null });
      await until('the CRD is gone', async () => !(await cluster.api.maybe<Crd>(crdPath('prometheuses'))));
      await cluster.crds();
      await applyStack(cluster);
    },
  },
] satisfies readonly Scenario[];
