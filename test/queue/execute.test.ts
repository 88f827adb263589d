import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/types.ts';
import { at } from '../../src/evidence/json.ts';
import { verifyChain } from '../../src/incidents/audit-chain.ts';
import type { Proposal } from '../../src/incidents/types.ts';
import type { JobPorts } from '../../src/queue/jobs/ports.ts';
import { prepare } from '../../src/queue/jobs/prepare.ts';
import { JOB_ANNOTATION } from '../../src/remediations/parts/accompanying.ts';
import { repairSentence } from '../../src/texts/en/results.ts';
import { diagnosis, forbidden } from '../remediations/world.ts';
import { useTestRedis } from '../store/use-redis.ts';
import { type ApiServer, merge, startApiServer } from './api-server.ts';
import { FILE, type JobWorld, jobWorld } from './job-world.ts';
import { DEPLOYMENT, RESTARTED_AT, rawDeployment } from './world.ts';

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

const change = (minReadySeconds: number) =>
  api.touch(DEPLOYMENT, (object) => merge(object, { spec: { minReadySeconds } }));
const incident = async (id: string) => (await world.store.get('incident', id.split('.')[0] ?? ''))?.value;
const audit = async () => (await world.store.auditRange(1, 100)).map((entry) => entry.what);

describe('preparing', () => {
  it('puts the plan to the approvers, and changes nothing', async () => {
    const before = structuredClone(api.objects.get(DEPLOYMENT));
    const id = await world.propose();

    expect(await prepare(world.ports, id)).toEqual({ end: 'settled', state: 'proposed' });
    const proposal = await world.proposal(id);

    expect(proposal).toMatchObject({
      state: 'proposed',
      rule: { users: ['U0ANN', 'U0BEN', 'U0ASKER'], approvals: 1, self: 'with-reason', expiresSeconds: 1800 },
    });
    expect(proposal.planHash).toMatch(/^[0-9a-f]{64}$/);
    expect(Date.parse(proposal.expiresAt ?? '') - Date.parse(proposal.proposedAt ?? '')).toBe(1_800_000);
    expect(api.objects.get(DEPLOYMENT)).toEqual(before);
  });

  it('is done once: again it finds nothing to do', async () => {
    const id = await world.propose();
    await prepare(world.ports, id);

    expect(await prepare(world.ports, id)).toEqual({ end: 'nothing-to-do', because: 'proposed' });
  });

  it.each<readonly [string, () => void, string]>([
    [
      'the plan is refused',
      () => {
        world.around = { admissionSecret: forbidden };
      },
      'not-checked',
    ],
    ['nothing is broken any more', () => change(0), 'nothing-broken'],
    [
      'it changes more than can be shown',
      () => {
        world.helps = false;
        const annotations = { [RESTARTED_AT]: 'x'.repeat(100_000) };
        api.touch(DEPLOYMENT, (object) => merge(object, { spec: { template: { metadata: { annotations } } } }));
      },
      'too-long-to-show',
    ],
    [
      'the worker lacks a right',
      () => {
        api.allowed = ({ verb }) => verb !== 'patch';
      },
      'worker-right-missing',
    ],
    [
      'the rehearsal is refused',
      () => {
        api.fault = ({ method }) =>
          method === 'PATCH' ? { answer: 403, message: 'admission webhook "x" denied the request' } : undefined;
      },
      'write-refused',
    ],
  ])('turns it down when %s', async (why, arrange, code) => {
    const id = await world.propose();
    arrange();
    const ports: JobPorts = why.startsWith('nothing')
      ? { ...world.ports, diagnose: (seen) => ({ ...world.ports.diagnose(seen), rootCause: null, verdict: 'healthy' }) }
      : world.ports;

    expect(await prepare(ports, id)).toEqual({ end: 'settled', state: 'voided' });
    expect((await world.proposal(id)).outcome).toMatchObject({ code });
    expect(api.stored).toHaveLength(0);
  });

  it('gives the missing right as a role that is ready to be made', async () => {
    const id = await world.propose();
    api.allowed = ({ verb }) => verb !== 'patch';
    await prepare(world.ports, id);
    const { outcome } = await world.proposal(id);

    expect(outcome && repairSentence(outcome)).toContain(
      'kubectl -n monitoring create role promfix-missing --verb=patch --resource=deployments.apps --resource-name=prometheus-kube-prometheus-operator',
    );
  });

  it('turns it down when nobody may approve that risk', async () => {
    const id = await world.propose();
    await prepare({ ...world.ports, file: { ...FILE, approvals: {} } }, id);

    expect((await world.proposal(id)).outcome).toMatchObject({ code: 'no-rule', values: { risk: 'low' } });
  });

  it('begins anew when the API server is away, and leaves the proposal as it was', async () => {
    const id = await world.propose();
    api.fault = () => 'lost-request';

    await expect(prepare(world.ports, id)).rejects.toMatchObject({ kind: 'unavailable' });
    expect((await world.proposal(id)).state).toBe('preparing');
  });

  it('works the plan out again when the cluster changed between reading and rehearsing', async () => {
    const id = await world.propose();
    let times = 0;
    const ports: JobPorts = {
      ...world.ports,
      diagnose: (seen) => {
        if (times++ === 0) change(7);
        return world.ports.diagnose(seen);
      },
    };

    expect(await prepare(ports, id)).toEqual({ end: 'settled', state: 'proposed' });
    expect(times).toBe(2);
  });
});

describe('an approved repair', () => {
  it('is carried out once, proven by diagnosis, and closes its incident', async () => {
    const id = await world.queued();

    expect(await world.run(id)).toEqual({ end: 'settled', state: 'succeeded' });
    expect(api.stored).toHaveLength(1);
    expect(at(api.objects.get(DEPLOYMENT), 'metadata', 'annotations', JOB_ANNOTATION)).toBe(id);
    expect(await incident(id)).toMatchObject({ status: 'resolved', verdict: 'healthy' });
    const proposal = await world.proposal(id);
    expect((await world.store.get('diagnosis', proposal.verifiedBy ?? ''))?.value.diagnosis.verdict).toBe('healthy');
  });

  it.each<readonly [string, Diagnosis, Proposal['state']]>([
    ['scales it to 0', { ...diagnosis(null), scaledToZero: true }, 'succeeded'],
    ['pauses it', diagnosis('paused', { verdict: 'degraded' }), 'succeeded'],
    ['deletes it', diagnosis('wrong-kind-or-none'), 'unhealthy'],
  ])('leaves its incident open when somebody %s meanwhile', async (_what, seen, state) => {
    const id = await world.queued();
    const diagnose: JobPorts['diagnose'] = (evidence) => {
      const judged = world.ports.diagnose(evidence);
      return judged.rootCause === null ? seen : judged;
    };

    expect(await world.run(id, 1, { ...world.ports, diagnose })).toEqual({ end: 'settled', state });
    expect(await incident(id)).toMatchObject({ status: 'diagnosed', verdict: seen.verdict });
    expect(await incident(id)).not.toHaveProperty('repairedAt');
    expect(await incident(id)).not.toHaveProperty('closedAt');
  });

  it('leaves an unbroken audit trail and no lock', async () => {
    const id = await world.queued();
    await world.run(id);

    expect(await audit()).toEqual([
      'asked',
      'asked',
      'prepared',
      'proposed',
      'approved',
      'queued',
      'started',
      'changed',
      'diagnosed',
      'verified',
    ]);
    expect(verifyChain(await world.store.auditRange(1, 100))).toMatchObject({ ok: true });
    expect(await world.store.lockOwner(`uid-prometheus-kube-prometheus-operator`)).toBeUndefined();
  });

  it('is not carried out again by a second delivery', async () => {
    const id = await world.queued();
    await world.run(id);

    expect(await world.run(id, 2)).toEqual({ end: 'nothing-to-do', because: 'succeeded' });
    expect(api.stored).toHaveLength(1);
  });

  it('that does not help is said to be applied, still unhealthy, after patience', async () => {
    world.helps = false;
    const id = await world.queued();

    expect(await world.run(id)).toEqual({ end: 'settled', state: 'unhealthy' });
    expect(world.slept).toBeGreaterThanOrEqual(75_000);
    expect(await incident(id)).toMatchObject({ status: 'diagnosed', cause: 'crd-race-at-start' });
  });

  it('waits while the kill switch is on', async () => {
    const id = await world.queued();
    await world.store.commit({
      puts: [{ kind: 'pause', id: 'self', expect: 0, value: { paused: true, by: 'U0ANN', at: 'now' } }],
      audit: [],
      outbox: [],
    });

    expect(await world.run(id)).toMatchObject({ end: 'postponed', because: 'paused' });
    expect((await world.proposal(id)).state).toBe('queued');
    expect(api.stored).toHaveLength(0);
  });

  it('waits while another repair holds the object', async () => {
    const id = await world.queued();
    await world.store.commit({
      puts: [],
      acquire: { owner: 'inc-9.p1', uids: ['uid-prometheus-kube-prometheus-operator'] },
      audit: [],
      outbox: [],
    });

    expect(await world.run(id)).toMatchObject({ end: 'postponed', because: 'locked' });
    expect(api.stored).toHaveLength(0);
  });

  it('stops before the write when the kill switch is pulled meanwhile, and goes on when it is released', async () => {
    const id = await world.queued();
    const pull = async (paused: boolean) =>
      world.store.commit({
        puts: [
          {
            kind: 'pause',
            id: 'self',
            expect: (await world.store.get('pause', 'self'))?.version ?? 0,
            value: { paused, by: 'U0ANN', at: 'now' },
          },
        ],
        audit: [],
        outbox: [],
      });
    // The executor's own read is the first request for the Deployment.
    api.fault = ({ path }) => {
      if (path === DEPLOYMENT) pulled ??= pull(true);
      return undefined;
    };
    let pulled: Promise<unknown> | undefined;
    const cautious: JobPorts = {
      ...world.ports,
      client: {
        ...api.client,
        json: async (request) => {
          const answer = await api.client.json(request);
          await pulled;
          return answer;
        },
      },
    };

    expect(await world.run(id, 1, cautious)).toMatchObject({ end: 'postponed', because: 'paused' });
    expect(api.stored).toHaveLength(0);
    await pull(false);

    expect(await world.run(id, 2)).toEqual({ end: 'settled', state: 'succeeded' });
    expect(api.stored).toHaveLength(1);
  });

  it('of unknown outcome waits for a person, and is verified when they say that it happened', async () => {
    const id = await world.queued();
    api.fault = ({ method }) =>
      method === 'PATCH' ? 'lost-answer' : api.stored.length > 0 ? { answer: 503, message: 'away' } : undefined;
    expect(await world.run(id)).toEqual({ end: 'settled', state: 'unknown' });
    expect(await world.store.lockOwner('uid-prometheus-kube-prometheus-operator')).toBe(id);
    expect(await world.run(id, 2)).toEqual({ end: 'nothing-to-do', because: 'unknown' });

    api.fault = () => undefined;
    await world.apply(id, {
      on: 'resolve-unknown',
      at: await world.store.now(),
      by: { kind: 'user', team: 'T01', user: 'U0ANN' },
      happened: true,
      reason: 'I looked',
    });

    expect(await world.run(id, 3)).toEqual({ end: 'settled', state: 'succeeded' });
    expect(api.stored).toHaveLength(1);
  });

  it.each([
    ['with a reason: carried out', 'only me here', 'succeeded'],
    ['without one: not', undefined, 'failed'],
  ] as const)('approved by who asked for it, %s', async (_how, reason, state) => {
    const id = await world.propose();
    await prepare(world.ports, id);
    await world.approve(id, 'U0ASKER', reason === undefined ? {} : { reason });

    expect(await world.run(id)).toEqual({ end: 'settled', state });
    expect(api.stored).toHaveLength(state === 'succeeded' ? 1 : 0);
  });

  it('expires when it starts too late', async () => {
    const id = await world.queued();
    world.slept += 3 * 3_600_000;

    expect(await world.run(id)).toEqual({ end: 'settled', state: 'expired' });
    expect(api.stored).toHaveLength(0);
  });
});

describe('nothing is written when', () => {
  it('an approval’s MAC is not of this plan', async () => {
    const id = await world.propose();
    await prepare(world.ports, id);
    await world.approve(id, 'U0ANN', { mac: 'f'.repeat(64) });

    expect(await world.run(id)).toEqual({ end: 'settled', state: 'failed' });
    expect((await world.proposal(id)).outcome).toMatchObject({ code: 'approval-forged' });
    expect(api.stored).toHaveLength(0);
  });

  it.each<readonly [string, (id: string) => Promise<void>, Partial<JobPorts>, string]>([
    [
      'the rules in force ask for more approvals',
      async () => undefined,
      {
        file: {
          ...FILE,
          approvals: { low: { users: ['U0ANN'], groups: [], approvals: 2, self: 'never', expires: 60 } },
        },
      },
      'not-enough-approvals',
    ],
    [
      'the approver is not one any more',
      async () => undefined,
      {
        file: {
          ...FILE,
          approvals: { low: { users: ['U0BEN'], groups: [], approvals: 1, self: 'never', expires: 60 } },
        },
      },
      'not-enough-approvals',
    ],
    [
      'the approver, who was named by id, is not one any more, whatever groups there are',
      async () => undefined,
      {
        file: {
          ...FILE,
          approvals: { low: { users: ['U0BEN'], groups: ['S0SRE'], approvals: 1, self: 'never', expires: 60 } },
        },
      },
      'not-enough-approvals',
    ],
    [
      'the plan in the record is another one',
      async (id) => tamper(id, { deadlineSeconds: 1, steps: [] }),
      {},
      'record-inconsistent',
    ],
  ])('%s', async (_why, arrange, ports, code) => {
    const id = await world.queued();
    await arrange(id);

    expect(await world.run(id, 1, { ...world.ports, ...ports })).toEqual({ end: 'settled', state: 'failed' });
    expect((await world.proposal(id)).outcome).toMatchObject({ code });
    expect(api.stored).toHaveLength(0);
  });

  it('the cluster is another one', async () => {
    const id = await world.queued();
    const cluster = {
      ...world.ports.cluster,
      identity: async () => ({ name: 'staging', uid: 'other', caFingerprint: 'ca' }),
    };
    await world.run(id, 1, { ...world.ports, cluster });

    expect((await world.proposal(id)).outcome).toMatchObject({ code: 'not-this-cluster' });
    expect(api.stored).toHaveLength(0);
  });

  async function tamper(id: string, plan: object) {
    const record = await world.store.get('proposal', id);
    if (!record?.value.plan) throw new Error('no plan');
    await world.store.commit({
      puts: [
        {
          kind: 'proposal',
          id,
          expect: record.version,
          value: { ...record.value, plan: { ...record.value.plan, ...plan } },
        },
      ],
      audit: [],
      outbox: [],
    });
  }
});

describe('drift', () => {
  it('voids the approval and proposes anew; after two it stops and asks', async () => {
    const first = await world.queued();
    change(1);
    expect(await world.run(first)).toEqual({ end: 'settled', state: 'voided' });

    const second = (await incident(first))?.proposals[1] ?? '';
    expect(await world.proposal(second)).toMatchObject({
      state: 'preparing',
      drifts: 1,
      requestedBy: { user: 'U0ASKER' },
    });
    await prepare(world.ports, second);
    await world.approve(second);
    change(2);
    expect(await world.run(second)).toEqual({ end: 'settled', state: 'voided' });

    expect((await incident(first))?.proposals).toHaveLength(2);
    expect(api.stored).toHaveLength(0);
  });

  it('proposes nothing anew when the fault is gone by itself', async () => {
    const id = await world.queued();
    const ports: JobPorts = {
      ...world.ports,
      diagnose: (seen) => ({ ...world.ports.diagnose(seen), rootCause: null, verdict: 'healthy' }),
    };

    expect(await world.run(id, 1, ports)).toEqual({ end: 'settled', state: 'voided' });
    expect((await world.proposal(id)).outcome).toMatchObject({ code: 'drifted', values: { now: 'nothing-broken' } });
    expect((await incident(id))?.proposals).toHaveLength(1);
  });

  it('is not seen in what controllers write by themselves', async () => {
    const id = await world.queued();
    api.touch(DEPLOYMENT, (object) =>
      merge(object, {
        metadata: { annotations: { 'deployment.kubernetes.io/revision': '2' } },
        status: { conditions: [] },
      }),
    );

    expect(await world.run(id)).toEqual({ end: 'settled', state: 'succeeded' });
  });
});
