import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at } from '../../src/queue/executor/json.ts';
import type { JobPorts } from '../../src/queue/ports.ts';
import { WRITES } from '../cluster/control-plane/audit.ts';
import { SCENARIO_TIMEOUT, withScenario } from '../cluster/harness.ts';
import { prometheus } from '../cluster/scenarios/look.ts';
import { startTestRedis, type TestRedis } from '../store/redis.ts';
import { OWN, recreates } from './repairs/table.ts';
import { testWorker } from './repairs/worker.ts';

const only = process.env['PROMFIX_ONLY']?.split(',') ?? ['recreate'];
const isMeant = only.includes('recreate') || only.includes('all');

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.remove());

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
  it.runIf(isMeant)(
    'is rehearsed without a write, and finished by the next worker when one dies with the resource deleted, under the kill switch, too',
    { timeout: SCENARIO_TIMEOUT },
    async () => {
      const scenario = OWN.find(({ id }) => id === 'F41-first');
      if (!scenario) throw new Error('no scenario F41-first');
      await withScenario(
        scenario,
        async ({ cluster }) => {
          const worker = await testWorker(cluster, redis.url, recreates);
          const { store } = worker.ports;
          const written = () =>
            cluster
              .audit()
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
});
