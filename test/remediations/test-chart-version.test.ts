import { describe, expect, it } from 'vitest';
import type { ApplicationView, CrdView, Evidence } from '../../src/evidence/types.ts';
import {
  CHART_VERSIONS,
  type ChartVersion,
  crdObstacle,
  versionToTest,
} from '../../src/remediations/argocd/chart-versions.ts';
import { isPlan, planFor, planOf } from '../../src/remediations/index.ts';
import { isSynced } from '../../src/remediations/test-chart-version.ts';
import type { Circumstances, Plan, Refusal } from '../../src/remediations/types.ts';
import { argoWorld, chartApplication } from './argo-world.ts';
import { tried } from './tried-world.ts';
import { CLUSTER, deployment, diagnosis, evidence, meta, OPERATOR, operator, read } from './world.ts';

const CAUSE = 'rbac-gate-prometheuses';
const IN_VAIN: Circumstances = { tried: [tried('restart-operator', CAUSE, 'in-vain')] };

function answer(
  seen: Evidence,
  circumstances = IN_VAIN,
  cause: Parameters<typeof diagnosis>[0] = CAUSE,
): Plan | Refusal {
  return planOf('test-chart-version', seen, diagnosis(cause), CLUSTER, circumstances);
}
function planned(seen: Evidence, circumstances = IN_VAIN): Plan {
  const plan = answer(seen, circumstances);
  if (!isPlan(plan)) throw new Error(plan.code);
  return plan;
}
const withApp = (change: Partial<ApplicationView>) => argoWorld(chartApplication(change));
const codes = ({ checks }: Plan) => checks.map(({ code }) => code);

describe('the test of another chart version', () => {
  it('sets the nearest older version, and has its way back among its steps', () => {
    const plan = planned(argoWorld());
    const object = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', namespace: 'argocd', name: 'monitoring' };

    expect(plan.steps).toEqual([
      {
        do: 'set-chart-version',
        object: { ...object, uid: 'uid-monitoring' },
        contentHash: 'frame',
        chart: 'kube-prometheus-stack',
        from: '79.5.0',
        to: '79.4.0',
        endsSync: false,
      },
    ]);
    expect(plan.otherwise).toEqual([{ ...plan.steps[0], from: '79.4.0', to: '79.5.0', endsSync: true }]);
    expect(plan.diff).toEqual([
      {
        object: 'Application argocd/monitoring',
        path: 'spec.source.targetRevision',
        before: '79.5.0',
        after: '79.4.0',
      },
    ]);
    expect(codes(plan)).toEqual([
      'restart-was-in-vain',
      'same-operator',
      'crd-schemas-equal',
      'argocd-syncs-by-itself',
    ]);
    expect(plan.risk).toBe('high');
    expect(plan.rights).toContainEqual(
      expect.objectContaining({ verb: 'patch', resource: 'applications', name: 'monitoring', namespace: 'argocd' }),
    );
  });

  it('finds the chart among several sources', () => {
    const [chart] = chartApplication().sources;
    if (!chart) throw new Error('no source');
    const sources = [
      { repoURL: 'https://git.example/values', index: 0, values: {} },
      { ...chart, index: 1 },
    ];
    expect(planned(withApp({ sources })).steps).toMatchObject([{ source: 1, from: '79.5.0', to: '79.4.0' }]);
    const twice = [...sources, { ...chart, index: 2 }];
    expect(answer(withApp({ sources: twice }))).toMatchObject({ code: 'no-chart-source' });
  });

  it('takes the version that a person names, by the same rules', () => {
    const named = (version: string) => ({ ...IN_VAIN, version });
    expect(planned(argoWorld(), named('78.5.0'))).toMatchObject({ steps: [{ to: '78.5.0' }] });
    expect(codes(planned(argoWorld(), named('78.5.0')))).toContain('other-operator');
    expect(answer(argoWorld(), named('79.4.1'))).toMatchObject({ code: 'chart-version-unknown' });
    expect(answer(argoWorld(), named('79.5.0'))).toMatchObject({ code: 'chart-version-runs' });
    expect(answer(argoWorld(), named('latest'))).toMatchObject({ code: 'chart-version-unreadable' });
  });

  it('is offered only after a restart was in vain in this incident', () => {
    expect(answer(argoWorld(), { tried: [] })).toMatchObject({ code: 'restart-first' });
    const helped = { tried: [tried('restart-operator', CAUSE, 'helped')] };
    expect(answer(argoWorld(), helped)).toMatchObject({ code: 'restart-first' });
    const another = { tried: [tried('restart-operator', 'worker-blocked', 'in-vain')] };
    expect(codes(planned(argoWorld(), another))).toContain('restart-not-excluded');
    expect(codes(planned(argoWorld(), {}))).toContain('restart-unknown');
    // Nothing was restarted.
    for (const ending of ['denied', 'failed', 'unknown'] as const)
      expect(answer(argoWorld(), { tried: [tried('restart-operator', CAUSE, ending)] })).toMatchObject({
        code: 'restart-first',
      });
  });

  it('counts the restarts of a process that ends by itself', () => {
    const container = deployment().container.name;
    const crashing = operator({
      pods: read([
        {
          meta: meta(`${OPERATOR}-1`),
          hostNetwork: false,
          conditions: [],
          containers: [{ name: container, image: '', ready: false, restartCount: 4, state: {}, lastState: {} }],
          initContainers: [],
          volumes: [],
        },
      ]),
    });
    const seen = { ...argoWorld(chartApplication({}, '79.4.0')), operators: read([crashing]) };
    const plan = answer(seen, { tried: [] }, 'operator-too-old-for-k8s');

    expect(plan).toMatchObject({ steps: [{ from: '79.4.0', to: '79.5.0' }] });
    expect(isPlan(plan) && codes(plan)).toContain('process-restarted-in-vain');
    expect(answer(seen, { tried: [] })).toMatchObject({ code: 'restart-first' });
  });

  it.each<[string, Partial<ApplicationView>]>([
    ['being-deleted', { meta: meta('monitoring', { namespace: 'argocd', deleting: '2026-01-01T00:00:00Z' }) }],
    ['application-has-parent', { parent: 'apps' }],
    ['application-hydrated', { hydrated: true }],
    ['reconcile-off', { meta: meta('monitoring', { annotations: { 'argocd.argoproj.io/skip-reconcile': 'true' } }) }],
    ['application-elsewhere', { destination: { server: 'https://10.0.0.1:6443' } }],
    ['application-elsewhere', { destination: { name: 'prod-2' } }],
    ['auto-sync-off', { automated: { enabled: false } }],
    ['auto-prune-on', { automated: { prune: true } }],
    ['operation-in-progress', { operationRequested: true }],
    ['operation-in-progress', { operation: { phase: 'Running', partial: false, syncOptions: [], results: [] } }],
    ['application-not-compared', { conditions: [{ type: 'ComparisonError', message: 'no such chart' }] }],
    ['no-chart-source', { sources: [{ repoURL: 'https://git.example', path: 'charts/monitoring', values: {} }] }],
  ])('refuses: %s', (code, change) => {
    expect(answer(withApp(change))).toMatchObject({ refused: true, code });
  });

  it('refuses where automated is left out, the project was not read, or the version is a range', () => {
    const { automated: _, ...manual } = chartApplication();
    expect(answer(argoWorld(manual))).toMatchObject({ code: 'auto-sync-off' });
    const { windows: _read, ...unread } = chartApplication();
    expect(answer(argoWorld(unread))).toMatchObject({ code: 'sync-window-unclear' });
    expect(answer(withApp({ windows: [{ kind: 'allow', schedule: '* * * * *', duration: '1h' }] }))).toMatchObject({
      code: 'sync-window-unclear',
    });
    expect(answer(argoWorld(chartApplication({}, '79.*')))).toMatchObject({ code: 'chart-version-unreadable' });
    expect(answer(argoWorld(chartApplication({}, '80.0.0')))).toMatchObject({ code: 'chart-version-unknown' });
    expect(answer(argoWorld(chartApplication({}, '78.4.0')))).toMatchObject({ code: 'no-older-chart-known' });
    expect(answer(evidence({ applications: read([]) }))).toMatchObject({ code: 'not-argocds' });
  });

  it('refuses CRDs in the cluster that it does not know, unless the Application brings none', () => {
    const crds = (operatorVersion?: string): Evidence['crds'] =>
      read<readonly CrdView[]>([
        { plural: 'prometheuses', meta: meta('x'), ...(operatorVersion !== undefined && { operatorVersion }) },
      ]);
    expect(answer({ ...argoWorld(), crds: crds('0.90.0') })).toMatchObject({ code: 'crd-schema-unknown' });
    expect(answer({ ...argoWorld(), crds: crds() })).toMatchObject({ code: 'crd-schema-unknown' });
    expect(answer({ ...argoWorld(), crds: read([]) })).toMatchObject({ code: 'crd-schema-unknown' });
    const [chart] = chartApplication().sources;
    if (!chart) throw new Error('no source');
    const without = withApp({ sources: [{ ...chart, skipCrds: true }] });
    expect(codes(planned({ ...without, crds: crds('0.90.0') }))).toContain('crds-from-elsewhere');
  });

  it('comes before a restart that was in vain, and after one that was not tried', () => {
    const offer = (circumstances: Circumstances) =>
      planFor(argoWorld(), diagnosis(CAUSE), CLUSTER, circumstances).plan?.remediation;
    expect(offer(IN_VAIN)).toBe('test-chart-version');
    expect(offer({ tried: [] })).toBe('restart-operator');
  });
});

describe('CRD schemas', () => {
  const [first, second, third] = [
    { chart: '1.0.0', operator: '0.1.0', schema: 1 },
    { chart: '1.1.0', operator: '0.2.0', schema: 1 },
    { chart: '2.0.0', operator: '0.3.0', schema: 2 },
  ] satisfies readonly ChartVersion[];
  if (!first || !second || !third) throw new Error('the table is short');
  const table = [first, second, third];

  it('may not shrink, neither on the way there nor on the way back', () => {
    expect(crdObstacle({ from: second, to: first }, ['0.2.0', '0.1.0'], table)).toBeUndefined();
    expect(crdObstacle({ from: third, to: second }, ['0.3.0'], table)).toMatchObject({ code: 'crd-schema-shrinks' });
    expect(crdObstacle({ from: second, to: third }, ['0.2.0'], table)).toMatchObject({ code: 'crd-schema-shrinks' });
    // Somebody applied newer CRDs by hand.
    expect(crdObstacle({ from: second, to: first }, ['0.3.0'], table)).toMatchObject({ code: 'crd-schema-shrinks' });
  });

  it('neighbours are the nearest in their direction', () => {
    expect(versionToTest('1.1.0', undefined, 'down', table)).toMatchObject({ to: first });
    expect(versionToTest('1.1.0', undefined, 'up', table)).toMatchObject({ to: third });
    expect(versionToTest('2.0.0', undefined, 'up', table)).toMatchObject({ code: 'no-newer-chart-known' });
    expect(CHART_VERSIONS.map(({ chart }) => chart)).toEqual([...CHART_VERSIONS.map(({ chart }) => chart)].sort());
  });
});

describe('a version is in place', () => {
  const operation = { phase: 'Succeeded', partial: false, revision: '79.4.0', syncOptions: [], results: [] };
  const step = planned(argoWorld()).steps[0];
  if (step?.do !== 'set-chart-version') throw new Error('no step');
  it.each([
    ['synced', operation, true],
    [
      'applied and waiting for health',
      { ...operation, phase: 'Running', message: 'waiting for healthy state of x' },
      true,
    ],
    [
      'failed because a pod only starts',
      {
        ...operation,
        phase: 'Failed',
        message: 'one or more synchronization tasks completed unsuccessfully, reason: Prometheus/main is Degraded',
      },
      true,
    ],
    [
      'failed before anything was applied',
      {
        ...operation,
        phase: 'Failed',
        message: 'one or more synchronization tasks completed unsuccessfully',
        results: [{ kind: 'Job', name: 'create', syncPhase: 'PreSync', hookPhase: 'Failed' }],
      },
      false,
    ],
    ['still of the version before', { ...operation, revision: '79.5.0' }, false],
    ['failed', { ...operation, phase: 'Failed', message: 'one or more objects failed to apply' }, false],
    ['at its beginning', { ...operation, phase: 'Running', message: '' }, false],
  ])('when the operation is %s: %#', (_what, state, expected) => {
    expect(isSynced(withApp({ operation: state }), step)).toBe(expected);
  });
});
