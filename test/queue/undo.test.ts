import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { undo } from '../../src/commands/undo.ts';
import type { CauseSlug } from '../../src/diagnosis/causes.ts';
import { contentHash } from '../../src/evidence/content-hash.ts';
import { at } from '../../src/evidence/json.ts';
import { targetKey } from '../../src/incidents/changes.ts';
import type { Proposal } from '../../src/incidents/types.ts';
import type { JobPorts } from '../../src/queue/jobs/ports.ts';
import { prepare } from '../../src/queue/jobs/prepare.ts';
import type { RepairId } from '../../src/remediations/ids.ts';
import { nobody } from '../builders/directory.ts';
import { ASKER } from '../incidents/examples.ts';
import { diagnosis, evidence, meta, NS, read, TARGET } from '../remediations/world.ts';
import { useTestRedis } from '../store/use-redis.ts';
import { type ApiServer, merge, startApiServer } from './api-server.ts';
import { type JobWorld, jobWorld } from './job-world.ts';

const PROMETHEUS = `/apis/monitoring.coreos.com/v1/namespaces/${NS}/prometheuses/main`;

let api: ApiServer;
let world: JobWorld;
let ports: JobPorts;
const redis = useTestRedis();
beforeEach(async () => {
  api = await startApiServer({
    [PROMETHEUS]: {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'Prometheus',
      metadata: { name: 'main', namespace: NS, uid: 'uid-main', labels: { team: 'sre' } },
      spec: { paused: true, replicas: 2 },
    },
  });
  world = await jobWorld(redis.url, api);
  ports = {
    ...world.ports,
    cluster: { ...world.ports.cluster, collect: async () => seen() },
    diagnose: () => diagnosis(paused() === true ? 'paused' : null),
  };
});
afterEach(async () => {
  await world.close();
  await api.close();
});

const paused = () => at(api.objects.get(PROMETHEUS), 'spec', 'paused');
const change = (patch: Record<string, unknown>) => api.touch(PROMETHEUS, (object) => merge(object, patch));
const incident = async () => (await world.store.get('incident', 'inc-1'))?.value;
const asked = () => undo({ ...world.ports, directory: nobody }, { incident: undefined, origin: undefined }, ASKER);

function seen() {
  const raw = api.objects.get(PROMETHEUS) ?? {};
  return evidence({
    resource: read({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'Prometheus',
      meta: meta('main'),
      spec: { paused: paused() === true },
      contentHash: contentHash(raw),
    }),
  });
}

/** A proposal in `preparing` for the pause. */
const proposed = (remediation: RepairId = 'unpause', cause: CauseSlug = 'paused') =>
  world.propose({ remediation, cause, risk: 'medium' });

async function carriedOut(id: string): Promise<Proposal> {
  await prepare(ports, id);
  if ((await world.proposal(id)).state !== 'proposed') return world.proposal(id);
  await world.approve(id);
  await world.apply(id, { on: 'enqueued', at: await world.store.now() });
  await world.run(id, 1, ports);
  return world.proposal(id);
}

/** A repair that was carried out and helped. */
async function repaired(): Promise<Proposal> {
  const done = await carriedOut(await proposed());
  expect(done).toMatchObject({ state: 'succeeded', id: 'inc-1.p1' });
  expect(paused()).not.toBe(true);
  return done;
}

describe('an undo', () => {
  it('brings back what the object was, after its own approval, and the incident is open again', async () => {
    const before = contentHash(api.objects.get(PROMETHEUS) ?? {});
    await repaired();
    expect(await incident()).toMatchObject({ status: 'resolved' });

    expect(await asked()).toMatchObject({ say: 'preparing', remediation: 'undo', already: false });
    await prepare(ports, 'inc-1.p2');
    expect(await world.proposal('inc-1.p2')).toMatchObject({
      state: 'proposed',
      undoes: 'inc-1.p1',
      risk: 'medium',
      plan: {
        undoes: { proposal: 'inc-1.p1', remediation: 'unpause' },
        diff: [{ path: 'spec.paused', before: 'false', after: 'true' }],
        steps: [{ do: 'patch', contentHash: contentHash(api.objects.get(PROMETHEUS) ?? {}) }],
      },
    });
    expect(paused()).not.toBe(true);

    await world.approve('inc-1.p2');
    await world.apply('inc-1.p2', { on: 'enqueued', at: await world.store.now() });
    await world.run('inc-1.p2', 1, ports);

    expect(await world.proposal('inc-1.p2')).toMatchObject({ state: 'succeeded' });
    expect(contentHash(api.objects.get(PROMETHEUS) ?? {})).toBe(before);
    expect(await world.proposal('inc-1.p1')).toMatchObject({ state: 'succeeded', undoneBy: 'inc-1.p2' });
    expect(await incident()).toMatchObject({ status: 'diagnosed', verdict: 'broken' });
    expect((await incident())?.closedAt).toBeUndefined();
    expect((await world.store.get('target', targetKey(TARGET)))?.value).toEqual({ openIncident: 'inc-1' });
    const verified = (await world.store.auditRange(1, 100)).filter(({ what }) => what === 'verified');
    expect(verified.at(-1)?.values).toMatchObject({ undoes: 'inc-1.p1', healthy: true, verdict: 'broken' });
  });

  it('leaves the incident resolved when nobody approves it', async () => {
    await repaired();
    await asked();
    await prepare(ports, 'inc-1.p2');
    await world.apply('inc-1.p2', { on: 'deny', at: await world.store.now(), by: ASKER });

    expect(await incident()).toMatchObject({ status: 'resolved' });
    expect(await world.proposal('inc-1.p1')).not.toHaveProperty('undoneBy');
  });

  it('touches what others changed meanwhile as little as the repair did', async () => {
    await repaired();
    change({ spec: { replicas: 3 } });
    await asked();

    expect(await carriedOut('inc-1.p2')).toMatchObject({ state: 'succeeded' });
    expect(api.objects.get(PROMETHEUS)).toMatchObject({ spec: { paused: true, replicas: 3 } });
  });

  it.each<readonly [string, () => unknown, string]>([
    ['somebody changed the field since', () => change({ spec: { paused: true } }), 'undo-not-as-left'],
    ['the object was replaced', () => change({ metadata: { uid: 'another' } }), 'object-replaced'],
    ['the object is gone', () => api.objects.delete(PROMETHEUS), 'object-gone'],
    [
      'the worker lacks the right',
      () => {
        api.allowed = ({ verb }) => verb !== 'patch';
      },
      'worker-right-missing',
    ],
  ])('is not offered when %s', async (_when, happens, code) => {
    await repaired();
    await asked();
    happens();
    await prepare(ports, 'inc-1.p2');

    expect(await world.proposal('inc-1.p2')).toMatchObject({ state: 'voided', outcome: { code } });
    expect(api.stored).toHaveLength(1);
  });

  it('is voided, and nothing is changed, when the object changes between approval and start', async () => {
    await repaired();
    await asked();
    await world.enqueue('inc-1.p2', ports);
    change({ spec: { replicas: 5 } });
    await world.run('inc-1.p2', 1, ports);

    expect(await world.proposal('inc-1.p2')).toMatchObject({ state: 'voided', outcome: { code: 'drifted' } });
    expect(paused()).not.toBe(true);
    // What fits now is put to the approvers anew.
    expect(await world.proposal('inc-1.p3')).toMatchObject({ undoes: 'inc-1.p1', state: 'preparing', drifts: 1 });
  });

  it('is made once: of an undo that is done there is no other, and none of an undo', async () => {
    await repaired();
    await asked();
    await carriedOut('inc-1.p2');

    expect(await asked()).toMatchObject({ say: 'not-offered', refusal: { code: 'undone-already' } });
    expect(await undo({ ...world.ports, directory: nobody }, { proposal: 'inc-1.p2' }, ASKER)).toMatchObject({
      refusal: { code: 'undo-of-an-undo' },
    });
  });

  it('is proposed once, and holds the place of the target’s one live proposal', async () => {
    await repaired();
    await asked();

    expect(await asked()).toMatchObject({ say: 'preparing', already: true });
    expect((await incident())?.proposals).toEqual(['inc-1.p1', 'inc-1.p2']);
    expect((await world.store.get('target', targetKey(TARGET)))?.value.liveProposal).toBe('inc-1.p2');
  });

  it('is not offered for a repair that was never carried out', async () => {
    await prepare(ports, await proposed());

    expect(await asked()).toMatchObject({ say: 'not-offered', refusal: { code: 'undo-not-applied' } });
  });

  it('says that fields do not stay when somebody sets them back at once', async () => {
    await repaired();
    await asked();
    await world.enqueue('inc-1.p2', ports);
    const sleep = ports.sleep;
    await world.run('inc-1.p2', 1, {
      ...ports,
      sleep: (ms, signal) => {
        change({ spec: { paused: false } });
        return sleep(ms, signal);
      },
    });

    expect(await world.proposal('inc-1.p2')).toMatchObject({ state: 'unhealthy' });
    expect(await world.proposal('inc-1.p1')).not.toHaveProperty('undoneBy');
  });
});

describe('a record that somebody changed', () => {
  async function forged(change: (original: Proposal) => Proposal): Promise<Proposal> {
    const original = await repaired();
    await asked();
    const record = await world.store.get('proposal', original.id);
    await world.store.commit({
      puts: [{ kind: 'proposal', id: original.id, expect: record?.version ?? 0, value: change(original) }],
      audit: [],
      outbox: [],
    });
    await prepare(ports, 'inc-1.p2');
    return world.proposal('inc-1.p2');
  }
  const EVIL = {
    do: 'patch',
    object: {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'Prometheus',
      namespace: NS,
      name: 'main',
      uid: 'uid-main',
    },
    contentHash: '',
    patch: { spec: { paused: true, version: 'v1.0.0' } },
  } as const;

  it.each<readonly [string, (original: Proposal) => Proposal, string]>([
    [
      'other steps back',
      (one) => ({ ...one, ...(one.plan && { plan: { ...one.plan, undo: { kind: 'steps', steps: [EVIL] } } }) }),
      'record-inconsistent',
    ],
    ['no approval', (one) => ({ ...one, approvals: [] }), 'approval-missing'],
    [
      'an approval that nobody gave',
      (one) => ({ ...one, approvals: one.approvals.map((given) => ({ ...given, mac: 'f'.repeat(64) })) }),
      'approval-forged',
    ],
  ])('is not undone: %s', async (_what, change, because) => {
    expect(await forged(change)).toMatchObject({
      state: 'voided',
      outcome: { code: 'undo-not-vouched-for', values: { because } },
    });
    expect(api.stored).toHaveLength(1);
  });
});
