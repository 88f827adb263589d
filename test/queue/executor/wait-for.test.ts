import { describe, expect, it } from 'vitest';
import { type KubeClient, KubeError } from '../../../src/kubernetes/types.ts';
import type { VersionStep } from '../../../src/queue/executor/chart-version.ts';
import { awaitSettled } from '../../../src/queue/executor/settle.ts';
import { awaitSync } from '../../../src/queue/executor/sync.ts';
import { type Seen, type Waiting, waitFor } from '../../../src/queue/executor/wait-for.ts';
import type { ObjectRef, Step } from '../../../src/remediations/types.ts';

const APPLICATION: ObjectRef = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  namespace: 'argocd',
  name: 'monitoring',
  uid: 'uid',
};
type Json = Readonly<Record<string, unknown>>;

/** An object that changes with time, which passes by sleeping only. */
function passing(at: (seconds: number) => Json | KubeError): Waiting & { seconds(): number; reads(): number } {
  let ms = 0;
  let reads = 0;
  const client = {
    async json() {
      reads += 1;
      const now = at(ms / 1000);
      if (now instanceof KubeError) throw now;
      return { body: now };
    },
    // The rest of a client is for writes and watches, which waiting has no use for.
  } as unknown as KubeClient;
  return {
    client,
    async sleep(time, signal) {
      signal?.throwIfAborted();
      ms += time;
    },
    seconds: () => ms / 1000,
    reads: () => reads,
  };
}

const count = ({ count: now }: Json): Seen =>
  now === 3 ? { is: 'there' } : { is: 'not-yet', because: `${String(now)} of 3` };
const wait = (world: Waiting, judge: (object: Json) => Seen = count, limitMs = 10_000) =>
  waitFor(APPLICATION, world, { everyMs: 1000, limitMs }, judge);

describe('waiting for an object', () => {
  it('ends as soon as it is as it was waited for', async () => {
    const world = passing((seconds) => ({ count: seconds }));

    expect(await wait(world)).toEqual({ there: true });
    expect(world.seconds()).toBe(3);
  });

  it('ends with the time, and says what was seen last', async () => {
    const world = passing(() => ({ count: 1 }));

    expect(await wait(world)).toEqual({ there: false, because: '1 of 3' });
    expect(world.reads()).toBe(11);
  });

  it('ends at once for what never will be', async () => {
    const world = passing(() => ({}));

    expect(await wait(world, () => ({ is: 'never', because: 'gave up' }))).toEqual({
      there: false,
      because: 'gave up',
    });
    expect(world.seconds()).toBe(0);
  });

  it('outlasts an API server that is away, and believes one that says no', async () => {
    const away = new KubeError('unavailable', 'connect ECONNREFUSED');
    expect(await wait(passing((seconds) => (seconds < 2 ? away : { count: 3 })))).toEqual({ there: true });

    const no = passing(() => new KubeError('forbidden', 'applications is forbidden'));
    expect(await wait(no)).toMatchObject({ there: false, because: expect.stringContaining('is forbidden') });
    expect(no.reads()).toBe(1);
  });

  it('gives a grace once, from its first look on', async () => {
    const world = passing(() => ({}));
    await wait(world, () => ({ is: 'not-yet', because: 'nearly', graceMs: 4000 }), 2000);

    expect(world.seconds()).toBe(5);
  });

  it('is cut short by whoever stops the process', async () => {
    const over = new AbortController();
    const world = passing((seconds) => {
      if (seconds === 2) over.abort(new Error('stopped'));
      return { count: 0 };
    });

    await expect(wait({ ...world, signal: over.signal })).rejects.toThrow('stopped');
    expect(world.seconds()).toBe(2);
  });

  it('has nothing to wait for in a kind that no step may name', async () => {
    const world = passing(() => ({}));
    const end = await waitFor({ ...APPLICATION, kind: 'Pod' }, world, { everyMs: 1, limitMs: 1 }, count);

    expect(end).toMatchObject({ there: false });
    expect(world.reads()).toBe(0);
  });
});

describe('waiting for the controller of an object', () => {
  const step: Step = {
    do: 'patch',
    object: APPLICATION,
    contentHash: '',
    patch: {},
    awaits: [
      { path: '/operation', is: [null] },
      { path: '/status/operationState/phase', is: ['Failed', 'Error'] },
    ],
  };

  it('ends when every field is as the next step needs it', async () => {
    const world = passing((seconds) => ({
      ...(seconds < 3 && { operation: {} }),
      status: { operationState: { phase: seconds < 5 ? 'Terminating' : 'Failed' } },
    }));
    await awaitSettled(step, world);

    expect(world.seconds()).toBe(5);
  });

  it('ends with its two minutes: what is not so then is found by the next step', async () => {
    const world = passing(() => ({ operation: {} }));
    await awaitSettled(step, world);

    expect(world.seconds()).toBe(121);
  });

  it('is for steps that say what they wait for', async () => {
    const world = passing(() => ({}));
    const { awaits: _none, ...plain } = step;
    await awaitSettled(plain, world);
    await awaitSettled({ do: 'nudge', object: APPLICATION, contentHash: '' }, world);

    expect(world.reads()).toBe(0);
  });
});

describe('waiting for a sync', () => {
  const step: VersionStep = {
    do: 'set-chart-version',
    object: APPLICATION,
    contentHash: '',
    chart: 'kube-prometheus-stack',
    from: '79.5.0',
    to: '79.4.0',
    endsSync: false,
  };
  const state = (phase: string, { message = '', revision = '79.4.0', health = 'Healthy' } = {}) => ({
    status: { operationState: { phase, message, syncResult: { revision } }, health: { status: health } },
  });
  const sync = async (at: (seconds: number) => Json, of = step) => {
    const world = passing(at);
    return { end: await awaitSync(of, world, 240_000), seconds: world.seconds() };
  };

  it('ends when the version is applied and healthy', async () => {
    const { end, seconds } = await sync((now) => {
      if (now < 10) return state('Succeeded', { revision: '79.5.0' });
      return now < 20 ? state('Running', { message: 'applying' }) : state('Succeeded');
    });

    expect(end).toEqual({ sync: 'healthy' });
    expect(seconds).toBe(20);
  });

  it('gives what is applied a minute and a half to get healthy', async () => {
    const { end, seconds } = await sync(() => state('Succeeded', { health: 'Progressing' }));

    expect(end).toEqual({ sync: 'unfinished', because: 'synced, and Progressing' });
    expect(seconds).toBe(92);
  });

  it('takes an operation that waits for health for applied', async () => {
    const message = 'waiting for healthy state of monitoring.coreos.com/Prometheus/main';

    expect((await sync(() => state('Running', { message }))).seconds).toBe(92);
    expect((await sync(() => state('Running', { message: 'one or more tasks are running' }))).seconds).toBe(242);
  });

  it('ends with a sync that failed, and not with one that is tried again', async () => {
    expect(await sync(() => state('Failed', { message: 'denied' }))).toEqual({
      end: { sync: 'unfinished', because: 'the sync failed: denied' },
      seconds: 0,
    });
    const retried = (now: number) =>
      now < 30 ? state('Running', { message: 'Retrying attempt #1' }) : state('Succeeded');
    expect(await sync(retried)).toEqual({ end: { sync: 'healthy' }, seconds: 30 });
  });

  it('does not count the end of a sync of another version', async () => {
    const { end } = await sync(() => state('Failed', { revision: '79.5.0' }));

    expect(end).toEqual({ sync: 'unfinished', because: 'Argo CD has not begun to sync it' });
  });

  it('waits for a version that cannot be rendered yet', async () => {
    const conditions = [{ type: 'ComparisonError', message: 'failed to fetch chart' }];
    const { end } = await sync(() => ({ status: { ...state('Succeeded').status, conditions } }));

    expect(end).toEqual({ sync: 'unfinished', because: 'failed to fetch chart' });
  });

  it('looks at its own source among several', async () => {
    const several = (revisions: readonly string[]) => () => ({
      status: { operationState: { phase: 'Succeeded', syncResult: { revisions } }, health: { status: 'Healthy' } },
    });
    const of = { ...step, source: 1 };

    expect((await sync(several(['79.4.0', '79.5.0']), of)).end).toMatchObject({ sync: 'unfinished' });
    expect((await sync(several(['main', '79.4.0']), of)).end).toEqual({ sync: 'healthy' });
  });
});
