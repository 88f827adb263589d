import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CauseSlug } from '../../src/diagnosis/causes.ts';
import { approvalMac } from '../../src/incidents/approval-mac.ts';
import { openIncident, startProposal, targetKey } from '../../src/incidents/changes.ts';
import { execute } from '../../src/queue/execute.ts';
import type { JobPorts } from '../../src/queue/ports.ts';
import { prepare } from '../../src/queue/prepare.ts';
import { CLUSTER, diagnosis, TARGET } from '../remediations/world.ts';
import { startTestRedis, type TestRedis } from '../store/redis.ts';
import { type ApiServer, merge, startApiServer } from './api-server.ts';
import { base64, bundles, caOf, MADE, MUTATING, objects, SECRET, seen, VALIDATING } from './certificate-world.ts';
import { type JobWorld, jobWorld } from './job-world.ts';

const ASKER = { kind: 'user', team: 'T01', user: 'U0ASKER' } as const;
const BY = { team: 'T01', user: 'U0ANN' } as const;

let redis: TestRedis;
let api: ApiServer;
let world: JobWorld;
let ports: JobPorts;
/** The root cause that stays, whatever is repaired. */
let other: CauseSlug | null;
/** Whether the key does not fit until somebody renews it. */
let useless: boolean;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.remove());
beforeEach(async () => {
  other = null;
  useless = true;
  api = await startApiServer(objects());
  world = await jobWorld(redis.url, api);
  const rule = { users: ['U0ANN'], groups: [], approvals: 1, self: 'never' as const, expires: 3600 };
  ports = {
    ...world.ports,
    file: { ...world.ports.file, approvals: { ...world.ports.file.approvals, high: rule } },
    cluster: { ...world.ports.cluster, collect: async () => seen(api, useless) },
    diagnose: () => {
      const empty = bundles(api, MUTATING)[0] === '';
      const found = diagnosis(other ?? (empty ? 'admission-fail-closed' : null));
      const observation = {
        kind: 'observation',
        code: 'ca-bundle-empty',
        certainty: 'proven',
        values: {},
        because: [],
        runbook: 'admission-tls',
      } as const;
      return { ...found, byRunbook: [{ runbook: 'admission-tls', findings: empty ? [observation] : [] }] };
    },
  };
});
afterEach(async () => {
  await world.close();
  await api.close();
});

async function queued(cause: CauseSlug = 'admission-fail-closed'): Promise<string> {
  const { store } = ports;
  const now = await store.now();
  await store.commit(
    openIncident({ id: 'inc-1', target: TARGET, record: undefined, by: ASKER, at: now, channel: 'C01' }),
  );
  const incident = await store.get('incident', 'inc-1');
  if (!incident) throw new Error('the incident was not opened');
  const started = startProposal({
    incident,
    target: await store.get('target', targetKey(TARGET)),
    older: undefined,
    remediation: 'admission-certificate',
    cause,
    risk: 'high',
    by: ASKER,
    at: now,
  });
  if (!started.ok) throw new Error(started.refusal.code);
  await store.commit(started.transaction);
  const { id } = started.next;
  await prepare(ports, id);
  const { planHash = '', expiresAt = '', state } = await world.proposal(id);
  expect(state).toBe('proposed');
  expect(api.stored).toEqual([]);
  const mac = approvalMac(ports.approvalKey, { proposal: id, by: BY, planHash, cluster: CLUSTER, expiresAt });
  await world.apply(id, { on: 'approve', at: now, planHash, approval: { by: BY, at: now, mac } });
  await world.apply(id, { on: 'enqueued', at: now });
  return id;
}

const writes = () => [SECRET, MUTATING, VALIDATING].map((path) => api.stored.filter((one) => one.path === path).length);
function everybodyTrusts(): void {
  const ca = caOf(api);
  expect(bundles(api, MUTATING)).toEqual([ca]);
  expect(bundles(api, VALIDATING)).toEqual([ca, ca, '']);
}

describe('a renewal', () => {
  it('writes the Secret, then every webhook configuration, once each', async () => {
    const id = await queued();
    await execute(ports, id, { job: 1, attempt: 1 });

    expect(await world.proposal(id)).toMatchObject({ state: 'succeeded' });
    expect(writes()).toEqual([1, 1, 1]);
    expect(caOf(api)).not.toBe(MADE.ca);
    everybodyTrusts();
  });

  it.each([1, 2, 3, 4, 5, 6])(
    'goes on after a crash at its note %i: one certificate, copied everywhere',
    async (crashed) => {
      const id = await queued();
      let notes = 0;
      const commit: JobPorts['store']['commit'] = async (transaction) => {
        const journalled = transaction.puts.some(
          (put) => put.kind === 'proposal' && 'journal' in put.value && put.value.journal.length > notes,
        );
        if (journalled && ++notes === crashed) throw new Error('the process ended here');
        return ports.store.commit(transaction);
      };
      const dying = { ...ports, store: { ...ports.store, commit } };
      await expect(execute(dying, id, { job: 1, attempt: 1 })).rejects.toThrow('the process ended here');

      await execute(ports, id, { job: 1, attempt: 2 });
      expect(await world.proposal(id)).toMatchObject({ state: 'succeeded' });
      expect(writes()).toEqual([1, 1, 1]);
      everybodyTrusts();
    },
  );

  it('is void when the Secret was changed between showing and doing; the new plan is put to the approvers', async () => {
    const id = await queued();
    api.touch(SECRET, (object) => merge(object, { data: { note: base64('x') } }));
    await execute(ports, id, { job: 1, attempt: 1 });

    expect(await world.proposal(id)).toMatchObject({ state: 'voided', outcome: { code: 'drifted' } });
    expect(writes()).toEqual([0, 0, 0]);
    expect((await ports.store.get('incident', 'inc-1'))?.value.proposals).toHaveLength(2);
  });

  it('is known not to be whole when somebody changes the Secret between its steps', async () => {
    const id = await queued();
    api.beforePatch = (path) => {
      if (path !== SECRET) return;
      api.beforePatch = () => undefined;
      const touched = () => api.touch(SECRET, (object) => merge(object, { data: { ca: base64(MADE.ca) } }));
      const { fault } = api;
      api.fault = (one) => {
        if (one.path === MUTATING) {
          touched();
          api.fault = fault;
        }
        return undefined;
      };
    };
    await execute(ports, id, { job: 1, attempt: 1 });

    expect(await world.proposal(id)).toMatchObject({
      state: 'unknown',
      outcome: { code: 'partly-applied', values: { step: 2, because: 'ca-changed' } },
    });
    expect(bundles(api, MUTATING)).toEqual(['']);
  });

  it('leaves nothing of the certificate or the key in Redis', async () => {
    const id = await queued();
    await execute(ports, id, { job: 1, attempt: 1 });
    const records = JSON.stringify([
      await world.proposal(id),
      (await ports.store.get('incident', 'inc-1'))?.value,
      (await ports.store.get('diagnosis', 'inc-1.d1'))?.value,
    ]);

    expect(records).not.toMatch(/BEGIN|LS0tLS/);
  });
});

describe('a copy', () => {
  beforeEach(() => {
    useless = false;
  });

  it('is void when another CA came into the Secret between showing and doing', async () => {
    const id = await queued();
    api.touch(SECRET, (object) => merge(object, { data: { ca: base64('another') } }));
    await execute(ports, id, { job: 1, attempt: 1 });

    expect(await world.proposal(id)).toMatchObject({ state: 'voided' });
    expect(writes()).toEqual([0, 0, 0]);
  });

  it('that was asked for beside another cause succeeds when the mismatch is gone; the incident goes on', async () => {
    other = 'crd-race-at-start';
    const id = await queued('admission-not-trusted');
    await execute(ports, id, { job: 1, attempt: 1 });

    expect(await world.proposal(id)).toMatchObject({ state: 'succeeded', plan: { cause: 'admission-not-trusted' } });
    everybodyTrusts();
    expect((await ports.store.get('incident', 'inc-1'))?.value).toMatchObject({
      status: 'diagnosed',
      cause: 'crd-race-at-start',
    });
  });

  it('that was needed ends the incident', async () => {
    const id = await queued();
    await execute(ports, id, { job: 1, attempt: 1 });

    expect((await ports.store.get('incident', 'inc-1'))?.value).toMatchObject({ status: 'resolved' });
  });
});
