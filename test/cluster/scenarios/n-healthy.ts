import { base64, servingCertificate } from '../control-plane/certificates.ts';
import type { Cluster } from '../control-plane/cluster.ts';
import { NS, PROMETHEUS } from '../names.ts';
import { recreatePrometheus, restartOperator, webhooksTakeEffect, withSpec } from './change.ts';
import { healthy, logHas, prometheus, statefulSet } from './look.ts';
import type { Scenario } from './types.ts';

const rule = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: { name: 'team-rules', namespace: NS, labels: { release: 'prometheus' } },
  spec: { groups: [{ name: 'team', rules: [{ record: 'up:sum', expr: 'sum(up)' }] }] },
};

/** Another team's Prometheus whose image tag is no version. */
async function brokenNeighbour(cluster: Cluster): Promise<void> {
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-a' } });
  const spec = { replicas: 1, serviceMonitorSelector: {}, version: 'latest' };
  await cluster.apply({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'Prometheus',
    metadata: { name: 'team-a', namespace: 'team-a' },
    spec,
  });
}

/** Nothing is wrong with the Prometheus that is asked about, whatever else there is to see. */
export default [
  { id: 'F00', cause: 'healthy', title: 'nothing was done', inject: () => {}, settled: healthy },
  {
    id: 'N01',
    cause: 'healthy',
    title: 'the webhooks trust another CA: TLS errors in the log, and rules are written all the same',
    async inject(cluster) {
      await cluster.patchCaBundle(base64(servingCertificate(['other']).ca));
      await webhooksTakeEffect();
      await cluster.apply(rule);
    },
    settled: async (cluster) => (await healthy(cluster)) && logHas(cluster, 'remote error: tls: bad certificate'),
  },
  {
    id: 'N02',
    cause: 'healthy',
    title: 'the operator was restarted a moment ago',
    inject: restartOperator,
    settled: healthy,
  },
  {
    id: 'N03',
    cause: 'healthy',
    subject: `${NS}/${PROMETHEUS}`,
    title: "another team's Prometheus can't be reconciled; the one asked about is well",
    inject: brokenNeighbour,
    settled: async (cluster) => (await healthy(cluster)) && logHas(cluster, 'version: Invalid character(s) found'),
  },
  {
    id: 'N04',
    cause: 'healthy',
    title: 'scaled to zero on purpose',
    inject: (cluster) => recreatePrometheus(cluster, withSpec({ replicas: 0 })),
    settled: async (cluster) =>
      (await healthy(cluster)) &&
      (await statefulSet(cluster))?.spec.replicas === 0 &&
      (await prometheus(cluster))?.status?.availableReplicas === 0,
  },
] satisfies readonly Scenario[];
