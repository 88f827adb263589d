import { beforeEach, describe, expect, it } from 'vitest';
import { verifyChain } from '../../src/incidents/audit-chain.ts';
import type { AuditDraft, OutboxEntry, Transaction } from '../../src/incidents/types.ts';
import { connectRedis } from '../../src/store/connect.ts';
import { createRedisStore } from '../../src/store/redis-store.ts';
import { type Claimed, type Store, StoreUnavailable } from '../../src/store/types.ts';
import { BOT, exampleProposal, openedIncident } from '../incidents/examples.ts';
import { diagnosis } from '../remediations/world.ts';
import { startTestRedis } from './redis.ts';
import { useTestRedis } from './use-redis.ts';

let store: Store;

const redis = useTestRedis();
beforeEach(async () => {
  const admin = connectRedis(redis.url, 'patient');
  await admin.flushall();
  admin.disconnect();
  store = createRedisStore(redis.url, { callMs: 15_000 });
  return () => store.close();
});

const DRAFT: AuditDraft = { what: 'asked', actor: BOT, cluster: 'prod-1', values: {} };
const NOTHING: Transaction = { puts: [], audit: [], outbox: [] };

/** Milliseconds until each of these keys goes by itself; -1: never, -2: it is not there. */
async function lifetimes(...names: readonly string[]): Promise<readonly number[]> {
  const admin = connectRedis(redis.url, 'patient');
  const found = await Promise.all(names.map((name) => admin.pttl(`{promfix}:${name}`)));
  admin.disconnect();
  return found;
}

function proposalPut(expect: number, change = {}) {
  const value = exampleProposal(change);
  return { kind: 'proposal', id: value.id, expect, value } as const;
}
function post(id: string, incident = 'inc-1'): OutboxEntry {
  return { to: 'slack', id, do: 'post', incident, content: { say: 'note', code: 'x', values: {} } };
}
function paint(incident = 'inc-1'): OutboxEntry {
  return { to: 'slack', id: `paint:${incident}`, do: 'paint-incident', incident };
}
const send = (...outbox: OutboxEntry[]) => store.commit({ ...NOTHING, outbox });
const claimIds = async (leaseMs = 10_000, limit = 10) =>
  (await store.claim('slack', limit, leaseMs)).map(({ entry }) => entry.id);

describe('records', () => {
  it('are read as they were written, with their version', async () => {
    expect(await store.get('proposal', 'inc-1.p1')).toBeUndefined();

    await store.commit({ ...NOTHING, puts: [proposalPut(0)] });
    await store.commit({ ...NOTHING, puts: [proposalPut(1, { drifts: 1 })] });

    expect(await store.get('proposal', 'inc-1.p1')).toEqual({ version: 2, value: exampleProposal({ drifts: 1 }) });
  });

  it('go by themselves only when what was to be written is, with the card of a proposal', async () => {
    const value = { id: 'inc-1.d1', incident: 'inc-1', diagnosis: diagnosis('crd-missing'), refusals: [] };
    const message = { id: 'card:inc-1.p1', channel: 'C01', ts: '1.1', painted: 1 };
    const forget = [
      { kind: 'diagnosis', id: 'inc-1.d1' },
      { kind: 'proposal', id: 'inc-1.p1' },
    ] as const;
    const left = () => lifetimes('diagnosis:inc-1.d1', 'proposal:inc-1.p1', 'message:card:inc-1.p1');
    await store.commit({
      ...NOTHING,
      puts: [
        proposalPut(0, { state: 'denied' }),
        { kind: 'diagnosis', id: value.id, expect: 0, value },
        { kind: 'message', id: message.id, expect: 0, value: message },
      ],
    });

    await store.commit({ ...NOTHING, puts: [proposalPut(7)], forget });
    expect(await left()).toEqual([-1, -1, -1]);

    await store.commit({ ...NOTHING, forget });
    for (const ms of await left()) expect(ms).toBeGreaterThan(5 * 3600_000);
    expect(await store.list('proposal', 'all', 10)).toEqual([]);
    // Until then they can be read, and a message that tells of them is not lost.
    expect((await store.get('diagnosis', 'inc-1.d1'))?.value).toEqual(value);
    await store.commit({ ...NOTHING, puts: [{ kind: 'message', id: message.id, expect: 1, value: message }] });
    for (const ms of await left()) expect(ms).toBeGreaterThan(0);
  });

  it('are written by exactly one of many who read the same version', async () => {
    await store.commit({ ...NOTHING, puts: [proposalPut(0)] });

    const results = await Promise.all(
      Array.from({ length: 20 }, (_, drifts) =>
        store.commit({ puts: [proposalPut(1, { drifts })], audit: [DRAFT], outbox: [post(`t${drifts}`)] }),
      ),
    );

    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(results.find(({ ok }) => !ok)).toEqual({ ok: false, because: 'changed', kind: 'proposal', id: 'inc-1.p1' });
    expect((await store.auditHead()).seq).toBe(1);
    expect(await claimIds()).toHaveLength(1);
  });

  it('are listed newest first, the live ones apart', async () => {
    for (const number of [1, 2, 3])
      await store.commit({
        ...NOTHING,
        puts: [{ ...proposalPut(0), id: `inc-${number}.p1` }],
      });
    await store.commit({ ...NOTHING, puts: [{ ...proposalPut(1, { state: 'denied' }), id: 'inc-2.p1' }] });
    const { incident } = openedIncident();
    await store.commit({ ...NOTHING, puts: [{ kind: 'incident', id: 'inc-1', expect: 0, value: incident.value }] });

    expect(await store.list('proposal', 'all', 10)).toEqual(['inc-3.p1', 'inc-2.p1', 'inc-1.p1']);
    expect(await store.list('proposal', 'live', 1)).toEqual(['inc-3.p1']);
    expect(await store.list('proposal', 'live', 10)).toEqual(['inc-3.p1', 'inc-1.p1']);
    expect(await store.list('incident', 'live', 10)).toEqual(['inc-1']);
  });

  it('get numbers that nobody else gets', async () => {
    const numbers = await Promise.all(Array.from({ length: 10 }, () => store.nextIncidentNumber()));

    expect(new Set(numbers).size).toBe(10);
  });
});

describe('locks', () => {
  const acquire = (owner: string, ...uids: string[]) => store.commit({ ...NOTHING, acquire: { owner, uids } });

  it('are taken all or none, and again by their owner', async () => {
    expect((await acquire('p1', 'a', 'b')).ok).toBe(true);
    expect((await acquire('p1', 'a', 'b')).ok).toBe(true);

    expect(await acquire('p2', 'c', 'b')).toEqual({ ok: false, because: 'locked', uid: 'b', owner: 'p1' });
    expect(await store.lockOwner('c')).toBeUndefined();
  });

  it('are released by their owner only', async () => {
    await acquire('p1', 'a');

    await store.commit({ ...NOTHING, release: { owner: 'p2', uids: ['a'] } });
    expect(await store.lockOwner('a')).toBe('p1');

    await store.commit({ ...NOTHING, release: { owner: 'p1', uids: ['a'] } });
    expect(await store.lockOwner('a')).toBeUndefined();
  });

  it('keep everything else from being written when they are taken', async () => {
    await acquire('p1', 'a');

    const refused = await store.commit({
      puts: [proposalPut(0)],
      acquire: { owner: 'p2', uids: ['a'] },
      audit: [DRAFT],
      outbox: [post('t1')],
    });

    expect(refused.ok).toBe(false);
    expect(await store.get('proposal', 'inc-1.p1')).toBeUndefined();
    expect((await store.auditHead()).seq).toBe(0);
    expect(await claimIds()).toEqual([]);
  });
});

describe('the audit', () => {
  it('is one unbroken chain, whoever writes at the same time', async () => {
    const other = createRedisStore(redis.url, { callMs: 15_000 });
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        (index % 2 === 0 ? store : other).commit({ ...NOTHING, audit: [DRAFT, { ...DRAFT, what: 'diagnosed' }] }),
      ),
    );
    await other.close();

    const entries = await store.auditRange(1, 1000);

    expect(entries).toHaveLength(80);
    expect(verifyChain(entries)).toEqual({ ok: true, head: await store.auditHead() });
  });

  it('takes its time from Redis and is read from any entry on', async () => {
    const before = await store.now();
    const committed = await store.commit({ ...NOTHING, audit: [DRAFT, DRAFT, DRAFT] });
    const after = await store.now();

    const [second, third, ...more] = await store.auditRange(2, 10);

    expect(committed.ok && committed.audit.slice(1)).toEqual([second, third]);
    expect(more).toEqual([]);
    expect(await store.auditRange(1, 2)).toHaveLength(2);
    expect(second && second.at >= before && second.at <= after).toBe(true);
  });

  it('gives its real number to the message that tells it', async () => {
    await store.commit({ ...NOTHING, audit: [DRAFT, DRAFT] });
    await store.commit({
      ...NOTHING,
      audit: [DRAFT, DRAFT],
      outbox: [{ to: 'slack', id: 't1', do: 'post', incident: 'inc-1', content: { say: 'audit', seq: 1 } }],
    });

    const [claimed] = await store.claim('slack', 1, 1000);

    expect(claimed?.entry).toMatchObject({ content: { say: 'audit', seq: 4 } });
  });
});

describe('the outbox', () => {
  it('gives an entry to one process until its lease ends', async () => {
    await send(post('t1'));

    expect(await claimIds(30)).toEqual(['t1']);
    expect(await claimIds()).toEqual([]);
    await expect.poll(() => claimIds(), { interval: 10 }).toEqual(['t1']);
  });

  it('keeps the order of an incident, and does not let one incident wait for another', async () => {
    await send(paint(), post('t1'), post('t2'), post('u1', 'inc-2'));

    const first = await store.claim('slack', 10, 10_000);
    expect(first.map(({ entry }) => entry.id)).toEqual(['paint:inc-1', 'u1']);
    const [root] = first;
    if (root === undefined) throw new Error('nothing was claimed');
    await store.retry(root, 60_000);
    expect(await claimIds()).toEqual([]);

    await store.done(root);
    expect(await claimIds()).toEqual(['t1']);
  });

  it('lets the repaint of a posted message overtake what is still to be posted', async () => {
    const message = { id: 'paint:inc-1', channel: 'C01', ts: '1.1', painted: 1 };
    await store.commit({ ...NOTHING, puts: [{ kind: 'message', id: message.id, expect: 0, value: message }] });
    await send(post('t1'), post('t2'), paint(), post('t3'));

    expect(await claimIds()).toEqual(['t1', 'paint:inc-1']);
  });

  it('coalesces by id, and keeps what was written anew while it was being sent', async () => {
    await send(paint());
    await send(paint());
    const [claimed] = await store.claim('slack', 10, 10_000);
    if (claimed === undefined) throw new Error('nothing was claimed');

    await send(paint());
    expect(await claimIds()).toEqual([]);
    await store.done(claimed);

    const [again] = await store.claim('slack', 10, 10_000);
    expect(again?.entry).toEqual(paint());
    if (again !== undefined) await store.done(again);
    expect(await claimIds()).toEqual([]);
  });

  it('remembers for a while what was posted, and for good what is edited again', async () => {
    const posted = (id: string) => ({ id, channel: 'C01', ts: '1.1', painted: 1 });
    const record = (id: string) => ({ kind: 'message', id, expect: 0, value: posted(id) }) as const;
    const left = () => lifetimes('message:t1', 'message:paint:inc-1');
    await send(paint(), post('t1'));
    const [root] = await store.claim('slack', 10, 10_000);
    await store.commit({ ...NOTHING, puts: [record('paint:inc-1'), record('t1')] });
    if (root) await store.done(root);
    const [message] = await store.claim('slack', 10, 10_000);
    expect(await left()).toEqual([-1, -1]);

    if (message) await store.done(message);
    const [ofThread, ofIncident] = await left();
    expect(ofThread).toBeGreaterThan(23 * 3600_000);
    expect(ofIncident).toBe(-1);
  });

  it('says since when an entry has been there, also when it was written anew', async () => {
    await send(paint());
    const [first] = await store.claim('slack', 10, 0);
    await send(paint());
    const [again] = await store.claim('slack', 10, 10_000);

    expect(Math.abs(Date.parse(first?.since ?? '') - Date.parse(await store.now()))).toBeLessThan(15_000);
    expect(again?.since).toBe(first?.since);
  });

  it('comes back after a retry, with the number of attempts', async () => {
    await send(post('t1'));
    const [claimed] = await store.claim('slack', 10, 10_000);
    if (claimed === undefined) throw new Error('nothing was claimed');

    await store.retry(claimed, 20);
    expect(await claimIds()).toEqual([]);

    let again: readonly Claimed[] = [];
    await expect
      .poll(
        async () => {
          again = await store.claim('slack', 10, 10_000);
          return again.length;
        },
        { interval: 5 },
      )
      .toBe(1);
    expect([claimed.attempts, again[0]?.attempts]).toEqual([1, 2]);
  });

  it('wakes who waits, also when it was written just before', async () => {
    const other = createRedisStore(redis.url, { callMs: 15_000 });
    await store.waitForOutbox('slack', 0);
    await store.waitForOutbox('slack', 50);

    const waiting = store.waitForOutbox('slack', 10_000);
    const begin = performance.now();
    await other.commit({ ...NOTHING, outbox: [post('t1')] });
    await waiting;
    expect(performance.now() - begin).toBeLessThan(8000);

    await other.commit({ ...NOTHING, outbox: [post('t2')] });
    await store.waitForOutbox('slack', 10_000);
    expect(performance.now() - begin).toBeLessThan(8000);
    await other.close();
  });

  it('stops waiting when it is told to', async () => {
    await store.waitForOutbox('queue', 0);
    await store.waitForOutbox('queue', 50);
    const stop = new AbortController();
    const waiting = store.waitForOutbox('queue', 60_000, stop.signal);

    stop.abort();

    await expect(waiting).resolves.toBeUndefined();
  });
});

it('keeps a text under a name until it is to forget it, or its time is up', async () => {
  await store.keep('copy', 'one', 60);
  await store.keep('copy', 'two', 60);
  expect(await store.kept('copy')).toBe('two');

  await store.forget('copy');
  expect(await store.kept('copy')).toBeUndefined();
});

it('takes a key once until its time is up', async () => {
  expect(await store.once('delivery-1', 60)).toBe(true);
  expect(await store.once('delivery-1', 60)).toBe(false);
  expect(await store.once('delivery-2', 60)).toBe(true);
});

describe('when Redis is gone', () => {
  it('says so within the time of a click, and goes on when it is back', { timeout: 30_000 }, async () => {
    const own = await startTestRedis();
    const alone = createRedisStore(own.url, { callMs: 500 });
    await alone.commit({ ...NOTHING, puts: [proposalPut(0)], audit: [DRAFT] });

    process.kill(own.pid, 'SIGKILL');
    await own.stop();
    const begin = performance.now();
    await expect(alone.commit({ ...NOTHING, audit: [DRAFT] })).rejects.toThrow(StoreUnavailable);
    expect(performance.now() - begin).toBeLessThan(5000);

    const back = await own.again();
    await expect
      .poll(() => alone.get('proposal', 'inc-1.p1').catch(() => undefined), { timeout: 10_000 })
      .toBeDefined();
    expect((await alone.auditHead()).seq).toBe(1);
    await alone.close();
    await back.remove();
  });

  it('does not wait for a Redis that is frozen', { timeout: 30_000 }, async () => {
    const own = await startTestRedis();
    const alone = createRedisStore(own.url, { callMs: 300 });
    await alone.now();

    process.kill(own.pid, 'SIGSTOP');
    const begin = performance.now();
    await expect(alone.commit({ ...NOTHING, audit: [DRAFT] })).rejects.toThrow(StoreUnavailable);
    expect(performance.now() - begin).toBeLessThan(5000);

    process.kill(own.pid, 'SIGCONT');
    await alone.close();
    await own.remove();
  });

  it('says why it can’t be reached', async () => {
    const nowhere = createRedisStore('/nowhere/redis.sock', { callMs: 200 });

    await expect(nowhere.now()).rejects.toThrow(/ENOENT/);
    await nowhere.close();
  });

  it('fails at once after it was closed', async () => {
    const alone = createRedisStore(redis.url);
    await alone.now();
    await alone.close();

    await expect(alone.now()).rejects.toThrow(StoreUnavailable);
  });
});
