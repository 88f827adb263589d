import { afterEach, beforeEach, expect, it } from 'vitest';
import { storeReadiness } from '../../src/roles/store-readiness.ts';
import { createRedisStore } from '../../src/store/redis-store.ts';
import { startTestRedis, type TestRedis } from '../store/redis.ts';

let redis: TestRedis;
beforeEach(async () => {
  redis = await startTestRedis();
});
afterEach(() => redis.remove());

it('a role is ready exactly as long as its Redis answers', async () => {
  const store = createRedisStore(redis.url, { callMs: 2_000 });

  expect(await storeReadiness(store)).toEqual({ ok: true, reason: 'ready' });
  await redis.stop();
  expect(await storeReadiness(store)).toEqual({ ok: false, reason: expect.stringMatching(/^Redis did not answer: /) });
  redis = await redis.again();
  await expect.poll(() => storeReadiness(store), { timeout: 10_000 }).toEqual({ ok: true, reason: 'ready' });
  await store.close();
});
