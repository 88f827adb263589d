import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { approvalMac } from '../../src/incidents/approval-mac.ts';
import { planHash } from '../../src/incidents/plan-hash.ts';
import type { Proposal } from '../../src/incidents/types.ts';
import { prepare } from '../../src/queue/jobs/prepare.ts';
import { connectRedis } from '../../src/store/connect.ts';
import { keys } from '../../src/store/keys.ts';
import { type ApiServer, startApiServer } from '../queue/api-server.ts';
import { type JobWorld, jobWorld } from '../queue/job-world.ts';
import { DEPLOYMENT, rawDeployment } from '../queue/world.ts';
import { useTestRedis } from '../store/use-redis.ts';

/** Whoever can write Redis, but has no key, gets no change done. */
const OTHER = DEPLOYMENT.replace('prometheus-kube', 'victim');
let api: ApiServer;
let world: JobWorld;

const redis = useTestRedis();
beforeEach(async () => {
  api = await startApiServer({ [DEPLOYMENT]: rawDeployment(), [OTHER]: rawDeployment() });
  world = await jobWorld(redis.url, api);
});
afterEach(async () => {
  await world.close();
  await api.close();
});

/** Writes the record as somebody with redis-cli would. */
async function tamper(id: string, change: (proposal: Proposal) => Proposal): Promise<void> {
  const client = connectRedis(redis.url, 'patient');
  const key = keys.record('proposal', id);
  const json = await client.hget(key, 'j');
  await client.hset(key, 'j', JSON.stringify(change(JSON.parse(json ?? '') as Proposal)));
  client.disconnect();
}

/** The plan, aimed at another Deployment. */
function aimed(proposal: Proposal) {
  if (!proposal.plan) throw new Error('it has no plan');
  const steps = proposal.plan.steps.map((step) => ({ ...step, object: { ...step.object, name: 'victim-operator' } }));
  return { ...proposal, plan: { ...proposal.plan, steps } };
}

async function proposed(): Promise<string> {
  const id = await world.propose();
  await prepare(world.ports, id);
  return id;
}

describe('a plan changed in Redis', () => {
  it('after the approval does not fit its hash', async () => {
    const id = await world.queued();
    await tamper(id, aimed);

    expect(await world.run(id)).toEqual({ end: 'settled', state: 'failed' });
    expect((await world.proposal(id)).outcome).toMatchObject({ code: 'record-inconsistent' });
    expect(api.stored).toEqual([]);
  });

  it('together with its hash does not fit the approval', async () => {
    const id = await world.queued();
    await tamper(id, (proposal) => {
      const evil = aimed(proposal);
      return { ...evil, planHash: planHash(evil.plan) };
    });

    expect(await world.run(id)).toEqual({ end: 'settled', state: 'failed' });
    expect((await world.proposal(id)).outcome).toMatchObject({ code: 'approval-forged' });
    expect(api.stored).toEqual([]);
  });

  it('before the approval, and then approved by a person who was shown it, still is not what fits the cluster', async () => {
    const id = await proposed();
    await tamper(id, (proposal) => {
      const evil = aimed(proposal);
      return { ...evil, planHash: planHash(evil.plan) };
    });
    await world.approve(id);

    expect(await world.run(id)).toEqual({ end: 'settled', state: 'voided' });
    expect(api.stored).toEqual([]);
  });
});

describe('an approval forged in Redis', () => {
  const by = { team: 'T01', user: 'U0ANN' };

  it.each<readonly [string, (proposal: Proposal) => Partial<Proposal>]>([
    ['out of nothing', () => ({ approvals: [{ by, at: 'now', mac: '0'.repeat(64) }] })],
    [
      'with the MAC of another key',
      (proposal) => ({ approvals: [{ by, at: 'now', mac: macOf(proposal, 'x'.repeat(32)) }] }),
    ],
    ['without a MAC', () => ({ approvals: [{ by, at: 'now', mac: '' }] })],
    ['as broken glass', () => ({ approvals: [{ by, at: 'now', mac: 'f'.repeat(64), breakGlass: true, reason: 'x' }] })],
  ])('%s', async (_how, change) => {
    const id = await proposed();
    await tamper(id, (proposal) => ({ ...proposal, state: 'approved', ...change(proposal) }));

    expect(await world.run(id)).toEqual({ end: 'settled', state: 'failed' });
    expect((await world.proposal(id)).outcome).toMatchObject({ code: 'approval-forged' });
    expect(api.stored).toEqual([]);
  });

  it('by calling it approved without any', async () => {
    const id = await proposed();
    await tamper(id, (proposal) => ({ ...proposal, state: 'approved' }));

    expect(await world.run(id)).toEqual({ end: 'settled', state: 'failed' });
    expect(api.stored).toEqual([]);
  });

  it('by asking for none', async () => {
    const id = await proposed();
    await tamper(id, (proposal) => ({
      ...proposal,
      state: 'approved',
      ...(proposal.rule && { rule: { ...proposal.rule, approvals: 0 } }),
    }));

    expect(await world.run(id)).toEqual({ end: 'settled', state: 'failed' });
    expect((await world.proposal(id)).outcome).toMatchObject({ code: 'not-enough-approvals' });
    expect(api.stored).toEqual([]);
  });

  it('by copying one person’s approval for another', async () => {
    const id = await world.queued();
    await tamper(id, (proposal) => ({
      ...proposal,
      approvals: proposal.approvals.map((one) => ({ ...one, by: { team: 'T01', user: 'U0BEN' } })),
    }));

    expect(await world.run(id)).toEqual({ end: 'settled', state: 'failed' });
    expect(api.stored).toEqual([]);
  });

  it('by moving it to another proposal', async () => {
    const first = await world.queued();
    const { approvals } = await world.proposal(first);
    await world.run(first);
    const before = api.stored.length;
    api.touch(DEPLOYMENT, () => rawDeployment());
    const second = await proposed();
    await tamper(second, (proposal) => ({ ...proposal, state: 'approved', approvals }));

    expect(await world.run(second)).toEqual({ end: 'settled', state: 'failed' });
    expect(api.stored).toHaveLength(before);
  });

  it.each<readonly [string, (proposal: Proposal, other: Proposal) => Partial<Proposal>]>([
    [
      'by calling the requester another person',
      () => ({ requestedBy: { kind: 'user', team: 'T01', user: 'U0NOBODY' } }),
    ],
    ['by calling the requester promfix itself', () => ({ requestedBy: { kind: 'system', role: 'bot' } })],
    [
      'by taking the requester of another proposal',
      (_, { requestedBy, requesterMac }) => ({ requestedBy, ...(requesterMac !== undefined && { requesterMac }) }),
    ],
  ])('%s', async (_how, change) => {
    const other = await world.proposal(await proposed());
    const id = await proposed();
    await tamper(id, (proposal) => ({ ...proposal, ...change(proposal, other) }));
    await world.approve(id, 'U0ASKER');
    await world.apply(id, { on: 'enqueued', at: await world.store.now() });

    expect(await world.run(id)).toEqual({ end: 'settled', state: 'failed' });
    expect((await world.proposal(id)).outcome).toMatchObject({ code: 'requester-forged' });
    expect(api.stored).toEqual([]);
  });

  it('by letting it live longer', async () => {
    const id = await world.queued();
    world.slept += 3 * 3_600_000;
    await tamper(id, (proposal) => ({ ...proposal, expiresAt: '2999-01-01T00:00:00.000Z' }));

    expect(await world.run(id)).toEqual({ end: 'settled', state: 'failed' });
    expect((await world.proposal(id)).outcome).toMatchObject({ code: 'approval-forged' });
    expect(api.stored).toEqual([]);
  });

  function macOf(proposal: Proposal, key: string): string {
    const { id, planHash: hash = '', expiresAt = '', plan } = proposal;
    if (!plan) throw new Error('it has no plan');
    return approvalMac(key, { proposal: id, by, planHash: hash, cluster: plan.cluster, expiresAt });
  }
});

describe('a repair called running in Redis', () => {
  const running = (proposal: Proposal): Proposal => ({ ...proposal, state: 'running' });
  const DAY = 24 * 3_600_000;

  it('after it was denied is not begun any more', async () => {
    const id = await world.queued();
    const by = { kind: 'user', team: 'T01', user: 'U0BEN' } as const;
    await world.apply(id, { on: 'deny', at: await world.store.now(), by });
    world.slept += DAY;
    await tamper(id, running);

    expect(await world.run(id)).toEqual({ end: 'settled', state: 'failed' });
    expect((await world.proposal(id)).outcome).toMatchObject({ code: 'approval-too-old' });
    expect(api.stored).toEqual([]);
  });

  it('after it was denied before it had enough approvals is not begun, at whatever time', async () => {
    const id = await world.queued();
    const by = { kind: 'user', team: 'T01', user: 'U0BEN' } as const;
    await world.apply(id, { on: 'deny', at: await world.store.now(), by });
    await tamper(id, (proposal) => ({ ...running(proposal), approvals: [] }));

    expect(await world.run(id)).toEqual({ end: 'settled', state: 'failed' });
    expect((await world.proposal(id)).outcome).toMatchObject({ code: 'not-enough-approvals' });
    expect(api.stored).toEqual([]);
  });

  it.each<readonly [string, (proposal: Proposal) => Proposal]>([
    ['as it is', running],
    [
      'with a step that is said to be under way',
      (proposal) => ({ ...running(proposal), journal: [{ step: 0, state: 'intent', at: proposal.createdAt }] }),
    ],
    ['with the change said to be made', (proposal) => ({ ...proposal, state: 'verifying' })],
  ])('after it ran out is not begun any more: %s', async (_how, change) => {
    const id = await world.queued();
    world.slept += DAY;
    expect(await world.run(id)).toEqual({ end: 'settled', state: 'expired' });
    await tamper(id, change);

    await world.run(id);
    expect(api.stored).toEqual([]);
  });

  it('is not made a second time, once its object is as it was before', async () => {
    const id = await world.queued();
    await world.run(id);
    const before = api.stored.length;
    api.touch(DEPLOYMENT, () => rawDeployment());
    world.slept += DAY;
    await tamper(id, ({ fence: _fence, verifiedBy: _by, ...proposal }) => ({ ...running(proposal), journal: [] }));

    expect(await world.run(id)).toEqual({ end: 'settled', state: 'failed' });
    expect(api.stored).toHaveLength(before);
  });
});

it('an audit entry changed in Redis is found', async () => {
  const id = await world.queued();
  await world.run(id);
  const client = connectRedis(redis.url, 'patient');
  const entries = await client.xrange(keys.audit, '-', '+');
  const [victim, fields] = entries[2] ?? [];
  await client.xdel(keys.audit, victim ?? '');
  client.disconnect();

  const { checkChain } = await import('../../src/commands/audit.ts');
  expect(fields).toBeDefined();
  expect(await checkChain(world.store)).toEqual({ ok: false, seq: 3, because: 'gap' });
});
