import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startPump } from '../../src/queue/pump.ts';
import { createJobQueue } from '../../src/queue/queue.ts';
import { sweep } from '../../src/queue/sweeps.ts';
import { createJobWorker } from '../../src/queue/worker.ts';
import { checkRedis } from '../../src/store/check.ts';
import { connectRedis } from '../../src/store/connect.ts';
import { createRedisStore } from '../../src/store/redis-store.ts';
import { startTestRedis, type TestRedis } from '../store/redis.ts';
import { approve, exampleHandlers, SILENT, seedProposal, stateOf } from './rig.ts';

let redis: TestRedis;
beforeEach(async () => {
  redis = await startTestRedis();
});
afterEach(() => redis.remove());

it('needs no more rights than the user of the documentation has', { timeout: 30_000 }, async () => {
  const admin = connectRedis(redis.url, 'patient');
  const [command = '', ...args] = (await documentedUser()).replace('PASSWORD', 'secret').split(' ');
  await admin.call(command, ...args);
  const url = `unix://promfix:secret@localhost${redis.url}`;
  const store = createRedisStore(url, { callMs: 10_000 });
  const queue = createJobQueue(url, () => {});
  const pump = startPump({ store, queue, log: SILENT });
  let failures = 0;
  const handlers = exampleHandlers(store, async () => {
    failures += 1;
    if (failures < 3) throw new Error('to be retried');
  });
  const worker = createJobWorker({ url, store, handlers, log: SILENT });
  await worker.ready();

  const id = await seedProposal(store);
  await approve(store, id);
  await expect.poll(() => stateOf(store, id), { timeout: 15_000 }).toBe('succeeded');
  await sweep({ store, queue, log: SILENT });
  await store.once('delivery', 5);
  await store.auditRange(1, 1);
  await store.lockOwner(id);
  const [claimed] = await store.claim('slack', 1, 10);
  if (claimed !== undefined) await store.retry(claimed, 5);
  const user = connectRedis(url, 'patient');
  expect(await checkRedis(user)).toEqual([]);
  await expect(user.get('somebody-elses')).rejects.toThrow('NOPERM');
  user.disconnect();

  // What was denied; the one above is asked for, so that an empty log can't pass for a working one.
  const denied = await admin.call('ACL', 'LOG');
  expect(Array.isArray(denied) && denied.map(String).map((entry) => /object,([^,]*)/.exec(entry)?.[1])).toEqual([
    'somebody-elses',
  ]);
  await worker.close();
  await pump.stop();
  await queue.close();
  await store.close();
  admin.disconnect();
});

async function documentedUser(): Promise<string> {
  const text = await readFile(new URL('../../docs/redis.md', import.meta.url), 'utf8');
  const line = text.split('\n').find((one) => one.startsWith('ACL SETUSER'));
  if (line === undefined) throw new Error('docs/redis.md shows no ACL user');
  return line;
}
