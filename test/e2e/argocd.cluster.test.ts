import { describe, expect, it } from 'vitest';
import type { CauseSlug } from '../../src/diagnosis/causes.ts';
import type { Proposal } from '../../src/incidents/types.ts';
import type { Plan } from '../../src/remediations/types.ts';
import { chart } from '../cluster/argocd/manifest.ts';
import { ArgoStandIn } from '../cluster/argocd/stand-in.ts';
import { askedFor } from '../cluster/asked-for.ts';
import type { Cluster } from '../cluster/control-plane/cluster.ts';
import { SCENARIO_TIMEOUT, withScenario } from '../cluster/harness.ts';
import { OPERATOR, OPERATOR_PATH } from '../cluster/names.ts';
import { APP, APPLICATIONS, application } from '../cluster/scenarios/argo.ts';
import { recreatePrometheus, scaleOperator } from '../cluster/scenarios/change.ts';
import { byId, loadScenarios } from '../cluster/scenarios/load.ts';
import { nothingMade } from '../cluster/scenarios/look.ts';
import type { Scenario } from '../cluster/scenarios/types.ts';
import { CHART } from '../cluster/versions.ts';
import { until } from '../cluster/wait.ts';
import { useTestRedis } from '../store/use-redis.ts';
import { type TestWorker, testWorker } from './repairs/worker.ts';
import { reportLine } from './report-line.ts';

/**
 * The repairs by Argo CD, proven to the accepted write on a real API server and a stand-in for Argo CD's controller; no Argo CD runs.
 * `--only argocd` plays them.
 */
const isMeant = askedFor('argocd');
const scenarios = await loadScenarios(null);

const redis = useTestRedis();

interface Stage {
  readonly cluster: Cluster;
  readonly worker: TestWorker;
  readonly argo: ArgoStandIn;
}

const PATH = `${APPLICATIONS}/${APP}`;
const PROJECT_PATH = `${APPLICATIONS.replace(/applications$/, 'appprojects')}/default`;

/** What the stand-in does before the fault: nothing by default, it is started by the test. */
interface Setting {
  /** Argo CD looks after everything already when the fault happens, and compares again only when it is asked to. */
  readonly settledBefore?: boolean;
  /** Writes the Application; by default the scenario does. */
  readonly application?: (cluster: Cluster) => Promise<void>;
}

/** A scenario, a worker with the right to patch this one Application, and a stand-in. */
async function on(
  scenario: Scenario,
  cause: CauseSlug,
  body: (stage: Stage) => Promise<void>,
  setting: Setting = {},
): Promise<void> {
  const { settledBefore = false, application: write } = setting;
  let argo: ArgoStandIn | undefined;
  const staged: Scenario = {
    ...scenario,
    async inject(cluster) {
      const options = { revisions: { [CHART.version]: chart(cluster) }, ...(settledBefore && { compareEvery: HOUR }) };
      argo = new ArgoStandIn(cluster, options);
      await write?.(cluster);
      if (settledBefore) await settled(argo);
      await scenario.inject(cluster);
    },
  };
  await withScenario(staged, async ({ cluster }) => {
    const applications = {
      apiGroups: ['argoproj.io'],
      resources: ['applications'],
      verbs: ['get', 'patch'],
      resourceNames: [APP],
    };
    if (!argo) throw new Error('the fault did not happen');
    const worker = await testWorker(cluster, redis.url, [], { elsewhere: { argocd: [applications] } });
    try {
      expect(await worker.rootCause()).toBe(cause);
      await body({ cluster, worker, argo });
      expect(argo.errors).toEqual([]);
    } finally {
      await worker.close();
    }
  }).finally(() => argo?.stop());
}

const HOUR = 3_600_000;
const byItself = (automated: object | null) => async (cluster: Cluster) => {
  await application(cluster);
  await cluster.api.merge(PATH, { spec: { syncPolicy: { automated } } });
};

/** Nobody keeps the operator's Deployment. */
const OPERATOR_GONE: Scenario = {
  id: 'operator-gone',
  cause: 'operator-missing',
  title: 'the operator’s Deployment was deleted',
  inject: async (cluster) => {
    await scaleOperator(cluster, 0);
    await cluster.api.del(OPERATOR_PATH);
    await recreatePrometheus(cluster);
  },
  settled: nothingMade,
};

/** It has compared, healed what had drifted, and has nothing left to do. */
async function settled(argo: ArgoStandIn): Promise<void> {
  const before = (await argo.read()).status?.operationState?.startedAt;
  argo.start();
  // The objects were not applied by it: the first thing it does is to heal them.
  await until('Argo CD has settled', async () => {
    const { operation, status } = await argo.read();
    const { phase, startedAt } = status?.operationState ?? {};
    return !operation && status?.sync?.status === 'Synced' && phase === 'Succeeded' && startedAt !== before;
  });
}

function planOf({ plan }: Proposal): Plan {
  if (!plan) throw new Error('nothing was proposed');
  return plan;
}

const secondsSince = (began: number): number => Math.round((performance.now() - began) / 1000);

describe.runIf(isMeant)(
  'repairs by Argo CD, up to a stand-in for its controller',
  { timeout: SCENARIO_TIMEOUT },
  () => {
    it('a whole sync brings back the Secret that a hook makes, which self-heal never does', () =>
      on(byId(scenarios, 'F59'), 'selfheal-skips-hooks', async ({ cluster, worker, argo }) => {
        await settled(argo);
        expect(await worker.rootCause()).toBe('selfheal-skips-hooks');
        const proposal = await worker.prepared('sync-application', 'selfheal-skips-hooks');
        expect(proposal.outcome).toBeUndefined();
        expect(proposal).toMatchObject({ state: 'proposed' });

        const began = performance.now();
        const done = await worker.carriedOut(proposal.id);
        expect(done.outcome).toBeUndefined();
        expect(done).toMatchObject({ state: 'succeeded' });
        await cluster.available(5);
        await reportLine(`F59 | selfheal-skips-hooks | sync-application | ${secondsSince(began)} s | none`);
        expect((await argo.read()).status?.operationState?.operation).toMatchObject({
          initiatedBy: { username: 'promfix/slack:U0ANN0000' },
          info: expect.arrayContaining([
            { name: 'proposal', value: proposal.id },
            { name: 'asked by', value: 'slack:U0ASKER00' },
            { name: 'approved by', value: 'slack:U0ANN0000' },
          ]),
        });
      }));

    it('a stuck operation is ended, and the sync that follows runs the hook anew', () =>
      on(byId(scenarios, 'F57'), 'presync-hook-stuck', async ({ cluster, worker, argo }) => {
        const proposal = await worker.prepared('terminate-operation', 'presync-hook-stuck');
        expect(proposal).toMatchObject({ state: 'proposed' });
        expect(planOf(proposal).steps).toHaveLength(2);

        const began = performance.now();
        const carriedOut = worker.carriedOut(proposal.id);
        // Its controller is at the operation that hangs until it is told to end it.
        await until('it is told', async () => (await argo.read()).status?.operationState?.phase === 'Terminating');
        argo.start();
        expect(await carriedOut).toMatchObject({ state: 'succeeded' });
        await cluster.available(5);
        await reportLine(`F57 | presync-hook-stuck | terminate-operation | ${secondsSince(began)} s | none`);
      }));

    it('server-side apply brings the long CRDs; the next diagnosis asks for the restart, and the undo gives an equal spec', () =>
      on(byId(scenarios, 'F56'), 'csa-crd-too-long', async ({ cluster, worker, argo }) => {
        const before = (await argo.read()).spec;
        argo.start();
        const proposal = await worker.prepared('server-side-apply', 'csa-crd-too-long');
        expect(proposal).toMatchObject({ state: 'proposed' });

        const began = performance.now();
        const done = await worker.carriedOut(proposal.id);
        expect(['succeeded', 'unhealthy']).toContain(done.state);
        const next = await worker.rootCause();
        if (next !== undefined) {
          const restart = await worker.prepared('restart-operator', next);
          expect(restart).toMatchObject({ state: 'proposed' });
          expect(await worker.carriedOut(restart.id)).toMatchObject({ state: 'succeeded' });
        }
        await cluster.available(5);
        await reportLine(`F56 | csa-crd-too-long | server-side-apply, then ${next} | ${secondsSince(began)} s | steps`);

        expect(await worker.undone(proposal.id)).toMatchObject({ undoes: proposal.id, state: 'succeeded' });
        expect((await argo.read()).spec).toEqual(before);
      }));

    it('a refresh makes it see that a CRD is gone, which it brings back by itself', () =>
      on(
        byId(scenarios, 'F05'),
        'sibling-crd-missing',
        async ({ cluster, worker, argo }) => {
          const proposal = await worker.prepared('refresh-application', 'sibling-crd-missing');
          expect(proposal.outcome).toBeUndefined();
          expect((await argo.read()).status?.sync?.status).toBe('Synced');

          const began = performance.now();
          expect(await worker.carriedOut(proposal.id)).toMatchObject({ state: 'succeeded' });
          await cluster.available(60);
          await reportLine(`F05 | sibling-crd-missing | refresh-application | ${secondsSince(began)} s | none`);
          const { operation } = (await argo.read()).status?.operationState ?? {};
          expect(operation?.sync?.resources).toMatchObject([
            { kind: 'CustomResourceDefinition', name: 'probes.monitoring.coreos.com' },
          ]);
        },
        { settledBefore: true, application },
      ));

    it('a whole sync brings a CRD back where it does not heal by itself', () =>
      on(
        byId(scenarios, 'F05'),
        'sibling-crd-missing',
        async ({ cluster, worker, argo }) => {
          expect(await worker.prepared('refresh-application', 'sibling-crd-missing')).toMatchObject({
            state: 'voided',
            outcome: { code: 'heals-not' },
          });
          const proposal = await worker.prepared('sync-application', 'sibling-crd-missing');
          expect(proposal.outcome).toBeUndefined();

          const began = performance.now();
          argo.start();
          expect(await worker.carriedOut(proposal.id)).toMatchObject({ state: 'succeeded' });
          await cluster.available(60);
          await reportLine(`F05 | sibling-crd-missing | sync-application | ${secondsSince(began)} s | none`);
        },
        { application: byItself({ prune: true, selfHeal: false }) },
      ));

    it('a whole sync makes the admission Secret anew, unless a sync window is closed', () =>
      on(
        byId(scenarios, 'F15'),
        'admission-secret-missing',
        async ({ cluster, worker, argo }) => {
          const closed = { kind: 'deny', schedule: '* * * * *', duration: '24h' };
          const windows = (...syncWindows: readonly object[]) =>
            cluster.api.merge(PROJECT_PATH, { spec: { syncWindows } });
          await windows({ ...closed, namespaces: ['monit*'] });
          expect(await worker.prepared('sync-application', 'admission-secret-missing')).toMatchObject({
            state: 'voided',
            outcome: { code: 'sync-window-closed' },
          });
          await windows({ ...closed, applications: ['another'], clusters: ['production'] });
          const proposal = await worker.prepared('sync-application', 'admission-secret-missing');
          expect(proposal.outcome).toBeUndefined();

          const began = performance.now();
          argo.start();
          expect(await worker.carriedOut(proposal.id)).toMatchObject({ state: 'succeeded' });
          await cluster.available(60);
          await reportLine(`F15 | admission-secret-missing | sync-application | ${secondsSince(began)} s | none`);
        },
        { application: byItself({ prune: true, selfHeal: false }) },
      ));

    it('a whole sync brings the operator back where nobody lets it sync by itself', () =>
      on(
        OPERATOR_GONE,
        'operator-missing',
        async ({ cluster, worker, argo }) => {
          const outOfSync = (row: { readonly kind: string; readonly name: string }) =>
            row.kind === 'Deployment' && row.name === OPERATOR;
          await application(cluster, { sync: 'OutOfSync', health: 'Missing', outOfSync });
          await cluster.api.merge(PATH, { spec: { syncPolicy: { automated: null } } });
          const proposal = await worker.prepared('sync-application', 'operator-missing');
          expect(proposal.outcome).toBeUndefined();

          const began = performance.now();
          argo.start();
          expect(await worker.carriedOut(proposal.id)).toMatchObject({ state: 'succeeded' });
          await cluster.available(60);
          await reportLine(`operator-gone | operator-missing | sync-application | ${secondsSince(began)} s | none`);
        },
        { application },
      ));
  },
);
