import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobPorts } from '../../src/queue/jobs/ports.ts';
import { prepare } from '../../src/queue/jobs/prepare.ts';
import { useTestRedis } from '../store/use-redis.ts';
import { type ApiServer, merge, startApiServer } from './api-server.ts';
import { dying, through } from './dying.ts';
import { type JobWorld, jobWorld } from './job-world.ts';
import { DEPLOYMENT, rawDeployment } from './world.ts';

let api: ApiServer;
let world: JobWorld;

const redis = useTestRedis();
const open = async () => {
  api = await startApiServer({ [DEPLOYMENT]: rawDeployment() });
  world = await jobWorld(redis.url, api);
};
const close = async () => {
  await world.close();
  await api.close();
};
beforeEach(open);
afterEach(close);

describe.each(['before', 'after'] as const)('a worker that dies %s any of its calls', (when) => {
  it('leaves exactly one change, and the next one finishes the job', async () => {
    let at = 1;
    for (; ; at++) {
      if (at > 1) {
        await close();
        await open();
      }
      const id = await world.queued();
      const mortal = dying(world.ports, at, when);
      const end = await world.run(id, 1, mortal.ports).catch((error: unknown) => error);
      if (!mortal.died()) {
        expect(end).toEqual({ end: 'settled', state: 'succeeded' });
        break;
      }
      const again = await world.run(id, 2);
      expect(api.stored, `died ${when} call ${at}: ${JSON.stringify(again)}`).toHaveLength(1);
      expect((await world.proposal(id)).state, `died ${when} call ${at}`).toBe('succeeded');
    }
    // As many places to die as the job has calls: fewer would mean that the wrapping misses some.
    expect(at).toBeGreaterThan(25);
  }, 120_000);

  it('while somebody changes the Deployment leaves at most one change and never claims another', async () => {
    for (let at = 1; ; at++) {
      if (at > 1) {
        await close();
        await open();
      }
      const id = await world.queued();
      const mortal = dying(world.ports, at, when);
      await world.run(id, 1, mortal.ports).catch((error: unknown) => error);
      if (!mortal.died()) break;
      api.touch(DEPLOYMENT, (object) => merge(object, { spec: { minReadySeconds: 9 } }));
      await world.run(id, 2);
      const { state } = await world.proposal(id);
      if (api.stored.length === 1) expect(state, `died ${when} call ${at}`).toBe('succeeded');
      else {
        expect(api.stored, `died ${when} call ${at}`).toHaveLength(0);
        expect(['voided', 'unknown'], `died ${when} call ${at}`).toContain(state);
      }
    }
  }, 120_000);

  it('while preparing is followed by one that finishes', async () => {
    for (let at = 1; ; at++) {
      if (at > 1) {
        await close();
        await open();
      }
      const id = await world.propose();
      const mortal = dying(world.ports, at, when);
      await prepare(mortal.ports, id).catch((error: unknown) => error);
      if (!mortal.died()) break;
      await prepare(world.ports, id);
      expect((await world.proposal(id)).state, `died ${when} call ${at}`).toBe('proposed');
      expect(api.stored).toHaveLength(0);
    }
  }, 60_000);
});

it('a worker that dies, and is followed by one a day later, leaves what was begun finished, and begins nothing', async () => {
  const ends = new Set<number>();
  // Some of the places that the tests above go through one by one.
  for (let at = 3; ; at += 5) {
    if (at > 3) {
      await close();
      await open();
    }
    const id = await world.queued();
    const mortal = dying(world.ports, at, 'after');
    await world.run(id, 1, mortal.ports).catch((error: unknown) => error);
    if (!mortal.died()) break;
    const begun = api.stored.length;
    world.slept += 24 * 3_600_000;
    await world.run(id, 2);
    expect(api.stored, `died after call ${at}`).toHaveLength(begun);
    const { state } = await world.proposal(id);
    expect(begun === 1 ? ['succeeded'] : ['failed', 'expired'], `died after call ${at}`).toContain(state);
    ends.add(begun);
  }
  expect(ends).toEqual(new Set([0, 1]));
}, 30_000);

/** Up to so many turns of the event loop, in which the other attempt goes on. */
const MOST_TURNS = 40;

async function turns(): Promise<void> {
  for (let left = Math.random() ** 3 * MOST_TURNS; left > 1; left--) await turn();
}

describe('two attempts at the same time', () => {
  it('make one change, whichever way their calls interleave', async () => {
    for (let round = 0; round < 25; round++) {
      if (round > 0) {
        await close();
        await open();
      }
      const id = await world.queued();
      // The second one begins at some call of the first, and each lets the other get ahead now and then.
      const begins = Math.floor(Math.random() * 25);
      const begun = Promise.withResolvers<void>();
      let calls = 0;
      const uneven = (ports: JobPorts) =>
        through(ports, async (call) => {
          if (calls++ === begins) begun.resolve();
          await turns();
          const answer = await call();
          await turns();
          return answer;
        });
      const first = world.run(id, 1, uneven(world.ports)).finally(() => begun.resolve());
      await Promise.allSettled([first, begun.promise.then(() => world.run(id, 2, uneven(world.ports)))]);
      await world.run(id, 3);

      expect(api.stored, `round ${round}`).toHaveLength(1);
      expect((await world.proposal(id)).state, `round ${round}`).toBe('succeeded');
    }
  }, 120_000);
});
