import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Proposal } from '../../src/incidents/types.ts';
import { at } from '../../src/queue/executor/json.ts';
import { metricsRule, readingRules, writingRules } from '../../src/remediations/rules.ts';
import { chart } from '../cluster/argocd/manifest.ts';
import { ArgoStandIn } from '../cluster/argocd/stand-in.ts';
import { serviceAccount } from '../cluster/control-plane/accounts.ts';
import type { Cluster } from '../cluster/control-plane/cluster.ts';
import { SCENARIO_TIMEOUT, withScenario } from '../cluster/harness.ts';
import { NS, OPERATOR } from '../cluster/names.ts';
import { APP, APPLICATIONS, application } from '../cluster/scenarios/argo.ts';
import { byId, loadScenarios } from '../cluster/scenarios/load.ts';
import { until } from '../cluster/wait.ts';
import { startTestRedis, type TestRedis } from '../store/redis.ts';
import { type TestWorker, workerWith } from './repairs/worker.ts';

const PATH = `${APPLICATIONS}/${APP}`;
const only = process.env['PROMFIX_ONLY']?.split(',') ?? [];
const scenarios = await loadScenarios(null);
const BAD_FLAG = '--repair-policy-for-statefulsets=evict';
const FIRST_FLAG = '- --kubelet-endpoints=true';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.remove());

/** A worker that may change the one Application, which is off by default. */
async function worker(cluster: Cluster): Promise<TestWorker> {
  const applications = { apiGroups: ['argoproj.io'], resources: ['applications'] };
  const kubeconfig = await serviceAccount(cluster, 'worker', {
    cluster: [...readingRules(), metricsRule(`https:${OPERATOR}:https`)],
    namespaced: { [NS]: writingRules(), argocd: [{ ...applications, verbs: ['get', 'patch'], resourceNames: [APP] }] },
  });
  return workerWith(kubeconfig, redis.url);
}

const summary = ({ state, outcome }: Proposal): string => `${state}: ${outcome?.code ?? ''}`;

/**
 * On a real control plane, with a stand-in for Argo CD's controller. The chart of 79.5.0 gives the operator a flag that it does not know, so
 * that its process ends again and again; what 79.4.0 gives it differs. `--only chart-version`.
 */
describe.runIf(only.includes('chart-version') || only.includes('all'))('the test of another chart version', () => {
  it.for([
    { name: 'that helps is kept', helps: true },
    { name: 'that does not help is taken back', helps: false },
  ])('$name', { timeout: SCENARIO_TIMEOUT * 2 }, async ({ helps }) => {
    await withScenario(byId(scenarios, 'F22'), async ({ cluster }) => {
      await application(cluster);
      await cluster.api.merge(PATH, { spec: { syncPolicy: { automated: { prune: false, selfHeal: false } } } });
      const bad = chart(cluster, (yaml) => yaml.replace(FIRST_FLAG, `${FIRST_FLAG}\n            - ${BAD_FLAG}`));
      const argo = new ArgoStandIn(cluster, {
        revisions: { '79.5.0': bad, '79.4.0': helps ? chart(cluster) : bad },
      }).start();
      const made = await worker(cluster);
      try {
        await until('it has compared', async () => (await argo.read()).status?.sync?.comparedTo);
        const before = (await argo.read()).spec;
        expect(await made.rootCause()).toBe('bad-flag');

        const proposal = await made.prepared('test-chart-version', 'bad-flag');
        expect(proposal).toMatchObject({ state: 'proposed' });
        expect((await argo.read()).spec).toEqual(before);
        const done = await made.carriedOut(proposal.id);

        const { spec } = await argo.read();
        if (helps) {
          expect(summary(done)).toBe('succeeded: version-helped');
          expect(at(spec, 'source', 'targetRevision')).toBe('79.4.0');
          await cluster.available(5);
        } else {
          expect(summary(done)).toBe('unhealthy: version-returned');
          expect(spec).toEqual(before);
        }
        expect(argo.errors).toEqual([]);
      } finally {
        await made.close();
        await argo.stop();
      }
    });
  });
});
