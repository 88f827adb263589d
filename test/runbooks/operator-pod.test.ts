import { describe, expect, it } from 'vitest';
import type { ContainerStatus, Evidence, OperatorDeployment, OperatorView, PodView } from '../../src/evidence/types.ts';
import { operatorPodRunbook } from '../../src/runbooks/operator-pod.ts';
import { absent, condition, event, evidence, meta, operator, pod, read, unread } from '../builders/evidence.ts';

const base = operator().deployment;
const deployment = (more: Partial<OperatorDeployment>): OperatorDeployment => ({
  ...base,
  status: { replicas: 1, readyReplicas: 0, updatedReplicas: 1 },
  ...more,
});
const withArgs = (...args: readonly string[]) => deployment({ container: { ...base.container, args } });
const stopped = (container: Partial<ContainerStatus>, more: Partial<PodView> = {}): OperatorView['pods'] =>
  read([
    pod({
      meta: meta('operator-0'),
      phase: 'Pending',
      conditions: [condition('PodScheduled', 'True'), condition('Ready', 'False')],
      containers: [
        { name: 'operator', image: 'op:v1', ready: false, restartCount: 0, state: {}, lastState: {}, ...container },
      ],
      ...more,
    }),
  ]);
const ended = (exitCode: number, reason = 'Error'): Partial<ContainerStatus> => ({
  restartCount: 2,
  state: { waiting: { reason: 'CrashLoopBackOff' } },
  lastState: { terminated: { exitCode, reason } },
});
const seen = (of: Partial<OperatorView>, more: Partial<Evidence> = {}) =>
  evidence({ operators: read([operator({ deployment: deployment({}), ...of })]), ...more });
const causes = (one: Evidence) =>
  operatorPodRunbook
    .judge(one)
    .flatMap((found) => (found.kind === 'cause' ? [`${found.cause} ${found.certainty}`] : []));

describe('the operator does not run', () => {
  it('because nobody installed it', () => {
    expect(causes(evidence({ operators: read([]) }))).toEqual(['operator-missing proven']);
    expect(causes(evidence({ operators: absent() }))).toEqual(['operator-missing proven']);
  });

  it('which is not known when Deployments may not be listed', () => {
    expect(causes(evidence({ operators: unread() }))).toEqual([]);
  });

  it('because it is scaled to 0', () => {
    expect(causes(seen({ deployment: deployment({ replicas: 0 }), pods: read([]) }))).toEqual([
      'operator-scaled-0 proven',
    ]);
  });

  it('because its pod is refused', () => {
    const message =
      'pods "operator-" is forbidden: error looking up service account monitoring/operator: serviceaccount "operator" not found';

    expect(
      causes(
        seen({
          pods: read([]),
          deployment: deployment({ conditions: [condition('ReplicaFailure', 'True', { message })] }),
        }),
      ),
    ).toEqual(['operator-pod-creation-denied proven']);
    expect(
      causes(seen({ pods: read([]), events: read([event('ReplicaSet', 'operator-1', 'FailedCreate', message)]) })),
    ).toEqual(['operator-pod-creation-denied proven']);
    expect(causes(seen({ pods: read([]) }))).toEqual([]);
  });

  it('because no node fits', () => {
    expect(
      causes(
        seen({
          pods: stopped(
            {},
            { conditions: [condition('PodScheduled', 'False', { message: '0/1 nodes are available' })] },
          ),
        }),
      ),
    ).toEqual(['operator-pending proven']);
  });

  it('because its image cannot be pulled', () => {
    expect(causes(seen({ pods: stopped({ state: { waiting: { reason: 'ImagePullBackOff' } } }) }))).toEqual([
      'operator-image-pull proven',
    ]);
  });

  it('because the admission Secret is missing', () => {
    const waiting = {
      pods: stopped(
        { state: { waiting: { reason: 'ContainerCreating' } } },
        { volumes: [{ name: 'tls-secret', secret: 'kps-admission' }] },
      ),
    };
    const mount = event(
      'Pod',
      'operator-0',
      'FailedMount',
      'MountVolume.SetUp failed for volume "tls-secret" : secret "kps-admission" not found',
    );

    expect(causes(seen({ ...waiting, events: read([mount]) }))).toEqual(['admission-secret-missing proven']);
    expect(causes(seen({ ...waiting, events: unread() }, { admissionSecret: absent() }))).toEqual([
      'admission-secret-missing proven',
    ]);
    expect(causes(seen(waiting))).toEqual([]);
  });

  it('because it is killed for memory', () => {
    expect(causes(seen({ pods: stopped(ended(137, 'OOMKilled')) }))).toEqual(['operator-oomkilled proven']);
  });

  it('because both namespace flags are set', () => {
    expect(
      causes(seen({ pods: stopped(ended(1)), deployment: withArgs('--namespaces=a', '--deny-namespaces=b') })),
    ).toEqual(['both-ns-flags proven']);
    expect(
      causes(seen({ pods: stopped(ended(1)), deployment: withArgs('--namespaces=', '--deny-namespaces=b') })),
    ).toEqual([]);
  });

  it('because its Secret lacks the files it is told to read', () => {
    const args = withArgs('--web.enable-tls=true', '--web.cert-file=/cert/cert', '--web.key-file=/cert/key');
    const secret = (...names: readonly string[]) =>
      read({ meta: meta('kps-admission'), keys: names.map((name) => ({ name, bytes: 500 })) });

    expect(
      causes(seen({ pods: stopped(ended(1)), deployment: args }, { admissionSecret: secret('tls.crt', 'tls.key') })),
    ).toEqual(['admission-secret-bad-content proven']);
    expect(
      causes(seen({ pods: stopped(ended(1)), deployment: args }, { admissionSecret: secret('ca', 'cert', 'key') })),
    ).toEqual([]);
  });

  it('perhaps because a policy lets nothing out; the pod must be the one it selects', () => {
    const policy = (matchLabels: Record<string, string>) =>
      read([{ meta: meta('deny'), podSelector: { matchLabels }, types: ['Egress'], egressRules: 0 }]);

    expect(causes(seen({ pods: stopped(ended(2)), networkPolicies: policy({}) }))).toEqual([
      'apiserver-unreachable-at-start likely',
    ]);
    expect(causes(seen({ pods: stopped(ended(2)), networkPolicies: policy({ app: 'other' }) }))).toEqual([]);
  });
});

describe('the operator runs', () => {
  it('whatever an earlier container died of', () => {
    const running: ContainerStatus = {
      name: 'operator',
      image: 'op',
      ready: true,
      restartCount: 4,
      state: { running: {} },
      lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
    };

    expect(
      causes(
        evidence({
          operators: read([operator({ pods: read([pod({ meta: meta('operator-0'), containers: [running] })]) })]),
        }),
      ),
    ).toEqual([]);
  });

  it('while a new pod of a rollout is stuck and the old one works', () => {
    const stuck = stopped({ state: { waiting: { reason: 'ImagePullBackOff' } } });
    const both = read([
      ...(stuck.state === 'read' ? stuck.value : []),
      pod({ meta: meta('operator-old', { created: '2026-02-01T00:00:00Z' }) }),
    ]);

    expect(causes(seen({ pods: both }))).toEqual([]);
  });
});
