import { describe, expect, it } from 'vitest';
import type { CauseSlug } from '../../src/diagnosis/causes.ts';
import type { ApplicationView, Evidence } from '../../src/evidence/types.ts';
import { isPlan, planOf } from '../../src/remediations/index.ts';
import type { Plan, Refusal } from '../../src/remediations/types.ts';
import { AT, absent, applicationWith, CLUSTER, diagnosis, evidence, forbidden, meta, OPERATOR, read } from './world.ts';

const LONG_AGO = '2026-11-25T02:30:00.000Z';
const HOOK = 'waiting for completion of hook batch/Job/x-admission-create';

/** An Application whose last sync succeeded, with the operator among its resources. */
function application(more: Partial<ApplicationView> = {}): ApplicationView {
  return {
    ...applicationWith('Deployment', OPERATOR, 'Synced'),
    project: 'default',
    sources: [{ chart: 'kube-prometheus-stack', targetRevision: '79.*', values: {} }],
    destination: { server: 'https://kubernetes.default.svc' },
    syncOptions: ['ServerSideApply=true'],
    windows: [],
    sync: { status: 'Synced', revision: '79.5.0' },
    resourceCount: 60,
    operation: { phase: 'Succeeded', partial: false, revision: '79.5.0', syncOptions: [], results: [] },
    ...more,
  };
}

const running = (more: Partial<NonNullable<ApplicationView['operation']>> = {}): Partial<ApplicationView> => ({
  operationRequested: true,
  operation: {
    phase: 'Running',
    message: HOOK,
    startedAt: LONG_AGO,
    partial: false,
    syncOptions: [],
    results: [],
    ...more,
  },
});

const asked = (id: string, cause: CauseSlug, app: ApplicationView | null, more: Partial<Evidence> = {}) =>
  planOf(id, evidence({ applications: app ? read([app]) : absent, ...more }), diagnosis(cause), CLUSTER);

function plan(id: string, cause: CauseSlug, app: ApplicationView, more: Partial<Evidence> = {}): Plan {
  const answer = asked(id, cause, app, more);
  if (!isPlan(answer)) throw new Error(`refused: ${answer.code}`);
  return answer;
}

function refusal(id: string, cause: CauseSlug, app: ApplicationView | null, more: Partial<Evidence> = {}): Refusal {
  const answer = asked(id, cause, app, more);
  if (isPlan(answer)) throw new Error('a plan');
  return answer;
}

const sync = (app: ApplicationView, more: Partial<Evidence> = {}) =>
  plan('sync-application', 'selfheal-skips-hooks', app, more);
const patchOf = ({ steps }: Plan, index = 0): unknown => {
  const step = steps[index];
  return step?.do === 'patch' ? step.patch : undefined;
};
const CRDS = ['prometheuses', 'servicemonitors'].map((plural) => ({
  group: 'apiextensions.k8s.io',
  kind: 'CustomResourceDefinition',
  name: `${plural}.monitoring.coreos.com`,
  status: 'OutOfSync',
}));
const withCrds = (more: Partial<ApplicationView> = {}) =>
  application({ resources: [...application().resources, ...CRDS], automated: { selfHeal: true }, ...more });

describe('a whole sync', () => {
  it('says everything that an operation does not inherit, and takes the last one’s state away', () => {
    const retry = { limit: 5, refresh: true, duration: '5s', factor: 2, maxDuration: '3m' };
    expect(patchOf(sync(application({ retry })))).toEqual({
      operation: {
        initiatedBy: { username: 'promfix' },
        info: [{ name: 'promfix', value: 'sync-application' }],
        retry: { limit: 5, refresh: true, backoff: { duration: '5s', factor: 2, maxDuration: '3m' } },
        sync: {
          revision: '79.5.0',
          prune: false,
          syncStrategy: { hook: {} },
          syncOptions: ['ServerSideApply=true'],
        },
      },
      status: { operationState: null },
    });
  });

  it('never brings manifests or a source of its own, and goes on no longer than two tries where nothing is said', () => {
    const text = JSON.stringify(patchOf(sync(application())));

    expect(text).not.toMatch(/manifests|"sources?"/);
    expect(patchOf(sync(application()))).toMatchObject({ operation: { retry: { limit: 2 } } });
  });

  it('names each revision of an Application with several sources', () => {
    const two = {
      multiSource: true,
      sources: [
        { chart: 'kube-prometheus-stack', values: {} },
        { path: 'values', values: {} },
      ],
    };
    expect(patchOf(sync(application({ ...two, sync: { revisions: ['79.5.0', 'abc'] } })))).toMatchObject({
      operation: { sync: { revisions: ['79.5.0', 'abc'] } },
    });
    expect(
      refusal('sync-application', 'selfheal-skips-hooks', application({ ...two, sync: { revisions: ['79.5.0'] } })),
    ).toMatchObject({ code: 'revision-unknown' });
  });

  it('rests on there being no other operation right before the write', () => {
    expect(sync(application()).steps[0]).toMatchObject({
      expects: [
        { path: '/operation', is: [null] },
        { path: '/status/operationState/phase', is: ['Succeeded', null, 'Failed', 'Error'] },
      ],
    });
  });

  it('is possible for an operation that was left behind: it says Running, and nobody was asked', () => {
    const app = application({ ...running(), operationRequested: false });

    expect(sync(app).steps[0]).toMatchObject({
      expects: [{}, { path: '/status/operationState/phase', is: ['Running', null, 'Succeeded', 'Failed', 'Error'] }],
    });
  });

  it('says so when the windows of its project could not be read', () => {
    const { windows: _, ...blind } = application();

    expect(sync(blind).effects).toContainEqual(expect.objectContaining({ code: 'windows-not-read' }));
  });

  it.each<[code: string, app: ApplicationView | null, more?: Partial<Evidence>]>([
    ['no-application', null],
    ['no-application', application({ resources: [] })],
    ['not-checked', null, { applications: forbidden }],
    ['being-deleted', application({ meta: meta('a', { namespace: 'argocd', deleting: AT }) })],
    [
      'reconcile-off',
      application({ meta: meta('a', { annotations: { 'argocd.argoproj.io/skip-reconcile': 'true' } }) }),
    ],
    ['application-elsewhere', application({ destination: { server: 'https://other.example' } })],
    ['operation-running', application(running())],
    ['operation-running', application({ operationRequested: true })],
    ['comparison-fails', application({ conditions: [{ type: 'ComparisonError', message: 'x' }] })],
    ['comparison-fails', application({ conditions: [{ type: 'InvalidSpecError', message: 'x' }] })],
    ['revision-unknown', application({ sync: { status: 'Unknown' } })],
    ['revision-unknown', application({ sources: [] })],
    ['sync-window-closed', application({ windows: [{ kind: 'deny', schedule: '* * * * *', duration: '1h' }] })],
    ['sync-window-closed', application({ windows: [{ kind: 'deny', schedule: 'sometimes', duration: '1h' }] })],
  ])('is refused: %s', (code, app, more) => {
    expect(refusal('sync-application', 'selfheal-skips-hooks', app, more)).toMatchObject({ code });
  });

  it('is refused where somebody holds changes back, and possible where nothing is held back', () => {
    const { automated: _, ...manual } = application();
    const pausedWith = (status: string) => ({ ...manual, ...applicationRows(status) });

    expect(refusal('sync-application', 'selfheal-skips-hooks', pausedWith('OutOfSync'))).toMatchObject({
      code: 'changes-held-back',
      values: { count: 1 },
    });
    expect(isPlan(asked('sync-application', 'selfheal-skips-hooks', pausedWith('Synced')))).toBe(true);
    expect(
      refusal('sync-application', 'selfheal-skips-hooks', {
        ...application(applicationRows('OutOfSync')),
        automated: { selfHeal: true, enabled: false },
      }),
    ).toMatchObject({ code: 'changes-held-back' });
  });

  it('is not held back by the operator itself where that is what is missing', () => {
    const { automated: _, ...manual } = application();
    const rows = { resources: [{ kind: 'Deployment', namespace: 'monitoring', name: OPERATOR, status: 'OutOfSync' }] };
    const sync = (operators: Partial<Evidence>) =>
      asked('sync-application', 'operator-missing', { ...manual, ...rows }, operators);

    expect(isPlan(sync({ operators: read([]) }))).toBe(true);
    expect(sync({ operators: forbidden })).toMatchObject({ refused: true });
  });

  it('is refused where two Applications have a part in it', () => {
    const two = [application(), application({ meta: meta('other', { namespace: 'argocd' }) })];

    expect(refusal('sync-application', 'selfheal-skips-hooks', null, { applications: read(two) })).toMatchObject({
      code: 'application-unclear',
    });
  });

  it('brings CRDs back only where the Application has them, and can apply them', () => {
    const crds = read([]);
    expect(refusal('sync-application', 'crds-pruned', application(), { crds })).toMatchObject({
      code: 'crds-not-in-application',
    });
    expect(refusal('sync-application', 'crds-pruned', withCrds({ syncOptions: [] }), { crds })).toMatchObject({
      code: 'needs-server-side',
    });
    expect(refusal('sync-application', 'crds-pruned', withCrds(), { crds: forbidden })).toMatchObject({
      code: 'not-checked',
    });
    expect(plan('sync-application', 'crds-pruned', withCrds(), { crds }).permanent).toMatchObject({
      code: 'crds-kept',
    });
  });
});

const applicationRows = (status: string) => ({
  resources: applicationWith('Deployment', OPERATOR, status).resources,
});

describe('the end of a stuck operation', () => {
  const ended = (app: ApplicationView) => asked('terminate-operation', 'presync-hook-stuck', app);

  it('is bound to this very operation, waits for its end, and starts a whole sync then', () => {
    const answer = plan('terminate-operation', 'presync-hook-stuck', application(running()));

    expect(patchOf(answer)).toEqual({ status: { operationState: { phase: 'Terminating' } } });
    expect(answer.steps[0]).toMatchObject({
      expects: [
        { path: '/operation', is: 'present' },
        { path: '/status/operationState/phase', is: ['Running'] },
        { path: '/status/operationState/startedAt', is: [LONG_AGO] },
      ],
      awaits: [
        { path: '/operation', is: [null] },
        { path: '/status/operationState/phase', is: ['Succeeded', 'Failed', 'Error'] },
      ],
    });
    expect(patchOf(answer, 1)).toMatchObject({ operation: { sync: { revision: '79.5.0' } } });
    expect(answer.undo).toMatchObject({ kind: 'none', because: { code: 'operation-cannot-be-resumed' } });
  });

  it('also ends one that failed and waits for its next try', () => {
    const retried = running({ message: 'failed. Retrying attempt #3 at 3:04PM.', finishedAt: LONG_AGO });

    expect(isPlan(ended(application(retried)))).toBe(true);
  });

  it.each<[code: string, app: ApplicationView]>([
    ['operation-not-running', application()],
    ['operation-not-running', application({ ...running(), operationRequested: false })],
    ['operation-not-running', application(running({ phase: 'Terminating' }))],
    ['operation-not-stuck', application(running({ startedAt: '2026-11-25T02:56:00.000Z' }))],
    ['operation-not-stuck', application(running({ message: 'one or more tasks are running' }))],
    [
      'sync-window-closed',
      application({ ...running(), windows: [{ kind: 'deny', schedule: '* * * * *', duration: '1h' }] }),
    ],
  ])('is refused: %s', (code, app) => {
    expect(ended(app)).toMatchObject({ code });
  });
});

describe('server-side apply', () => {
  const clientSide = (more: Partial<ApplicationView> = {}) =>
    withCrds({ syncOptions: ['CreateNamespace=true'], ...more });
  const switched = (app: ApplicationView) => asked('server-side-apply', 'csa-crd-too-long', app);

  it('adds the option and syncs with it, in one write', () => {
    const answer = plan('server-side-apply', 'csa-crd-too-long', clientSide());
    const after = ['CreateNamespace=true', 'ServerSideApply=true'];

    expect(answer.steps).toHaveLength(1);
    expect(patchOf(answer)).toMatchObject({
      spec: { syncPolicy: { syncOptions: after } },
      operation: { sync: { syncOptions: after } },
    });
    expect(answer.undo).toMatchObject({
      steps: [{ patch: { spec: { syncPolicy: { syncOptions: ['CreateNamespace=true'] } } } }],
    });
  });

  it('takes an option that says the opposite away', () => {
    expect(
      patchOf(plan('server-side-apply', 'csa-crd-too-long', clientSide({ syncOptions: ['ServerSideApply=false'] }))),
    ).toMatchObject({ spec: { syncPolicy: { syncOptions: ['ServerSideApply=true'] } } });
  });

  it.each<[code: string, app: ApplicationView]>([
    ['already-server-side', withCrds()],
    ['application-managed', clientSide({ parent: 'platform' })],
    ['operation-running', clientSide(running())],
  ])('is refused: %s', (code, app) => {
    expect(switched(app)).toMatchObject({ code });
  });
});

describe('a refresh', () => {
  const crds = read([]);
  const refreshed = (app: ApplicationView) => asked('refresh-application', 'crds-pruned', app, { crds });

  it('asks for one annotation; a hard one where Argo CD keeps an error', () => {
    expect(patchOf(plan('refresh-application', 'crds-pruned', withCrds(), { crds }))).toEqual({
      metadata: { annotations: { 'argocd.argoproj.io/refresh': 'normal' } },
    });
    const cached = { type: 'ComparisonError', message: 'Manifest generation error (cached): x' };
    expect(patchOf(plan('refresh-application', 'crds-pruned', withCrds({ conditions: [cached] }), { crds }))).toEqual({
      metadata: { annotations: { 'argocd.argoproj.io/refresh': 'hard' } },
    });
  });

  it.each<[code: string, app: ApplicationView]>([
    ['heals-not', withCrds({ automated: {} })],
    ['heals-not', withCrds({ automated: { selfHeal: true, enabled: false } })],
    ['last-sync-failed', withCrds({ operation: { phase: 'Failed', partial: false, syncOptions: [], results: [] } })],
    ['last-sync-failed', withCrds({ sync: { status: 'OutOfSync', revision: '79.6.0' } })],
    ['operation-running', withCrds(running())],
    ['crds-not-in-application', application()],
    [
      'sync-window-closed',
      withCrds({ windows: [{ kind: 'deny', schedule: '* * * * *', duration: '1h', manualSync: true }] }),
    ],
  ])('is refused: %s', (code, app) => {
    expect(refreshed(app)).toMatchObject({ code });
  });
});
