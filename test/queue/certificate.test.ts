import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { undo } from '../../src/commands/undo.ts';
import type { CauseSlug } from '../../src/diagnosis/causes.ts';
import { execute } from '../../src/queue/jobs/execute.ts';
import type { JobPorts } from '../../src/queue/jobs/ports.ts';
import { prepare } from '../../src/queue/jobs/prepare.ts';
import { nobody } from '../builders/directory.ts';
import { ASKER } from '../incidents/examples.ts';
import { ADMISSION, diagnosis } from '../remediations/world.ts';
import { useTestRedis } from '../store/use-redis.ts';
import { type ApiServer, merge, startApiServer } from './api-server.ts';
import {
  base64,
  bundles,
  caOf,
  MADE,
  MUTATING,
  objects,
  SECRET,
  seen,
  sha256,
  VALIDATING,
} from './certificate-world.ts';
import { dyingAtNote } from './dying.ts';
import { allowingHigh, type JobWorld, jobWorld } from './job-world.ts';

type Json = Record<string, unknown>;

let api: ApiServer;
let world: JobWorld;
let ports: JobPorts;
/** The root cause that stays, whatever is repaired. */
let other: CauseSlug | null;
/** Whether the key does not fit until somebody renews it. */
let useless: boolean;
const redis = useTestRedis();
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

/** The proposal of somebody who wants it taken back. */
async function undoing(id: string): Promise<string> {
  expect(await undo({ ...ports, directory: nobody }, { proposal: id }, ASKER)).toMatchObject({ say: 'preparing' });
  return (await ports.store.get('incident', 'inc-1'))?.value.proposals.at(-1) ?? '';
}

describe('a renewal', () => {
  it('is not taken back: the Secret from before is never kept, and the reason says so', async () => {
    const id = await queued();
    await execute(ports, id, { job: 1, attempt: 1 });

    expect(await undo({ ...ports, directory: nobody }, { proposal: id }, ASKER)).toMatchObject({
      say: 'not-offered',
      refusal: { code: 'undo-none', values: { because: 'secret-is-never-kept' } },
    });
  });

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

  it('into empty caBundles is taken out again by a proposal of its own', async () => {
    const id = await queued();
    await execute(ports, id, { job: 1, attempt: 1 });
    everybodyTrusts();
    const back = await undoing(id);
    await world.enqueue(back, ports);
    const hash = `sha256:${sha256(MADE.ca).slice(0, 12)}`;
    expect((await world.proposal(back)).plan?.diff[0]).toEqual({
      object: `MutatingWebhookConfiguration ${ADMISSION}`,
      path: 'webhooks.0.clientConfig.caBundle',
      before: hash,
      after: null,
    });
    await execute(ports, back, { job: 1, attempt: 1 });

    expect(await world.proposal(back)).toMatchObject({ state: 'succeeded' });
    expect(bundles(api, MUTATING)).toEqual(['']);
    expect(bundles(api, VALIDATING)).toEqual(['', '', '']);
    expect(JSON.stringify(await world.proposal(back))).not.toMatch(/BEGIN|LS0tLS/);
  });

  it('is not taken out when somebody put another CA there since', async () => {
    const id = await queued();
    await execute(ports, id, { job: 1, attempt: 1 });
    const { webhooks } = api.objects.get(VALIDATING) ?? {};
    api.touch(VALIDATING, (object) => ({
      ...object,
      webhooks: (webhooks as Json[]).map((one) => ({
        ...one,
        clientConfig: { ...(one['clientConfig'] as Json), caBundle: base64('another') },
      })),
    }));
    const back = await undoing(id);
    await prepare(ports, back);

    expect(await world.proposal(back)).toMatchObject({ state: 'voided', outcome: { code: 'undo-not-as-left' } });
  });

  it('that was needed ends the incident', async () => {
    const id = await queued();
    await execute(ports, id, { job: 1, attempt: 1 });

    expect((await ports.store.get('incident', 'inc-1'))?.value).toMatchObject({ status: 'resolved' });
  });
});
