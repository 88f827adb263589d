import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Evidence, PodView, StatefulSetView } from '../../src/evidence/types.ts';
import { pods } from '../../src/runbooks/pods.ts';
import { condition, evidence, meta, ownedBy, ownsPods, pod, read, statefulSet } from '../builders/evidence.ts';

const NEW = 'prometheus-main-new';
const OLD = 'prometheus-main-old';
const CRASHES = { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } };

const podOf = (ordinal: number, revision: string, fails = false): PodView => {
  const one = pod();
  return {
    ...one,
    meta: meta(`prometheus-main-${ordinal}`, { owners: [ownsPods], labels: { 'controller-revision-hash': revision } }),
    ...(fails && {
      conditions: [condition('PodScheduled', 'True'), condition('Ready', 'False')],
      containers: one.containers.map((status) => ({ ...status, ready: false, state: CRASHES })),
    }),
  };
};

const seen = (own: readonly PodView[], more: Partial<StatefulSetView> = {}): Evidence =>
  evidence({
    statefulSet: read(
      statefulSet({
        meta: meta('prometheus-main', {
          owners: [ownedBy],
          labels: { 'managed-by': 'prometheus-operator' },
          generation: 3,
        }),
        replicas: own.length,
        status: { replicas: own.length, currentRevision: OLD, updateRevision: NEW, observedGeneration: 3 },
        podManagement: 'OrderedReady',
        updates: 'RollingUpdate',
        ...more,
      }),
    ),
    pods: read(own),
  });
const codes = (given: Evidence) => pods.judge(given).map((one) => one.code);

describe('a change that does not reach all pods', () => {
  it('is stuck where a pod of the old revision fails and the StatefulSet waits for it', () => {
    const found = diagnose(seen([podOf(0, OLD, true)]));

    expect(found.rootCause).toMatchObject({ cause: 'rollout-stuck', values: { pod: 'prometheus-main-0' } });
    expect(found.next.map(({ cause }) => cause)).toEqual([]);
    expect(codes(seen([podOf(0, OLD, true)], { podManagement: 'Parallel', updates: 'OnDelete' }))).toContain(
      'rollout-stuck',
    );
  });

  it('is not stuck where the StatefulSet replaces the pod by itself: the fault is the pod’s own', () => {
    const given = seen([podOf(0, OLD, true)], { podManagement: 'Parallel' });

    expect(codes(given)).toEqual(['image-not-pulled', 'rollout-under-way']);
    expect(diagnose(given).rootCause?.cause).toBe('pod-start-failure');
  });

  it('is not stuck where the pod that fails has it already', () => {
    expect(diagnose(seen([podOf(0, OLD), podOf(1, NEW, true)])).rootCause?.cause).toBe('pod-start-failure');
  });

  it('waits, and nothing is wrong, where ready pods have to be deleted first', () => {
    const given = seen([podOf(0, OLD)], { updates: 'OnDelete' });

    expect(codes(given)).toEqual(['pods-ready', 'rollout-waits']);
    expect(diagnose(given).verdict).toBe('healthy');
  });

  it('is not judged before the controller has looked at it', () => {
    const status = { replicas: 1, updateRevision: NEW, observedGeneration: 2 };
    expect(codes(seen([podOf(0, OLD, true)], { status }))).toEqual(['image-not-pulled']);
  });
});
