import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at } from '../../src/evidence/json.ts';
import type { ApplicationView } from '../../src/evidence/types.ts';
import { StillMissing } from '../../src/queue/executor/recreate/recreate.ts';
import { execute } from '../../src/queue/jobs/execute.ts';
import { connectRedis } from '../../src/store/connect.ts';
import { applicationWith, NS, read } from '../remediations/world.ts';
import { useTestRedis } from '../store/use-redis.ts';
import { type Fault, merge } from './api-server.ts';
import { dying } from './dying.ts';
import {
  asked,
  COLLECTION,
  PROMETHEUS,
  PROMETHEUS_OBJECT,
  type RecreateWorld,
  recreateWorld,
  STATEFUL_SET,
} from './recreate-world.ts';

let here: RecreateWorld;
const redis = useTestRedis();
beforeEach(async () => {
  here = await recreateWorld(redis.url);
});
afterEach(() => here.close());

const first = { job: 1, attempt: 1 };
const next = { job: 1, attempt: 2 };
const last = { job: 1, attempt: 3 };
const now = () => here.api.objects.get(PROMETHEUS);
const uid = () => at(now(), 'metadata', 'uid');
/** Pulls the kill switch, or lets it go. */
const pause = (paused?: boolean) => here.world.pause(paused);
/** Runs `then` right after the Prometheus is deleted. */
const afterDelete = (then: () => unknown) => {
  const { client } = here.ports;
  return {
    ...here.ports,
    client: {
      ...client,
      json: async (request: Parameters<typeof client.json>[0]) => {
        const answer = await client.json(request);
        if (request.method === 'DELETE') await then();
        return answer;
      },
    },
  };
};
/** An attempt whose worker dies right after the delete. */
const diesAfterDelete = async (id: string) => {
  const mortal = afterDelete(() => Promise.reject(new Error('dies')));
  await expect(execute(mortal, id, first)).rejects.toThrow('dies');
};

describe('a re-creation', () => {
  it('deletes the resource once, makes it once with the same content, and proves that it helped', async () => {
    const id = await here.queued();
    await execute(here.ports, id, first);

    expect(await here.world.proposal(id)).toMatchObject({ state: 'succeeded' });
    expect(here.writes()).toEqual({ deletes: 1, creates: 1 });
    expect(uid()).not.toBe('uid-main');
    expect(asked(now())).toEqual(asked(PROMETHEUS_OBJECT));
  });

  it('sends the delete under uid, version and propagation, and creates without what belonged to the former life', async () => {
    await execute(here.ports, await here.queued(), first);

    expect(here.api.stored[0]?.body).toMatchObject({
      propagationPolicy: 'Background',
      preconditions: { uid: 'uid-main', resourceVersion: expect.any(String) },
    });
    expect(here.api.stored[1]?.body).not.toHaveProperty('status');
    expect(Object.keys(here.api.stored[1]?.body['metadata'] ?? {}).sort()).toEqual([
      'annotations',
      'labels',
      'name',
      'namespace',
    ]);
  });

  it('is rehearsed without changing anything', async () => {
    const before = now();
    const id = await here.prepared();

    expect(await here.world.proposal(id)).toMatchObject({ state: 'proposed' });
    expect(now()).toEqual(before);
    expect(here.api.stored).toEqual([]);
    expect(here.api.seen).toContainEqual({ method: 'DELETE', path: PROMETHEUS, dryRun: true });
    expect(here.api.seen).toContainEqual({ method: 'POST', path: COLLECTION, dryRun: true });
  });

  it('is not offered where the create would be refused', async () => {
    here.api.fault = ({ method, path }) =>
      method === 'POST' && path === COLLECTION
        ? { answer: 403, message: 'admission webhook "x" denied the request: no', reason: 'Forbidden' }
        : undefined;

    expect(await here.world.proposal(await here.prepared())).toMatchObject({
      state: 'voided',
      outcome: { code: 'write-refused' },
    });
  });

  it.each([
    ['a StatefulSet', STATEFUL_SET, 'owns-a-workload'],
    ['a pod', `/api/v1/namespaces/${NS}/pods/one`, 'owns-a-workload'],
    ['a volume claim', `/api/v1/namespaces/${NS}/persistentvolumeclaims/one`, 'volumes-would-go'],
  ])('is not begun when %s belongs to it since', async (_what, path, code) => {
    const id = await here.queued();
    const metadata = { name: 'one', uid: 'uid-one', resourceVersion: '1', ownerReferences: [{ uid: 'uid-main' }] };
    here.api.objects.set(path, { metadata });
    await execute(here.ports, id, first);

    expect(await here.world.proposal(id)).toMatchObject({ state: 'failed', outcome: { code } });
    expect(uid()).toBe('uid-main');
  });

  it('keeps a copy that nobody can read in Redis, and lets it go at the end', async () => {
    const admin = connectRedis(redis.url, 'patient');
    let kept = '';
    const ports = afterDelete(async () => {
      kept = (await admin.get('{promfix}:kept:copy:inc-1.p1')) ?? '';
    });
    await execute(ports, await here.queued(), first);

    expect(kept).toContain('nonce');
    expect(kept).not.toMatch(/metrics|Prometheus/);
    expect(await admin.exists('{promfix}:kept:copy:inc-1.p1')).toBe(0);
    admin.disconnect();
  });
});

describe.each(['before', 'after'] as const)('a worker that dies %s any of its calls', (when) => {
  it('never leaves the resource missing, also when the kill switch is pulled meanwhile; in the end it is made once', async () => {
    let call = 1;
    for (; ; call++) {
      if (call > 1) {
        await here.close();
        here = await recreateWorld(redis.url);
      }
      const id = await here.queued();
      const mortal = dying(here.ports, call, when);
      await execute(mortal.ports, id, first).catch((error: unknown) => error);
      if (!mortal.died()) break;

      await pause(true);
      const held = await execute(here.ports, id, next).catch((error: unknown) => error);
      const what = `died ${when} call ${call}: ${JSON.stringify(held)}`;
      expect(now(), what).toBeDefined();
      expect(here.writes().creates, what).toBe(here.writes().deletes);

      await pause(false);
      await execute(here.ports, id, last).catch((error: unknown) => error);
      expect((await here.world.proposal(id)).state, what).toBe('succeeded');
      expect(here.writes(), what).toEqual({ deletes: 1, creates: 1 });
      expect(asked(now()), what).toEqual(asked(PROMETHEUS_OBJECT));
    }
    expect(call).toBeGreaterThan(25);
  }, 120_000);
});

describe('an answer that is lost', () => {
  it.each(
    ['DELETE', 'POST'].flatMap((method) =>
      (['lost-request', 'lost-answer'] as const).map((how) => [method, how] as const),
    ),
  )('to the %s (%s) leads to one resource', async (method, how) => {
    const id = await here.queued();
    let lost = 0;
    here.api.fault = (seen) =>
      seen.method === method && !seen.dryRun && !seen.path.endsWith('reviews') && lost++ === 0 ? how : undefined;
    await execute(here.ports, id, first);

    expect(await here.world.proposal(id)).toMatchObject({ state: 'succeeded' });
    expect(here.writes()).toEqual({ deletes: 1, creates: 1 });
  });
});

describe('between delete and create', () => {
  it('the kill switch does not keep it from finishing', async () => {
    const id = await here.queued();
    await execute(
      afterDelete(() => pause()),
      id,
      first,
    );

    expect(now()).toBeDefined();
    expect(await here.world.proposal(id)).toMatchObject({ state: 'succeeded' });
  });

  it('a store that does not answer does not keep it from creating', async () => {
    const id = await here.queued();
    let isGone = false;
    const ports = afterDelete(() => {
      isGone = true;
    });
    const { store } = here.ports;
    const away = {
      ...store,
      get: (async (kind, key) => {
        if (isGone) throw new Error('Redis is gone');
        return store.get(kind, key);
      }) satisfies typeof store.get as typeof store.get,
    };
    await execute({ ...ports, store: away }, id, first).catch(() => undefined);

    expect(here.writes()).toEqual({ deletes: 1, creates: 1 });
  });

  it('somebody else may make it: it exists', async () => {
    const id = await here.queued();
    const theirs = merge(PROMETHEUS_OBJECT, { metadata: { uid: 'uid-theirs', resourceVersion: '7' } });
    await execute(
      afterDelete(() => here.api.objects.set(PROMETHEUS, theirs)),
      id,
      first,
    );

    expect(uid()).toBe('uid-theirs');
    expect(here.writes()).toEqual({ deletes: 1, creates: 0 });
    expect(await here.world.proposal(id)).toMatchObject({ state: 'succeeded' });
  });

  it('approvals that do not count any more do not keep it from finishing', async () => {
    const id = await here.queued();
    const mortal = dying(
      afterDelete(() => Promise.reject(new Error('dies'))),
      0,
      'before',
    );
    await expect(execute(mortal.ports, id, first)).rejects.toThrow('dies');
    expect(now()).toBeUndefined();

    const { high: _high, ...others } = here.ports.file.approvals;
    await execute({ ...here.ports, file: { ...here.ports.file, approvals: others } }, id, next);

    expect(asked(now())).toEqual(asked(PROMETHEUS_OBJECT));
    expect(await here.world.proposal(id)).toMatchObject({ state: 'succeeded' });
  });

  it('a cluster that refuses the create is asked until it takes it; people are told once', async () => {
    const id = await here.queued();
    let refusing = true;
    here.api.fault = ({ method, path, dryRun }) =>
      refusing && method === 'POST' && path === COLLECTION && !dryRun
        ? { answer: 403, message: 'exceeded quota: objects' }
        : undefined;
    await expect(execute(here.ports, id, first)).rejects.toBeInstanceOf(StillMissing);
    await expect(execute(here.ports, id, next)).rejects.toBeInstanceOf(StillMissing);
    expect(await here.world.proposal(id)).toMatchObject({ state: 'running' });

    refusing = false;
    await execute(here.ports, id, last);
    expect(await here.world.proposal(id)).toMatchObject({ state: 'succeeded' });
    expect(here.writes()).toEqual({ deletes: 1, creates: 1 });
    const said = await here.ports.store.claim('slack', 100, 1000);
    const notes = JSON.stringify(said).match(/still-missing/g) ?? [];
    expect(notes.length).toBeLessThanOrEqual(1);
  });

  it('a copy that cannot be read is said, and nothing is made up', async () => {
    const id = await here.queued();
    await diesAfterDelete(id);
    await here.ports.store.keep('copy:inc-1.p1', '{"nonce":"","tag":"","data":""}', 60);
    await execute(here.ports, id, next);

    expect(now()).toBeUndefined();
    expect(await here.world.proposal(id)).toMatchObject({ state: 'failed', outcome: { code: 'copy-lost' } });
  });

  it('a copy that Redis lost is not taken for one that never was', async () => {
    const id = await here.queued();
    await diesAfterDelete(id);
    await here.ports.store.forget('copy:inc-1.p1');
    await execute(here.ports, id, next);

    expect(await here.world.proposal(id)).toMatchObject({ state: 'failed', outcome: { code: 'copy-lost' } });
  });
});

describe('whatever is lost, refused or cut off on the way', () => {
  const FAULTS = {
    none: undefined,
    'lost-request': 'lost-request',
    'lost-answer': 'lost-answer',
    later: { answer: 429, message: 'too many requests' },
    refused: { answer: 403, message: 'admission webhook "x" denied the request' },
    away: { answer: 503, message: 'no endpoints' },
  } as const satisfies Record<string, Fault | undefined>;
  const fault = fc.constantFrom(...Object.values(FAULTS));

  it('it exists in the end, and it is known what happened', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fault, { maxLength: 12 }),
        fc.integer({ min: 15, max: 60 }),
        fc.boolean(),
        async (faults, call, isPaused) => {
          await here.close();
          here = await recreateWorld(redis.url);
          const id = await here.queued();
          const left = [...faults];
          here.api.fault = ({ path, dryRun }) => (!dryRun && path.startsWith(COLLECTION) ? left.shift() : undefined);
          await execute(dying(here.ports, call, 'after').ports, id, first).catch(() => undefined);
          await pause(isPaused);
          await execute(here.ports, id, next).catch(() => undefined);

          // The trouble is over.
          here.api.fault = () => undefined;
          await pause(false);
          await execute(here.ports, id, last);
          const { state } = await here.world.proposal(id);
          expect(now()).toBeDefined();
          expect(asked(now())).toEqual(asked(PROMETHEUS_OBJECT));
          expect(['succeeded', 'failed', 'voided']).toContain(state);
          expect(here.writes().creates).toBe(here.writes().deletes);
          expect(here.writes().creates).toBe(state === 'succeeded' ? 1 : 0);
        },
      ),
      { numRuns: 12 },
    );
  }, 60_000);
});

describe('where Argo CD makes it again', () => {
  const APPLICATION = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/monitoring';
  const HEALING: ApplicationView = {
    ...applicationWith('Prometheus', 'main', 'Synced'),
    destination: { name: 'in-cluster' },
    sync: { status: 'Synced', revision: '1' },
    operation: { phase: 'Succeeded', revision: '1', partial: false, syncOptions: [], results: [] },
    windows: [],
  };
  const fromGit = merge(PROMETHEUS_OBJECT, { metadata: { uid: 'uid-from-git', resourceVersion: '7' } });
  beforeEach(() => {
    here.around = { applications: read([HEALING]) };
    here.api.objects.set(APPLICATION, {
      metadata: { name: 'monitoring', uid: 'uid-monitoring', resourceVersion: '1' },
    });
  });

  /** Brings it back when it was asked to refresh and that many seconds are over. */
  const argo = (seconds: number) => {
    let waited = 0;
    const isAsked = () =>
      at(here.api.objects.get(APPLICATION), 'metadata', 'annotations', 'argocd.argoproj.io/refresh') === 'normal';
    return {
      ...here.ports,
      sleep: async (ms: number, signal?: AbortSignal) => {
        await here.ports.sleep(ms, signal);
        if (now() || !isAsked()) return;
        waited += ms;
        if (waited >= seconds * 1000) here.api.objects.set(PROMETHEUS, fromGit);
      },
    };
  };

  it('it is asked to refresh, and what it makes is proven', async () => {
    const id = await here.queued();
    await execute(argo(3), id, first);

    expect(uid()).toBe('uid-from-git');
    expect(here.writes()).toEqual({ deletes: 1, creates: 0 });
    expect(await here.world.proposal(id)).toMatchObject({ state: 'succeeded' });
  });

  it('promfix does it when that takes over a minute', async () => {
    const id = await here.queued();
    await execute(argo(3600), id, first);

    expect(here.writes()).toEqual({ deletes: 1, creates: 1 });
    expect(asked(now())).toEqual(asked(PROMETHEUS_OBJECT));
    expect(await here.world.proposal(id)).toMatchObject({ state: 'succeeded' });
  });

  it('a worker that may not ask for a refresh does without', async () => {
    const id = await here.queued();
    here.api.fault = ({ method, path }) =>
      method === 'PATCH' && path === APPLICATION ? { answer: 403, message: 'forbidden' } : undefined;
    await execute(argo(3), id, first);

    expect(here.writes()).toEqual({ deletes: 1, creates: 1 });
    expect(await here.world.proposal(id)).toMatchObject({ state: 'succeeded' });
  });

  it('an Application that began an operation since is a drift: nothing is deleted', async () => {
    const id = await here.queued();
    here.around = { applications: read([{ ...HEALING, operationRequested: true }]) };
    await execute(here.ports, id, first);

    expect(await here.world.proposal(id)).toMatchObject({ state: 'voided', outcome: { code: 'drifted' } });
    expect(here.writes()).toEqual({ deletes: 0, creates: 0 });
  });
});
