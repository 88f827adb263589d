import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/diagnosis/types.ts';
import type { ApplicationView, Evidence } from '../../src/evidence/types.ts';
import { argocd } from '../../src/runbooks/argocd.ts';
import { absent, application, crd, evidence, meta, prometheus, read, unread } from '../builders/evidence.ts';

const judge = (app: Partial<ApplicationView>, more: Partial<Evidence> = {}): readonly Finding[] =>
  argocd.judge(evidence({ applications: read([application(app)]), ...more }));
const brief = (found: readonly Finding[]): readonly string[] =>
  found.filter((one) => one.kind !== 'ruled-out').map((one) => `${one.kind} ${one.code}`);
const operation = (
  more: Partial<NonNullable<ApplicationView['operation']>>,
): NonNullable<ApplicationView['operation']> => ({
  partial: false,
  syncOptions: [],
  results: [],
  startedAt: '2026-03-01T12:00:10Z',
  ...more,
});

describe('what Argo CD shows', () => {
  it('of a healthy release is one quiet line', () => {
    expect(brief(judge({}))).toEqual(['observation argocd-synced']);
  });

  it('of the incident is OutOfSync with the resource, Progressing, and what the sync waits for', () => {
    const found = judge({
      sync: { status: 'OutOfSync' },
      health: { status: 'Progressing', lastTransitionTime: '2026-03-01T12:00:10Z' },
      operation: operation({
        phase: 'Running',
        message: 'waiting for healthy state of monitoring.coreos.com/Prometheus/main',
      }),
      resources: [{ group: 'monitoring.coreos.com', kind: 'Prometheus', name: 'main', status: 'OutOfSync' }],
    });
    expect(brief(found)).toEqual([
      'observation argocd-out-of-sync',
      'observation argocd-progressing',
      'observation argocd-waits-for-health',
    ]);
    expect(found[0]?.values).toMatchObject({ resources: 'Prometheus/main', count: 1 });
    expect(found[2]?.values).toMatchObject({ what: 'monitoring.coreos.com/Prometheus/main' });
  });

  it('of a running operation that has ended and will be tried again is a failed sync', () => {
    const found = judge({
      operation: operation({
        phase: 'Running',
        finishedAt: '2026-03-01T12:01:00Z',
        message: 'one or more objects failed to apply. Retrying attempt #2 at 12:02PM.',
      }),
    });
    expect(brief(found)).toEqual(['observation argocd-sync-failed']);
  });

  it('that may not be read is not checked', () => {
    expect(argocd.judge(evidence({ applications: unread() })).map((one) => one.kind)).toEqual(['not-checked']);
  });

  it('of a cluster without Argo CD is nothing', () => {
    expect(argocd.judge(evidence({ applications: absent('no-such-kind') }))).toEqual([]);
  });

  it('of an unrelated Application is left out when another one has the target', () => {
    const other = application({
      meta: meta('shop', { namespace: 'argocd' }),
      resources: [{ kind: 'Deployment', name: 'shop' }],
      sync: { status: 'OutOfSync' },
    });
    expect(brief(argocd.judge(evidence({ applications: read([other, application()]) })))).toEqual([
      'observation argocd-synced',
    ]);
  });
});

describe('the Application that counts', () => {
  it('has the target itself, not a namesake in another namespace', () => {
    const mine = application();
    const namesake = application({
      meta: meta('team-b', { namespace: 'argocd' }),
      resources: [{ group: 'monitoring.coreos.com', kind: 'Prometheus', namespace: 'team-b', name: 'main' }],
      sync: { status: 'OutOfSync' },
    });
    expect(brief(argocd.judge(evidence({ applications: read([namesake, mine]) })))).toEqual([
      'observation argocd-synced',
    ]);
  });
});

describe('the admission Secret is missing', () => {
  const gone = { admissionSecret: absent() };
  const hook = operation({ phase: 'Running', message: 'waiting for completion of hook batch/Job/admission-create' });

  it('because the hook that makes it is stuck', () => {
    const job = {
      meta: meta('admission-create'),
      conditions: [],
      active: 1,
      failed: 0,
      succeeded: 0,
      pods: [],
    };
    const found = judge({ operation: hook }, { ...gone, jobs: read([job]) });
    expect(found.find((one) => one.kind === 'cause')).toMatchObject({
      cause: 'presync-hook-stuck',
      certainty: 'proven',
    });
  });

  it('because self-heal skips hooks', () => {
    const found = judge({ operation: operation({ phase: 'Succeeded', partial: true, autoHealAttempts: 3 }) }, gone);
    expect(found.find((one) => one.kind === 'cause')).toMatchObject({
      cause: 'selfheal-skips-hooks',
      certainty: 'proven',
    });
  });

  it('for neither reason when the last sync was a full one', () => {
    expect(judge({ operation: operation({ phase: 'Succeeded' }) }, gone).filter((one) => one.kind === 'cause')).toEqual(
      [],
    );
  });

  it('is not the case: a waiting hook alone is no cause', () => {
    expect(judge({ operation: hook }).filter((one) => one.kind === 'cause')).toEqual([]);
  });
});

describe('CRDs', () => {
  const empty = { resource: read(prometheus([])) };
  const late = crd('prometheuses', { statusWritten: '2026-03-01T12:00:05Z' });

  it("that the Application skips and that came after the operator's start are the cause", () => {
    const found = judge(
      { sources: [{ chart: 'kube-prometheus-stack', skipCrds: true, values: {} }] },
      { ...empty, crds: read([late]) },
    );
    expect(found.find((one) => one.kind === 'cause')).toMatchObject({ cause: 'skipcrds-then-crds' });
  });

  it('that the Application skips and that were there before are not', () => {
    const found = judge(
      { sources: [{ chart: 'kube-prometheus-stack', skipCrds: true, values: {} }] },
      { ...empty, crds: read([crd('prometheuses')]) },
    );
    expect(found.filter((one) => one.kind === 'cause')).toEqual([]);
  });

  it('that came late without being skipped are not this cause', () => {
    expect(judge({}, { ...empty, crds: read([late]) }).filter((one) => one.kind === 'cause')).toEqual([]);
  });

  it.each(['must have at most 262144 bytes', 'may not be more than 262144 bytes'])(
    'that are too long for client-side apply: %s',
    (limit) => {
      const message = `CustomResourceDefinition.apiextensions.k8s.io "prometheuses.monitoring.coreos.com" is invalid: metadata.annotations: Too long: ${limit}`;
      const found = judge(
        {
          syncOptions: [],
          operation: operation({ phase: 'Failed', message: `one or more objects failed to apply, reason: ${message}` }),
        },
        { crds: read([]) },
      );
      expect(found.find((one) => one.kind === 'cause')).toMatchObject({
        cause: 'csa-crd-too-long',
        certainty: 'proven',
      });
    },
  );
});

it('a project that does not permit a resource is the cause', () => {
  const message = 'resource apiextensions.k8s.io:CustomResourceDefinition is not permitted in project team';
  const found = judge({
    operation: operation({
      phase: 'Failed',
      message: 'one or more synchronization tasks are not valid',
      results: [{ kind: 'CustomResourceDefinition', name: 'prometheuses', status: 'SyncFailed', message }],
    }),
  });
  expect(found.find((one) => one.kind === 'cause')).toMatchObject({ cause: 'argocd-project-not-permitted' });
  expect(found.some((one) => one.kind === 'ruled-out')).toBe(false);
});

it.each([
  ['agent-mode', { 'prometheus.agentMode': true }],
  ['prometheus-disabled', { 'prometheus.enabled': false }],
] as const)('values that make no Prometheus are told: %s', (code, values) => {
  const found = judge({ sources: [{ chart: 'kube-prometheus-stack', values }] }, { resource: absent() });
  expect(found.find((one) => one.kind === 'cause')).toMatchObject({ cause: 'wrong-kind-or-none', code });
});

it('failurePolicy IgnoreOnInstallOnly is a fault before chart 81.4.2 only', () => {
  const values = { 'prometheusOperator.admissionWebhooks.failurePolicy': 'IgnoreOnInstallOnly' };
  const of = (targetRevision: string) =>
    judge({ sources: [{ chart: 'kube-prometheus-stack', targetRevision, values }] }).filter(
      (one) => one.kind === 'cause',
    );
  expect(of('79.5.0')).toMatchObject([{ cause: 'ignoreoninstallonly', certainty: 'likely' }]);
  expect(of('81.4.2')).toEqual([]);
});
