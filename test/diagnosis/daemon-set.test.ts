import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Evidence, StatefulSetView } from '../../src/evidence/types.ts';
import { absent, condition, evidence, meta, pod, prometheus, read, statefulSet } from '../builders/evidence.ts';

const target = { cluster: 'lab', kind: 'PrometheusAgent', namespace: 'monitoring', name: 'main' } as const;
const owner = {
  apiVersion: 'monitoring.coreos.com/v1alpha1',
  kind: 'PrometheusAgent',
  name: 'main',
  uid: 'uid-main',
  controller: true,
};
/** What the operator writes for every DaemonSet. */
const UNKNOWN = [condition('Available', 'False', { reason: 'StatefulSetNotFound' }), condition('Reconciled', 'True')];
const NAME = 'prom-agent-main';

const daemonSet = (more: Partial<StatefulSetView> = {}): StatefulSetView =>
  statefulSet({
    kind: 'DaemonSet',
    meta: meta(NAME, { owners: [owner], labels: {} }),
    replicas: 2,
    status: { replicas: 2, readyReplicas: 2, observedGeneration: 1 },
    ...more,
  });
const podOf = (name: string) =>
  pod({ meta: meta(name, { owners: [{ ...owner, kind: 'DaemonSet', uid: `uid-${NAME}` }] }) });

function agent(more: Partial<Evidence> = {}, conditions = UNKNOWN): Evidence {
  const resource = { ...prometheus(conditions), kind: 'PrometheusAgent', spec: { mode: 'DaemonSet' } };
  return evidence({
    target,
    resource: read(resource),
    statefulSet: read(daemonSet()),
    pods: read([podOf(`${NAME}-a`), podOf(`${NAME}-b`)]),
    owned: read([]),
    ...more,
  });
}

describe('a PrometheusAgent that runs as a DaemonSet', () => {
  it('is healthy when each node has its pod, although the operator never calls it available', () => {
    expect(diagnose(agent())).toMatchObject({ verdict: 'healthy', rootCause: null });
  });

  it('has no DaemonSet because the feature gate is off', () => {
    const message = "feature gate for Prometheus Agent's DaemonSet mode is not enabled";
    const failed = [condition('Reconciled', 'False', { reason: 'ReconciliationFailed', message })];
    const found = diagnose(agent({ statefulSet: absent(), pods: read([]) }, failed));

    expect(found).toMatchObject({ verdict: 'broken', rootCause: { cause: 'daemonset-gate-off', rung: 'sync' } });
  });

  it('has no pod because no node matches', () => {
    const nowhere = daemonSet({ replicas: 0, status: { replicas: 0, readyReplicas: 0, observedGeneration: 1 } });
    const found = diagnose(agent({ statefulSet: read(nowhere), pods: read([]) }));

    expect(found).toMatchObject({ verdict: 'broken', rootCause: { cause: 'unschedulable' } });
  });

  it('on more nodes than pods are kept is judged by what its controller counts', () => {
    const many = daemonSet({ replicas: 300, status: { replicas: 300, readyReplicas: 300, observedGeneration: 1 } });
    const kept = Array.from({ length: 50 }, (_, index) => podOf(`${NAME}-${index}`));

    expect(diagnose(agent({ statefulSet: read(many), pods: read(kept) })).verdict).toBe('healthy');
  });
});
