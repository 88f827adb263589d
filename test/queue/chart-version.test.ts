import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { undo } from '../../src/commands/undo.ts';
import { at } from '../../src/evidence/json.ts';
import { planHash } from '../../src/incidents/plan-hash.ts';
import { execute } from '../../src/queue/jobs/execute.ts';
import type { JobPorts } from '../../src/queue/jobs/ports.ts';
import { prepare } from '../../src/queue/jobs/prepare.ts';
import { nobody } from '../builders/directory.ts';
import { useTestRedis } from '../store/use-redis.ts';
import { merge } from './api-server.ts';
import { APPLICATION, type ChartWorld, chartWorld } from './chart-world.ts';
import { dying, throughWrites } from './dying.ts';

let chart: ChartWorld;
const redis = useTestRedis();
const open = async () => {
  chart = await chartWorld(redis.url);
};
beforeEach(open);
afterEach(() => chart.close());

const run = (id: string, attempt = 1, ports: JobPorts = chart.ports) => execute(ports, id, { job: 1, attempt });
const proposal = (id: string) => chart.world.proposal(id);
const spec = () => at(chart.api.objects.get(APPLICATION), 'spec');

describe('a chart version that is tested', () => {
  it('is kept when it helps, and says that the restart alone was in vain', async () => {
    const id = await chart.queued();
    expect(await run(id)).toEqual({ end: 'settled', state: 'succeeded' });

    expect(chart.versions()).toEqual(['79.4.0']);
    expect(await proposal(id)).toMatchObject({ outcome: { code: 'version-helped', values: { version: '79.4.0' } } });
  });

  it('is kept when it gets further, and the incident goes on', async () => {
    chart.outcome = 'further';
    const id = await chart.queued();
    expect(await run(id)).toEqual({ end: 'settled', state: 'unhealthy' });

    expect(chart.versions()).toEqual(['79.4.0']);
    expect(await proposal(id)).toMatchObject({ outcome: { code: 'version-better' } });
  });

  it.each(['the same', 'hangs'] as const)('is taken back when it is no better: %s', async (how) => {
    chart.outcome = 'the same';
    chart.hangs = how === 'hangs';
    const before = spec();
    const id = await chart.queued();
    expect(await run(id)).toEqual({ end: 'settled', state: 'unhealthy' });

    expect(chart.versions()).toEqual(['79.4.0', '79.5.0']);
    expect(spec()).toEqual(before);
    const { journal, outcome, returning } = await proposal(id);
    expect(journal.map(({ step, state }) => `${step} ${state}`)).toEqual(['0 intent', '0 done', '1 intent', '1 done']);
    expect(outcome).toMatchObject({ code: 'version-returned', values: { version: '79.4.0', before: '79.5.0' } });
    expect(returning).toMatchObject({ wasSynced: true });
    // What would keep Argo CD from going back is ended in the same write.
    const ended = chart.api.stored.map(({ body }) => at(body, 'status', 'operationState', 'phase'));
    expect(ended).toEqual([undefined, how === 'hangs' ? 'Terminating' : undefined]);
  });

  it('is not said to have been tested when Argo CD never brought it', async () => {
    chart.syncs = false;
    const id = await chart.queued();
    await run(id);

    expect(chart.versions()).toEqual(['79.4.0', '79.5.0']);
    expect(await proposal(id)).toMatchObject({ state: 'unhealthy', outcome: { code: 'version-not-synced-returned' } });
  });

  it('is the one that was named', async () => {
    await run(await chart.queued('78.5.0'));
    expect(chart.versions()).toEqual(['78.5.0']);
  });

  it('stays, and is said to stay, when somebody changed the Application meanwhile', async () => {
    chart.outcome = 'the same';
    const id = await chart.queued();
    const { diagnose } = chart.ports;
    const ports: JobPorts = {
      ...chart.ports,
      diagnose: (evidence) => {
        if (chart.versions().length === 1)
          chart.api.touch(APPLICATION, (one) => merge(one, { spec: { syncPolicy: { retry: { limit: 1 } } } }));
        return diagnose(evidence);
      },
    };
    expect(await run(id, 1, ports)).toEqual({ end: 'settled', state: 'unhealthy' });

    expect(chart.versions()).toEqual(['79.4.0']);
    expect(await proposal(id)).toMatchObject({
      outcome: { code: 'not-returned', values: { because: 'object-changed' } },
    });
  });

  it('is owed its way back while repairs are paused, and gets it afterwards', async () => {
    chart.outcome = 'the same';
    const id = await chart.queued();
    const { commit } = chart.ports.store;
    const store: JobPorts['store'] = {
      ...chart.ports.store,
      commit: async (transaction) => {
        const done = await commit(transaction);
        if (transaction.audit.some(({ what }) => what === 'turned-back')) await chart.pause(true);
        return done;
      },
    };
    expect(await run(id, 1, { ...chart.ports, store })).toMatchObject({ end: 'postponed', because: 'paused' });
    expect(await proposal(id)).toMatchObject({ state: 'running', returning: { wasSynced: true } });
    expect(await run(id, 2)).toMatchObject({ end: 'postponed', because: 'paused' });
    expect(chart.versions()).toEqual(['79.4.0']);

    await chart.pause(false);
    expect(await run(id, 3)).toEqual({ end: 'settled', state: 'unhealthy' });
    expect(chart.versions()).toEqual(['79.4.0', '79.5.0']);
  });

  it('is voided when the Application was changed after the approval', async () => {
    const id = await chart.queued();
    chart.api.touch(APPLICATION, (one) => merge(one, { spec: { project: 'other' } }));
    expect(await run(id)).toEqual({ end: 'settled', state: 'voided' });
    expect(chart.versions()).toEqual([]);
  });
});

describe('a way back that somebody changed in the records', () => {
  /** Sets the version that it goes back to; `key` makes the hash anew, as whoever may write Redis could. */
  async function tamper(id: string, hashed = false): Promise<void> {
    const { store } = chart.ports;
    const record = await store.get('proposal', id);
    const plan = record?.value.plan;
    if (!record || !plan?.otherwise) throw new Error('no way back');
    const otherwise = plan.otherwise.flatMap((step) =>
      step.do === 'set-chart-version' ? [{ ...step, to: '70.0.0' }] : [],
    );
    const changed = { ...plan, otherwise };
    const value = { ...record.value, plan: changed, ...(hashed && { planHash: planHash(changed) }) };
    await store.commit({ puts: [{ kind: 'proposal', id, expect: record.version, value }], audit: [], outbox: [] });
  }

  it.each([
    ['as it is', false, 'record-inconsistent'],
    ['with a hash that fits', true, 'approval-forged'],
  ] as const)('keeps the repair from its start: %s', async (_how, hashed, code) => {
    const id = await chart.queued();
    await tamper(id, hashed);
    expect(await run(id)).toEqual({ end: 'settled', state: 'failed' });

    expect(await proposal(id)).toMatchObject({ outcome: { code } });
    expect(chart.versions()).toEqual([]);
  });

  it.each([
    ['as it is', false, 'record-inconsistent'],
    ['with a hash that fits', true, 'approval-forged'],
  ] as const)('is not taken when it was changed on the way: %s', async (_how, hashed, code) => {
    chart.outcome = 'the same';
    const id = await chart.queued();
    const { commit } = chart.ports.store;
    const store: JobPorts['store'] = {
      ...chart.ports.store,
      commit: async (transaction) => {
        const done = await commit(transaction);
        if (transaction.audit.some(({ what }) => what === 'turned-back')) await tamper(id, hashed);
        return done;
      },
    };
    expect(await run(id, 1, { ...chart.ports, store })).toEqual({ end: 'settled', state: 'unhealthy' });

    expect(chart.versions()).toEqual(['79.4.0']);
    expect(await proposal(id)).toMatchObject({ outcome: { code: 'not-returned', values: { because: code } } });
  });
});

describe('a chart version that helped', () => {
  /** What somebody proposes who wants it taken back. */
  async function undoing(id: string): Promise<string> {
    const by = { kind: 'user', team: 'T01', user: 'U0ASKER' } as const;
    expect(await undo({ ...chart.ports, directory: nobody }, { proposal: id }, by)).toMatchObject({ say: 'preparing' });
    const { incident } = await proposal(id);
    return (await chart.ports.store.get('incident', incident))?.value.proposals.at(-1) ?? '';
  }

  it('is taken back by a proposal of its own, to the very version from before, and Argo CD has synced it then', async () => {
    const before = spec();
    const id = await chart.queued();
    await run(id);
    const back = await undoing(id);
    await chart.world.enqueue(back, chart.ports);
    expect((await proposal(back)).plan?.diff).toEqual([
      {
        object: 'Application argocd/monitoring',
        path: 'spec.source.targetRevision',
        before: '79.4.0',
        after: '79.5.0',
      },
    ]);
    expect(await run(back)).toEqual({ end: 'settled', state: 'succeeded' });

    expect(spec()).toEqual(before);
    expect(chart.versions()).toEqual(['79.4.0', '79.5.0']);
    expect(at(chart.api.objects.get(APPLICATION), 'status', 'operationState', 'syncResult', 'revision')).toBe('79.5.0');
    expect(await proposal(id)).toMatchObject({ undoneBy: back });
  });

  it.each<readonly [string, object, string]>([
    ['somebody set another version since', { spec: { source: { targetRevision: '78.5.0' } } }, 'undo-not-as-left'],
    ['it is being deleted', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }, 'being-deleted'],
    ['a hydrator has it now', { spec: { sourceHydrator: {} } }, 'application-hydrated'],
  ])('is not taken back when %s', async (_when, change, code) => {
    const id = await chart.queued();
    await run(id);
    chart.api.touch(APPLICATION, (one) => merge(one, { ...change }));
    const back = await undoing(id);
    await prepare(chart.ports, back);

    expect(await proposal(back)).toMatchObject({ state: 'voided', outcome: { code } });
  });
});

describe.each(['before', 'after'] as const)(
  'a worker that dies %s any of its writes while it tests a version',
  (when) => {
    it.each([
      ['helps', 'healthy', ['79.4.0'], 'succeeded'],
      ['does not help', 'the same', ['79.4.0', '79.5.0'], 'unhealthy'],
    ] as const)(
      'that %s leaves each change made once, and the next one finishes',
      async (_what, outcome, versions, end) => {
        let call = 1;
        for (; ; call++) {
          if (call > 1) {
            await chart.close();
            await open();
          }
          chart.outcome = outcome;
          const id = await chart.queued();
          const mortal = dying(chart.ports, call, when, throughWrites);
          await run(id, 1, mortal.ports).catch((error: unknown) => error);
          if (mortal.died()) await run(id, 2);
          expect(chart.versions(), `died ${when} call ${call}`).toEqual(versions);
          expect((await proposal(id)).state, `died ${when} call ${call}`).toBe(end);
          if (!mortal.died()) break;
        }
        // As many places to die as it writes, to Redis and to the cluster.
        expect(call).toBeGreaterThan(versions.length * 4);
      },
      120_000,
    );
  },
);
