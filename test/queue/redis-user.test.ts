import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { servingCertificate } from '../../src/certificates/serving.ts';
import { startPump } from '../../src/queue/pump.ts';
import { createJobQueue } from '../../src/queue/queue.ts';
import { sweep } from '../../src/queue/sweeps.ts';
import { createJobWorker } from '../../src/queue/worker.ts';
import { checkRedis } from '../../src/store/check.ts';
import { connectRedis, RedisFileError, redisOptions } from '../../src/store/connect.ts';
import { createRedisStore } from '../../src/store/redis-store.ts';
import { StoreUnavailable } from '../../src/store/types.ts';
import { freePorts, Servers } from '../store/tcp-redis.ts';
import { approve, exampleHandlers, SILENT, seedProposal, stateOf } from './rig.ts';

/** In branches of BullMQ's scripts that this test does not take: rates, paused queues, parents, jobs that are kept. */
const RARE = ['hexists', 'lindex', 'llen', 'ltrim', 'pexpire', 'pttl', 'sadd', 'zremrangebyrank'];

let servers: Servers;
let ca: string;
let port: number;

/** A Redis that speaks TLS only, with its users in an ACL file: the documented one, and one who may do everything. */
beforeEach(async () => {
  servers = await Servers.begin();
  const pem = await servingCertificate({ sans: ['localhost'], days: 1, now: new Date() });
  const file = async (name: string, text: string) => {
    await writeFile(join(servers.dir, name), text);
    return join(servers.dir, name);
  };
  ca = await file('ca.pem', pem.ca);
  const users = [
    'user default off',
    'user admin on >secret ~* &* +@all',
    (await documentedUser()).replace('PASSWORD', 'secret'),
  ];
  [port = 0] = await freePorts(1);
  await servers.start(
    port,
    [
      'port 0',
      `tls-port ${port}`,
      `tls-ca-cert-file ${ca}`,
      `tls-cert-file ${await file('cert.pem', pem.cert)}`,
      `tls-key-file ${await file('key.pem', pem.key)}`,
      'tls-auth-clients no',
      `aclfile ${await file('users.acl', `${users.join('\n')}\n`)}`,
      'appendonly yes',
      'appendfsync always',
    ],
    { username: 'admin', password: 'secret', tls: { ca: pem.ca, servername: 'localhost' } },
  );
});
afterEach(() => servers.close());

it('needs no more rights than the user of the documentation has, and all of them', { timeout: 30_000 }, async () => {
  const admin = connectRedis(`rediss://admin:secret@localhost:${port}?ca=${ca}`, 'patient');
  const url = `rediss://promfix:secret@localhost:${port}?ca=${ca}`;
  const store = createRedisStore(url, { callMs: 10_000 });
  const troubles: string[] = [];
  const queue = createJobQueue(url, ({ message }) => troubles.push(message));
  const pump = startPump({ store, queue, log: SILENT });
  let failures = 0;
  const handlers = exampleHandlers(store, async () => {
    failures += 1;
    if (failures < 3) throw new Error('to be retried');
  });
  const prepare = async () => ({ end: 'postponed', because: 'paused', retryAfterMs: 3_600_000 }) as const;
  const worker = createJobWorker({ url, handlers: { ...handlers, prepare }, log: SILENT });
  await worker.ready();

  const id = await seedProposal(store);
  await approve(store, id);
  await expect.poll(() => stateOf(store, id), { timeout: 15_000 }).toBe('succeeded');
  await sweep({ store, queue, log: SILENT });
  const waiting = await seedProposal(store, 'waits');
  await queue.add('prepare', waiting, await store.now());
  expect(await queue.isLive('prepare', waiting)).toBe(true);
  const delayed = () => admin.zrange('{promfix}:bull:promfix:delayed', '0', '-1');
  await expect
    .poll(async () => (await delayed()).some((job) => String(job).includes(waiting)), { timeout: 10_000 })
    .toBe(true);
  await queue.hurry('prepare', waiting);
  await store.once('delivery', 5);
  await store.auditRange(1, 1);
  await store.lockOwner(id);
  const [claimed] = await store.claim('slack', 1, 10);
  if (claimed !== undefined) await store.retry(claimed, 5);
  const user = connectRedis(url, 'patient');
  expect(await checkRedis(user)).toEqual([]);
  await expect(user.get('somebody-elses')).rejects.toThrow('NOPERM');
  user.disconnect();

  expect(troubles).toEqual([]);
  // What was denied; the one above is asked for, so that an empty log can't pass for a working one.
  const denied = await admin.call('ACL', 'LOG');
  expect(Array.isArray(denied) && denied.map(String).map((entry) => /object,([^,]*)/.exec(entry)?.[1])).toEqual([
    'somebody-elses',
  ]);
  const stats = await admin.info('commandstats');
  const used = [...stats.matchAll(/^cmdstat_([^:]+):/gm)].map(([, name]) => name);
  const allowed = [...(await documentedUser()).matchAll(/ \+(\S+)/g)].map(([, name]) => name);
  expect(allowed.filter((name = '') => !used.includes(name) && !RARE.includes(name))).toEqual([]);
  await worker.close();
  await pump.stop();
  await queue.close();
  await store.close();
  admin.disconnect();
});

it('trusts no certificate but that of its authority, for the name that it asked', async () => {
  const asks = async (url: string) => {
    const store = createRedisStore(url);
    try {
      return await store.now();
    } finally {
      await store.close();
    }
  };
  const login = 'rediss://promfix:secret@';

  expect(await asks(`${login}localhost:${port}?ca=${ca}`)).toMatch(/^20/);
  await expect(asks(`${login}localhost:${port}`)).rejects.toThrow(/certificate/);
  await expect(asks(`${login}127.0.0.1:${port}?ca=${ca}`)).rejects.toThrow(/IP|altnames/);
  await expect(asks(`rediss://promfix:wrong@localhost:${port}?ca=${ca}`)).rejects.toThrow(/WRONGPASS/);
  await expect(asks(`redis://promfix:secret@localhost:${port}`)).rejects.toThrow(StoreUnavailable);
  expect(() => redisOptions(`${login}localhost:${port}?ca=${ca}.missing`, 'bounded')).toThrow(RedisFileError);
});

/** `user promfix …`, as an ACL file has it. */
async function documentedUser(): Promise<string> {
  const text = await readFile(new URL('../../docs/redis.md', import.meta.url), 'utf8');
  const line = text.split('\n').find((one) => one.startsWith('ACL SETUSER'));
  if (line === undefined) throw new Error('docs/redis.md shows no ACL user');
  return line.replace('ACL SETUSER', 'user');
}
