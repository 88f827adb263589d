import type { Cluster } from '../control-plane/cluster.ts';
import type { Crd, KubeObject } from '../kinds.ts';
import { crdPath } from '../names.ts';
import { applyStackAndNudge, applyStackAndRestart, nudge, whileDown, withoutRight } from './change.ts';
import { ALL_OWNED, healthy, isTrue, logHas, owned, prometheus, statusEmpty } from './look.ts';
import type { Scenario } from './types.ts';

/** The part of a CRD's schema that describes the status. */
interface StatusSchema {
  properties: {
    selector?: unknown;
    shards?: unknown;
    conditions: { items: { properties: { observedGeneration?: unknown } } };
  };
}

/** The status part of the CRD as operator 0.59 shipped it; the rest stays, so that the chart's Prometheus is still accepted. */
async function staleCrd(cluster: Cluster): Promise<void> {
  const path = crdPath('prometheuses');
  const crd = await cluster.api.get<Crd & KubeObject>(path);
  const [version] = crd.spec.versions;
  if (!version) throw new Error('the prometheuses CRD has no version');
  // The operator's own CRD, of the release under test: it has these fields.
  const { status } = version.schema.openAPIV3Schema['properties'] as { status: StatusSchema };
  delete status.properties.selector;
  delete status.properties.shards;
  delete status.properties.conditions.items.properties.observedGeneration;
  version.subresources = { status: {} };
  crd.metadata.annotations = { 'controller-gen.kubebuilder.io/version': 'v0.9.2' };
  await cluster.api.put(path, crd);
}

const allMade = async (cluster: Cluster): Promise<boolean> => (await owned(cluster)).length === ALL_OWNED;

/** The Prometheus runs, and the operator can't write what it should beside it: the status, or the kubelet's Service. */
export default [
  {
    id: 'F27',
    cause: 'status-patch-forbidden',
    title: 'patch on prometheuses/status is missing; update is there, so the check at start passes',
    inject: (cluster: Cluster) =>
      whileDown(cluster, withoutRight('monitoring.coreos.com', 'prometheuses/status', ['patch'])),
    settled: async (cluster) =>
      (await statusEmpty(cluster)) &&
      (await allMade(cluster)) &&
      logHas(cluster, 'cannot patch resource \\"prometheuses/status\\"'),
    fix: applyStackAndNudge,
  },
  {
    id: 'F28',
    cause: 'pods-list-forbidden',
    title: 'the operator may not list pods, which it needs for the status only',
    inject: (cluster) => whileDown(cluster, withoutRight('', 'pods', ['list'])),
    settled: async (cluster) =>
      (await allMade(cluster)) &&
      !isTrue(await prometheus(cluster), 'Available') &&
      logHas(cluster, 'failed to retrieve statefulset state: pods is forbidden'),
    fix: applyStackAndNudge,
  },
  {
    id: 'F29',
    cause: 'crd-stale-status-schema',
    title: 'the prometheuses CRD is older than 0.60: its conditions have no observedGeneration',
    inject: (cluster) => whileDown(cluster, staleCrd),
    settled: async (cluster) =>
      (await statusEmpty(cluster)) &&
      (await allMade(cluster)) &&
      logHas(cluster, 'observedGeneration: field not declared in schema'),
    async fix(cluster) {
      await cluster.crds();
      await nudge(cluster);
    },
  },
  {
    id: 'F68',
    cause: 'rbac-kubelet-service',
    title: "the operator may not list nodes, which only feeds the kubelet's Service",
    inject: (cluster) => whileDown(cluster, withoutRight('', 'nodes')),
    settled: async (cluster) => (await healthy(cluster)) && logHas(cluster, 'cannot list resource \\"nodes\\"'),
    fix: applyStackAndRestart,
  },
] satisfies readonly Scenario[];
