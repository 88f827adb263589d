import { afterAll, beforeAll, expect, it } from 'vitest';
import { claimInstallation } from '../../src/store/installation.ts';
import { createRedisStore } from '../../src/store/redis-store.ts';
import type { Store } from '../../src/store/types.ts';
import { CLUSTER } from '../incidents/examples.ts';
import { startTestRedis, type TestRedis } from './redis.ts';

let redis: TestRedis;
let store: Store;
beforeAll(async () => {
  redis = await startTestRedis();
  store = createRedisStore(redis.url, { callMs: 15_000 });
});
afterAll(async () => {
  await store.close();
  await redis.remove();
});

it('gives a Redis to the first cluster that claims it, and to no other', async () => {
  const other = { ...CLUSTER, uid: 'another-cluster', name: 'prod-2' };
  const claims = await Promise.all([claimInstallation(store, CLUSTER), claimInstallation(store, CLUSTER)]);

  expect(claims).toEqual([{ ok: true }, { ok: true }]);
  expect(await claimInstallation(store, other)).toMatchObject({ ok: false, belongsTo: { cluster: CLUSTER } });

  const renewed = { ...CLUSTER, caFingerprint: 'renewed' };
  expect(await claimInstallation(store, renewed)).toEqual({ ok: true });
  expect((await store.get('installation', 'self'))?.value.cluster).toEqual(renewed);
  expect(await claimInstallation(store, renewed)).toEqual({ ok: true });
});
