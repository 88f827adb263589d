import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/diagnosis/types.ts';
import type { ContainerStatus, Evidence } from '../../src/evidence/types.ts';
import { pods } from '../../src/runbooks/pods.ts';
import {
  condition,
  event,
  evidence,
  meta,
  ownedBy,
  ownsPods,
  pod,
  read,
  statefulSet,
  unread,
} from '../builders/evidence.ts';

const judge = (more: Partial<Evidence>): readonly Finding[] =>
  pods.judge(
    evidence({
      statefulSet: read(statefulSet({ status: { replicas: 1, readyReplicas: 0, observedGeneration: 1 } })),
      ...more,
    }),
  );
const causes = (found: readonly Finding[]): readonly string[] =>
  found.flatMap((one) => (one.kind === 'cause' ? [`${one.cause} ${one.code}`] : []));

const container = (more: Partial<ContainerStatus>): ContainerStatus => ({
  name: 'prometheus',
  image: 'quay.io/prometheus/prometheus:v0.0.0',
  ready: false,
  restartCount: 0,
  state: {},
  lastState: {},
  ...more,
});
const notReady = condition('Ready', 'False', { message: 'containers with unready status: [prometheus]' });
const waits = (status: ContainerStatus) =>
  read([pod({ conditions: [condition('PodScheduled', 'True'), notReady], containers: [status] })]);

describe('a StatefulSet without pods', () => {
  const none = { pods: read([]) };
  const failedCreate = (message: string, uid = 'uid-prometheus-main') =>
    read([
      event(
        'StatefulSet',
        'prometheus-main',
        'FailedCreate',
        `create Pod prometheus-main-0 in StatefulSet prometheus-main failed error: ${message}`,
        { involved: { kind: 'StatefulSet', name: 'prometheus-main', uid } },
      ),
    ]);

  it.each([
    [
      'pod-refused-by-quota',
      'pods "prometheus-main-0" is forbidden: failed quota: compute: must specify limits.cpu for: prometheus',
    ],
    [
      'pod-refused-service-account',
      'pods "prometheus-main-0" is forbidden: error looking up service account monitoring/main: serviceaccount "main" not found',
    ],
    [
      'pod-refused-pod-security',
      'pods "prometheus-main-0" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true)',
    ],
    ['pod-refused', 'pods "prometheus-main-0" is forbidden: maximum cpu usage per Container is 1, but limit is 2'],
  ])('is %s by its event', (code, message) => {
    expect(causes(judge({ ...none, events: failedCreate(message) }))).toEqual([`pod-create-denied ${code}`]);
  });

  it('is not judged by an event of an earlier StatefulSet of that name', () => {
    expect(causes(judge({ ...none, events: failedCreate('exceeded quota: q, x', 'uid-earlier') }))).toEqual([]);
  });

  it('and without observedGeneration has nobody who works on it', () => {
    const untouched = statefulSet({ status: { replicas: 0, availableReplicas: 0 } });
    expect(causes(judge({ ...none, statefulSet: read(untouched) }))).toEqual([
      'no-sts-controller no-statefulset-controller',
    ]);
  });

  it('is nothing when no pod is wanted', () => {
    expect(judge({ ...none, statefulSet: read(statefulSet({ replicas: 0 })) }).map((one) => one.code)).toEqual([
      'scaled-to-zero',
    ]);
  });

  it('is not judged when it belongs to somebody else', () => {
    expect(judge({ ...none, statefulSet: read(statefulSet({ meta: meta('prometheus-main') })) })).toEqual([]);
  });

  it('is not judged while it is being deleted', () => {
    const going = statefulSet({
      meta: meta('prometheus-main', { owners: [ownedBy], deleting: '2026-03-01T12:07:00Z' }),
    });
    expect(judge({ ...none, statefulSet: read(going) })).toEqual([]);
  });
});

describe('a pod without a node', () => {
  const unplaced = (message: string, more: Partial<Evidence> = {}): Partial<Evidence> => {
    const { nodeName: _, ...rest } = pod({
      conditions: [condition('PodScheduled', 'False', { reason: 'Unschedulable', message })],
    });
    return { pods: read([rest]), ...more };
  };
  const claim = { meta: meta('db-prometheus-main-0'), phase: 'Pending' };

  it('that no node takes is unschedulable', () => {
    expect(causes(judge(unplaced('0/1 nodes are available: 1 Insufficient memory.')))).toEqual([
      'unschedulable pod-unschedulable',
    ]);
  });

  it('waits for its volume when the scheduler says so', () => {
    expect(
      causes(
        judge(
          unplaced('0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found', {
            claims: read([claim]),
          }),
        ),
      ),
    ).toEqual(['pvc-pending volume-not-provisioned']);
  });

  it('waits for its volume when the scheduler says nothing and the claim is pending', () => {
    const { nodeName: _, ...silent } = pod({ conditions: [] });
    expect(causes(judge({ pods: read([silent]), claims: read([{ ...claim, storageClass: 'local-path' }]) }))).toEqual([
      'pvc-pending volume-not-provisioned',
    ]);
  });

  it('is unschedulable for its nodes even while its claim waits for a first consumer', () => {
    const waiting = { ...claim, storageClass: 'local-path' };
    expect(
      causes(
        judge(
          unplaced("0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.", {
            claims: read([waiting]),
          }),
        ),
      ),
    ).toEqual(['unschedulable pod-unschedulable']);
  });
});

describe('a pod that is not ready', () => {
  it('has an image that cannot be pulled', () => {
    expect(
      causes(
        judge({
          pods: waits(
            container({ state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } } }),
          ),
        }),
      ),
    ).toEqual(['pod-start-failure image-not-pulled']);
  });

  it('crashes, with the same message of the condition', () => {
    const status = container({
      restartCount: 4,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 2, reason: 'Error' } },
    });
    expect(causes(judge({ pods: waits(status) }))).toEqual(['pod-start-failure container-crashes']);
  });

  it('was killed for its memory', () => {
    const status = container({
      restartCount: 1,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
    });
    expect(causes(judge({ pods: waits(status) }))).toEqual(['pod-start-failure container-killed-for-memory']);
  });

  it('waits for a Secret that is not there', () => {
    const events = read([
      event(
        'Pod',
        'prometheus-main-0',
        'FailedMount',
        'MountVolume.SetUp failed for volume "secret-x" : secret "x" not found',
      ),
    ]);
    expect(
      causes(judge({ pods: waits(container({ state: { waiting: { reason: 'PodInitializing' } } })), events })),
    ).toEqual(['pod-start-failure volume-missing']);
  });

  it('is only starting while it is young', () => {
    const young = pod({
      meta: meta('prometheus-main-0', { owners: [ownsPods], created: '2026-03-01T12:09:40Z' }),
      conditions: [notReady],
      containers: [container({ state: { running: {} } })],
    });
    const found = judge({ pods: read([young]) });
    expect(causes(found)).toEqual([]);
    expect(found.map((one) => one.code)).toEqual(['pod-starting']);
  });

  it('and its events that may not be read are told as not checked', () => {
    const found = judge({ pods: waits(container({ state: { running: {} } })), events: unread() });
    expect(found.find((one) => one.kind === 'not-checked')).toMatchObject({ source: 'events' });
  });
});

it('pods that are ready give no cause', () => {
  expect(causes(judge({ pods: read([pod()]) }))).toEqual([]);
});
