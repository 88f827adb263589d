import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pause, resume } from '../../src/commands/pause.ts';
import { startPump } from '../../src/queue/pump.ts';
import { createJobQueue } from '../../src/queue/queue.ts';
import { startSweeps, sweep } from '../../src/queue/sweeps.ts';
import { createJobWorker, type JobHandlers } from '../../src/queue/worker.ts';
import { connectRedis } from '../../src/store/connect.ts';
import { createRedisStore } from '../../src/store/redis-store.ts';
import type { Store } from '../../src/store/types.ts';
import { examplePlan, RULE } from '../incidents/examples.ts';
import { startTestRedis, type TestRedis } from '../store/redis.ts';
import { FILE } from './job-world.ts';
import { apply, approve, exampleHandlers, SILENT, seedProposal, stateOf } from './rig.ts';

let redis: TestRedis;
let store: Store;
let cleanUp: (() => unknown)[];

beforeEach(async () => {
  redis = await startTestRedis();
  store = createRedisStore(redis.url, { callMs: 10_000 });
  cleanUp = [() => store.close()];
});
afterEach(async () => {
  for (const undo of cleanUp.reverse()) await undo();
  await redis.remove();
});

const NOBODY = {
  groupMembers: async () => [],
  isFullMember: async () => false,
  isSharedChannel: async () => true,
  countMembers: async () => 0,
};

function queueOf() {
  const queue = createJobQueue(redis.url, () => {});
  cleanUp.push(() => queue.close());
  return queue;
}
function pumping() {
  const pump = startPump({ store, queue: queueOf(), log: SILENT });
  cleanUp.push(() => pump.stop());
}
async function working(handlers: JobHandlers, lockMs = 8000) {
  const worker = createJobWorker({ url: redis.url, handlers, log: SILENT, lockMs });
  cleanUp.push(() => worker.close());
  await worker.ready();
  return worker;
}
const settled = (id: string, state: string, timeout = 15_000) =>
  expect.poll(() => stateOf(store, id).catch(() => undefined), { timeout, interval: 20 }).toBe(state);

describe('an approved proposal', () => {
  it('gets its job, which runs once', async () => {
    const runs: string[] = [];
    pumping();
    await working(exampleHandlers(store, async (id, attempt) => void runs.push(`${id} ${attempt}`)));
    const id = await seedProposal(store);
    await expect.poll(() => runs).toEqual([`${id} 0`]);

    await approve(store, id);
    await settled(id, 'succeeded');

    expect(runs).toEqual([`${id} 0`, `${id} 1`]);
    const audit = (await store.auditRange(1, 100)).map(({ what }) => what);
    expect(audit.filter((what) => what === 'changed')).toHaveLength(1);
    expect(await store.lockOwner(id)).toBeUndefined();
  });

  it('does not run again when its job is added again, by one or by many', async () => {
    let runs = 0;
    const queue = queueOf();
    pumping();
    await working(
      exampleHandlers(store, async (_, attempt) => {
        if (attempt > 0) runs += 1;
      }),
    );
    const id = await seedProposal(store);
    await approve(store, id);
    await Promise.all(Array.from({ length: 20 }, async () => queue.add('execute', id, await store.now())));
    await settled(id, 'succeeded');

    await queue.add('execute', id, await store.now());
    await expect.poll(() => queue.isLive('execute', id)).toBe(false);

    expect(runs).toBe(1);
  });

  it('is carried on by another worker, with a greater fence, when its worker is killed', {
    timeout: 40_000,
  }, async () => {
    pumping();
    const id = await seedProposal(store);
    await approve(store, id);
    const doomed = await workerProcess('hang');
    await doomed.says(`${id} attempt 1`);
    const before = (await store.get('proposal', id))?.value;

    doomed.child.kill('SIGKILL');
    const next = await workerProcess('finish');
    await next.says(`${id} attempt 2`);
    await settled(id, 'succeeded', 20_000);

    expect(before).toMatchObject({ state: 'running', fence: { attempt: 1 }, journal: [{ state: 'intent' }] });
    const after = (await store.get('proposal', id))?.value;
    expect(after?.fence?.job).toBe(before?.fence?.job);
    expect(after?.fence?.attempt).toBe(2);
    expect(after?.journal.map(({ state }) => state)).toEqual(['intent', 'done']);
  });

  it('is carried out after Redis was killed and started again', { timeout: 40_000 }, async () => {
    pumping();
    await working(exampleHandlers(store, async () => {}));
    const first = await seedProposal(store, 'first');
    await approve(store, first);
    await settled(first, 'succeeded');
    const second = await seedProposal(store, 'second');

    process.kill(redis.pid, 'SIGKILL');
    await redis.stop();
    redis = await redis.again();

    await expect
      .poll(
        () =>
          approve(store, second)
            .then(() => true)
            .catch(() => false),
        { timeout: 10_000 },
      )
      .toBe(true);
    await settled(second, 'succeeded', 20_000);
    expect(await stateOf(store, first)).toBe('succeeded');
  });

  it('runs as soon as somebody resumes, however long its job was put off', { timeout: 40_000 }, async () => {
    pumping();
    let runs = 0;
    await working({
      prepare: async () => ({ end: 'nothing-to-do', because: 'example' }),
      async execute() {
        runs += 1;
        return runs === 1
          ? { end: 'postponed', because: 'paused', retryAfterMs: 3_600_000 }
          : { end: 'nothing-to-do', because: 'example' };
      },
    });
    const id = await seedProposal(store);
    await approve(store, id);
    const admin = connectRedis(redis.url, 'patient');
    cleanUp.push(() => admin.disconnect());
    await expect.poll(() => admin.zcard('{promfix}:bull:promfix:delayed'), { timeout: 10_000 }).toBe(1);
    expect([await queueOf().isLive('execute', id), await stateOf(store, id)]).toEqual([true, 'queued']);
    const actor = { kind: 'terminal', name: 'ann' } as const;
    const ports = { store, file: FILE, directory: NOBODY };

    await pause(ports, { input: { reason: 'upgrade' }, actor });
    expect(await resume(ports, { input: { reason: '' }, actor })).toEqual({ say: 'resumed', already: false });

    await expect.poll(() => runs, { timeout: 10_000 }).toBe(2);
  });
});

/** Longer than any wait of a test: a job that is taken sooner was handed over, not found after its lock had ended. */
const LONG_LOCK_MS = 120_000;

describe('a job', () => {
  it('is handed back when its worker closes, and another one takes it at once', async () => {
    pumping();
    const told = Promise.withResolvers<void>();
    const slow = await working(
      {
        ...exampleHandlers(store, async () => {}),
        async execute(_, { signal }) {
          told.resolve();
          await once(signal, 'abort');
          throw new Error('told to stop');
        },
      },
      LONG_LOCK_MS,
    );
    const id = await seedProposal(store);
    await approve(store, id);
    await told.promise;

    await slow.close();
    await working(
      exampleHandlers(store, async () => {}),
      LONG_LOCK_MS,
    );

    await settled(id, 'succeeded');
  });

  it('is told when it was lost to another worker', async () => {
    pumping();
    const running = Promise.withResolvers<void>();
    const lost = Promise.withResolvers<void>();
    const handlers = exampleHandlers(store, async () => {});
    await working(
      {
        ...handlers,
        async execute(id, context) {
          if (context.fence.attempt > 1) return handlers.execute(id, context);
          running.resolve();
          await once(context.signal, 'abort');
          lost.resolve();
          throw new Error('lost');
        },
      },
      2000,
    );
    const id = await seedProposal(store);
    await approve(store, id);
    await running.promise;

    const admin = connectRedis(redis.url, 'patient');
    await admin.set(`{promfix}:bull:promfix:execute-${id}:lock`, 'somebody else', 'PX', 500);
    admin.disconnect();

    await lost.promise;
    await settled(id, 'succeeded');
  });

  it('that fails runs again', async () => {
    pumping();
    let failures = 0;
    const handlers = exampleHandlers(store, async () => {});
    await working({
      ...handlers,
      execute(id, context) {
        failures += 1;
        return failures < 3 ? Promise.reject(new Error('not now')) : handlers.execute(id, context);
      },
    });
    const id = await seedProposal(store);
    await approve(store, id);

    await settled(id, 'succeeded');
    expect(failures).toBe(3);
  });

  it('is added although Redis was away when it was to be added', { timeout: 30_000 }, async () => {
    const id = await seedProposal(store);
    await approve(store, id);
    process.kill(redis.pid, 'SIGKILL');
    await redis.stop();
    pumping();
    const worker = working(exampleHandlers(store, async () => {}));
    redis = await redis.again();
    await worker;

    await settled(id, 'succeeded', 20_000);
  });
});

describe('the sweep', () => {
  it('reaches the oldest proposal, however many are newer', async () => {
    const id = await seedProposal(store);
    const newer = Array.from({ length: 1200 }, (_, index) => `inc-${index + 2}.p1`);
    const crowded: Store = {
      ...store,
      list: async (kind, _which, limit) => (kind === 'proposal' ? [...newer, id].slice(0, limit) : []),
    };

    expect((await sweep({ store: crowded, queue: queueOf(), log: SILENT })).enqueued).toEqual([id]);
  });

  it('gives its job back to every proposal that waits for one', async () => {
    const queue = queueOf();
    const preparing = await seedProposal(store, 'one');
    const approved = await seedProposal(store, 'two');
    await approve(store, approved);
    const waiting = await seedProposal(store, 'three');
    await approve(store, waiting);
    await queue.add('execute', waiting, await store.now());

    const swept = await sweep({ store, queue, log: SILENT });

    expect(swept.enqueued.toSorted()).toEqual([preparing, approved].toSorted());
    expect([await queue.isLive('prepare', preparing), await queue.isLive('execute', approved)]).toEqual([true, true]);
    expect(await stateOf(store, approved)).toBe('queued');
    expect(await sweep({ store, queue, log: SILENT })).toEqual({ expired: [], enqueued: [] });
  });

  it('carries on what was running when its job was lost', async () => {
    const queue = queueOf();
    const id = await seedProposal(store);
    await approve(store, id);
    const at = await store.now();
    const early = { job: Date.parse(at), attempt: 7 };
    await apply(store, id, { on: 'start', at, fence: early });
    await working(exampleHandlers(store, async () => {}));

    await expect.poll(async () => (await store.now()) > at).toBe(true);
    expect((await sweep({ store, queue, log: SILENT })).enqueued).toEqual([id]);

    await settled(id, 'succeeded');
  });

  it('expires what is overdue and repaints its card', async () => {
    const queue = queueOf();
    const id = await seedProposal(store);
    const at = await store.now();
    const expiresAt = new Date(Date.parse(at) + 20).toISOString();
    await apply(store, id, { on: 'prepared', at, plan: examplePlan(), planHash: 'plan', rule: RULE, expiresAt });
    await expect.poll(async () => (await store.now()) > expiresAt, { interval: 5 }).toBe(true);

    const swept = await sweep({ store, queue, log: SILENT });

    expect(swept.expired).toEqual([id]);
    expect(await stateOf(store, id)).toBe('expired');
    const entries = await store.claim('slack', 100, 1000);
    expect(entries.map(({ entry }) => entry.id)).toContain(`paint:${id.split('.')[0]}`);
  });

  it('begins at once, and again each time its timer fires', async () => {
    const queue = queueOf();
    const fire: (() => void)[] = [];
    const sweeps = startSweeps({ store, queue, log: SILENT }, 5000, (task, ms) => {
      expect(ms).toBe(5000);
      fire.push(task);
      return { clear: () => {} };
    });
    await expect.poll(() => fire.length).toBe(1);
    const id = await seedProposal(store);

    fire[0]?.();

    await expect.poll(() => queue.isLive('prepare', id)).toBe(true);
    await sweeps.stop();
  });
});

/** A worker in a process of its own; `says` waits for a line that begins like this. */
async function workerProcess(mode: 'hang' | 'finish') {
  const file = new URL('./worker-process.ts', import.meta.url).pathname;
  const child: ChildProcess = spawn(process.execPath, [file, redis.url, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanUp.push(() => child.kill('SIGKILL'));
  if (child.stdout === null) throw new Error('the worker has no output');
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  const says = async (begin: string) => {
    const found = () => lines.find((line) => line.startsWith(begin));
    await expect.poll(found, { timeout: 15_000, interval: 10 }).toBeDefined();
    return found();
  };
  await says('ready');
  return { child, says };
}
