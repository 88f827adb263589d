import { describe, expect, it } from 'vitest';
import { at } from '../../src/evidence/json.ts';
import type { JobPorts } from '../../src/queue/jobs/ports.ts';
import { chart } from '../cluster/argocd/manifest.ts';
import { ArgoStandIn } from '../cluster/argocd/stand-in.ts';
import { askedFor } from '../cluster/asked-for.ts';
import { WRITES } from '../cluster/control-plane/audit.ts';
import { SCENARIO_TIMEOUT, withScenario } from '../cluster/harness.ts';
import { APP, application } from '../cluster/scenarios/argo.ts';
import { byId } from '../cluster/scenarios/load.ts';
import { prometheus } from '../cluster/scenarios/look.ts';
import type { Scenario } from '../cluster/scenarios/types.ts';
import { until } from '../cluster/wait.ts';
import { useTestRedis } from '../store/use-redis.ts';
import { OWN, recreates } from './repairs/table.ts';
import { testWorker } from './repairs/worker.ts';

const redis = useTestRedis();

/** A worker that ends as soon as its delete was answered. */
function dyingAfterDelete(ports: JobPorts): JobPorts {
  const { client } = ports;
  const json: typeof client.json = async (request) => {
    const answer = await client.json(request);
    const isReal = request.query?.['dryRun'] === undefined;
    if (request.method === 'DELETE' && isReal) throw new Error('the process ended here');
    return answer;
  };
  return { ...ports, client: { ...client, json } };
}

describe('a re-creation on a real control plane', () => {
  it.runIf(askedFor('recreate', true))(
    'is rehearsed without a write, and finished by the next worker when one dies with the resource deleted, under the kill switch, too',
    { timeout: SCENARIO_TIMEOUT },
    async () => {
      const scenario = byId(OWN, 'F41-first');
      await withScenario(
        scenario,
        async ({ cluster }) => {
          const worker = await testWorker(cluster, redis.url, recreates);
          const { store } = worker.ports;
          // The log goes on from the clusters that ran before in this folder.
          const earlier = cluster.audit().length;
          const written = () =>
            cluster
              .audit()
              .slice(earlier)
              .filter(
                ({ user, verb, requestURI, objectRef }) =>
                  user.username === 'system:serviceaccount:promfix:worker' &&
                  WRITES.includes(verb) &&
                  !/accessreviews$/.test(objectRef?.resource ?? '') &&
                  !requestURI.includes('dryRun=All'),
              )
              .map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}`);
          try {
            const before = await prometheus(cluster);
            const { id, outcome } = await worker.prepared('recreate-resource', 'rules-configmap-taken');
            expect(outcome).toBeUndefined();
            expect(written()).toEqual([]);

            await worker.approved(id);
            await expect(worker.attempt(id, 1, dyingAfterDelete(worker.ports))).rejects.toThrow('ended here');
            expect(await prometheus(cluster)).toBeUndefined();
            const value = { paused: true, by: 'U0ANN0000', at: await store.now() };
            await store.commit({ puts: [{ kind: 'pause', id: 'self', expect: 0, value }], audit: [], outbox: [] });

            expect(await worker.attempt(id, 2)).toMatchObject({ state: 'succeeded' });
            await cluster.available(5);
            const after = await prometheus(cluster);
            expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
            expect(after?.spec).toEqual(before?.spec);
            expect(at(after, 'metadata', 'labels')).toEqual(before?.metadata.labels);
            expect(written()).toEqual(['delete prometheuses', 'create prometheuses']);
          } finally {
            await worker.close();
          }
        },
        { auditLog: true },
      );
    },
  );

  it.runIf(askedFor('recreate-argo'))(
    'is left to Argo CD (a stand-in), which is asked to refresh, where it heals by itself',
    { timeout: SCENARIO_TIMEOUT },
    async () => {
      const fault = byId(OWN, 'F41-first');
      const scenario: Scenario = {
        ...fault,
        async inject(cluster) {
          await application(cluster);
          await fault.inject(cluster);
        },
      };
      await withScenario(scenario, async ({ cluster }) => {
        // It compares only when it is asked to: without the refresh it would not see the delete.
        const argo = new ArgoStandIn(cluster, { revisions: { '79.5.0': chart(cluster) }, compareEvery: 3_600_000 });
        argo.start();
        await until('it has compared', async () => (await argo.read()).status?.sync?.status === 'Synced');
        const worker = await testWorker(cluster, redis.url, recreates, {
          elsewhere: {
            argocd: [
              {
                apiGroups: ['argoproj.io'],
                resources: ['applications'],
                verbs: ['get', 'patch'],
                resourceNames: [APP],
              },
            ],
          },
        });
        try {
          const { id, outcome, plan } = await worker.prepared('recreate-resource', 'rules-configmap-taken');
          expect(outcome).toBeUndefined();
          expect(plan?.steps).toMatchObject([{ by: 'argocd', refresh: { name: APP } }]);
          expect(await worker.carriedOut(id)).toMatchObject({ state: 'succeeded' });

          await cluster.available(5);
          const made = await prometheus(cluster);
          const fields = at(made, 'metadata', 'managedFields');
          const makers = Array.isArray(fields) ? fields.map((one) => at(one, 'manager')) : [];
          expect(makers).toContain('argocd-controller');
          expect(makers).not.toContain('promfix');
        } finally {
          await argo.stop();
          await worker.close();
        }
        expect(argo.errors).toEqual([]);
      });
    },
  );
});
