import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobPorts } from '../../src/queue/jobs/ports.ts';
import { prepare } from '../../src/queue/jobs/prepare.ts';
import type { JobQueue } from '../../src/queue/queue.ts';
import { sweep } from '../../src/queue/sweeps.ts';
import { useTestRedis } from '../store/use-redis.ts';
import { type ApiServer, merge, startApiServer } from './api-server.ts';
import { FILE, type JobWorld, jobWorld } from './job-world.ts';
import { SILENT } from './rig.ts';
import { DEPLOYMENT, rawDeployment } from './world.ts';

const UID = 'uid-prometheus-kube-prometheus-operator';
const ANN = { kind: 'user', team: 'T01', user: 'U0ANN' } as const;

let api: ApiServer;
let world: JobWorld;

const redis = useTestRedis();
beforeEach(async () => {
  api = await startApiServer({ [DEPLOYMENT]: rawDeployment() });
  world = await jobWorld(redis.url, api);
});
afterEach(async () => {
  await world.close();
  await api.close();
});

/** A change whose outcome nobody knows; `happened` says whether the cluster has it. */
async function unknown(happened: boolean): Promise<string> {
  const id = await world.queued();
  let asked = 0;
  api.fault = ({ method }) => {
    if (method === 'PATCH') asked += 1;
    if (method === 'PATCH') return happened ? 'lost-answer' : 'lost-request';
    return asked > 0 ? { answer: 503, message: 'away' } : undefined;
  };
  expect(await world.run(id)).toEqual({ end: 'settled', state: 'unknown' });
  api.fault = () => undefined;
  return id;
}
const askAgain = async (id: string) => world.apply(id, { on: 'ask-again', at: await world.store.now(), by: ANN });

describe('a change of unknown outcome, looked at again', () => {
  it('is verified when its mark is there, and made no second time', async () => {
    const id = await unknown(true);
    await askAgain(id);

    expect(await world.run(id, 2)).toEqual({ end: 'settled', state: 'succeeded' });
    expect(api.stored).toHaveLength(1);
    expect(await world.store.lockOwner(UID)).toBeUndefined();
  });

  it('stays unknown without the mark, says what was seen, and keeps the lock', async () => {
    const id = await unknown(false);
    await askAgain(id);

    expect(await world.run(id, 2)).toEqual({ end: 'settled', state: 'unknown' });
    expect(await world.proposal(id)).toMatchObject({ state: 'unknown', outcome: { code: 'unmarked' } });
    expect(await world.store.lockOwner(UID)).toBe(id);
    expect(api.stored).toHaveLength(0);
  });

  it('stays unknown when the cluster still can’t be read', async () => {
    const id = await unknown(true);
    await askAgain(id);
    api.fault = () => ({ answer: 503, message: 'away' });

    expect(await world.run(id, 2)).toEqual({ end: 'settled', state: 'unknown' });
    expect((await world.proposal(id)).outcome).toMatchObject({ code: 'cannot-read-back' });
  });

  it('is looked at only when somebody asked', async () => {
    const id = await unknown(true);

    expect(await world.run(id, 2)).toEqual({ end: 'nothing-to-do', because: 'unknown' });
    expect((await world.proposal(id)).state).toBe('unknown');
  });

  it('gets its job back when that was lost', async () => {
    const id = await unknown(true);
    await askAgain(id);

    expect((await sweep({ store: world.store, queue: forgetful(), log: SILENT })).enqueued).toEqual([id]);
  });
});

describe('an approval given alone', () => {
  const file = {
    ...FILE,
    approvals: {
      low: { users: ['U0BEN', 'U0CID'], groups: [], approvals: 2, self: 'never', expires: 600 },
      breakGlass: { users: ['U0ANN'] },
    },
  } as const satisfies JobPorts['file'];

  async function alone(more: Parameters<JobWorld['approve']>[2]) {
    const id = await world.propose();
    await prepare({ ...world.ports, file }, id);
    await world.approve(id, 'U0ANN', more);
    return id;
  }

  it('is carried out when the worker’s own configuration lists the person', async () => {
    const id = await alone({ breakGlass: true, reason: 'nobody answers' });

    expect(await world.run(id, 1, { ...world.ports, file })).toEqual({ end: 'settled', state: 'succeeded' });
    expect(api.stored).toHaveLength(1);
  });

  it('is not when it lists somebody else, or nobody', async () => {
    for (const breakGlass of [{ users: ['U0BEN'] }, undefined]) {
      const { low } = file.approvals;
      const id = await alone({ breakGlass: true, reason: 'nobody answers' });
      const approvals = breakGlass ? { low, breakGlass } : { low };

      expect(await world.run(id, 1, { ...world.ports, file: { ...file, approvals } })).toEqual({
        end: 'settled',
        state: 'failed',
      });
      expect((await world.proposal(id)).outcome).toMatchObject({ code: 'not-enough-approvals' });
    }
    expect(api.stored).toHaveLength(0);
  });

  it('waives neither drift nor the kill switch', async () => {
    const drifted = await alone({ breakGlass: true, reason: 'nobody answers' });
    api.touch(DEPLOYMENT, (object) => merge(object, { spec: { minReadySeconds: 7 } }));
    expect(await world.run(drifted, 1, { ...world.ports, file })).toEqual({ end: 'settled', state: 'voided' });

    const again = (await world.store.get('incident', drifted.split('.')[0] ?? ''))?.value.proposals.at(-1) ?? '';
    await prepare({ ...world.ports, file }, again);
    await world.approve(again, 'U0ANN', { breakGlass: true, reason: 'still nobody' });
    await world.store.commit({
      puts: [{ kind: 'pause', id: 'self', expect: 0, value: { paused: true, by: 'U0BEN', at: 'now' } }],
      audit: [],
      outbox: [],
    });
    expect(await world.run(again, 1, { ...world.ports, file })).toMatchObject({ because: 'paused' });
    expect(api.stored).toHaveLength(0);
  });
});

it('a repair that waits for another’s lock says for which, until it starts', async () => {
  const id = await world.queued();
  const lock = { owner: 'inc-9.p1', uids: [UID] };
  await world.store.commit({ puts: [], acquire: lock, audit: [], outbox: [] });
  await world.run(id);
  const { version } = (await world.store.get('proposal', id)) ?? {};
  await world.run(id, 2);

  expect((await world.proposal(id)).waitsFor).toBe('inc-9.p1');
  // Said once, not at every attempt.
  expect((await world.store.get('proposal', id))?.version).toBe(version);

  await world.store.commit({ puts: [], release: lock, audit: [], outbox: [] });
  expect(await world.run(id, 3)).toEqual({ end: 'settled', state: 'succeeded' });
  expect((await world.proposal(id)).waitsFor).toBeUndefined();
});

describe('the sweep', () => {
  it('has a drifted repair proposed anew when the worker died before it did', async () => {
    const id = await world.queued();
    const fence = { job: 1, attempt: 1 };
    await world.apply(id, { on: 'start', at: await world.store.now(), fence });
    await world.apply(id, { on: 'drifted', at: await world.store.now(), fence, values: { again: true } });
    const queue = forgetful();

    expect((await sweep({ store: world.store, queue, log: SILENT })).enqueued).toEqual([id]);
    expect(await world.run(id, 2)).toEqual({ end: 'settled', state: 'voided' });
    const incident = await world.store.get('incident', id.split('.')[0] ?? '');
    expect(incident?.value.proposals).toHaveLength(2);
    expect((await sweep({ store: world.store, queue, log: SILENT })).enqueued).toEqual([incident?.value.proposals[1]]);
  });

  it('leaves one alone that drifted for good', async () => {
    const id = await world.queued();
    const fence = { job: 1, attempt: 1 };
    await world.apply(id, { on: 'start', at: await world.store.now(), fence });
    await world.apply(id, { on: 'drifted', at: await world.store.now(), fence, values: { again: false } });

    expect((await sweep({ store: world.store, queue: forgetful(), log: SILENT })).enqueued).toEqual([]);
  });
});

/** A queue that has lost every job. */
function forgetful(): JobQueue {
  return { add: async () => {}, hurry: async () => undefined, isLive: async () => false, close: async () => {} };
}
