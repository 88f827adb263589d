import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CauseSlug } from '../../src/diagnosis/causes.ts';
import { execute } from '../../src/queue/execute.ts';
import type { JobPorts } from '../../src/queue/ports.ts';
import { diagnosis } from '../remediations/world.ts';
import { startTestRedis, type TestRedis } from '../store/redis.ts';
import { type ApiServer, merge, startApiServer } from './api-server.ts';
import { base64, bundles, caOf, MADE, MUTATING, objects, SECRET, seen, VALIDATING } from './certificate-world.ts';
import { dyingAtNote } from './dying.ts';
import { allowingHigh, type JobWorld, jobWorld } from './job-world.ts';

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
  ports = {
    ...world.ports,
    file: allowingHigh(world.ports.file, 3600),
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
  const id = await world.queued({ remediation: 'admission-certificate', cause, risk: 'high' }, ports);
  // The rehearsal stored nothing.
  expect(api.stored).toEqual([]);
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
      await expect(execute(dyingAtNote(ports, crashed), id, { job: 1, attempt: 1 })).rejects.toThrow(
        'the process ended here',
      );

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
