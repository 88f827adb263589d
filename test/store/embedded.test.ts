import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkRedis, judgeRedis } from '../../src/store/check.ts';
import { connectRedis, redisOptions } from '../../src/store/connect.ts';
import { EmbeddedRedisError, startEmbeddedRedis } from '../../src/store/embedded.ts';
import { testOptions } from './redis.ts';

let dir: string;
let cleanUp: (() => unknown)[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'promfix-embedded-'));
  cleanUp = [];
});
afterEach(async () => {
  for (const undo of cleanUp.reverse()) await undo();
  await rm(dir, { recursive: true, force: true });
});

describe('an embedded Redis', () => {
  it('listens on its socket only and keeps what it acknowledged, also over kill -9', async () => {
    const first = await startEmbeddedRedis(testOptions(dir));
    const client = connectRedis(first.url, 'patient');
    expect(await checkRedis(client)).toEqual([]);
    expect(await client.config('GET', 'port')).toEqual(['port', '0']);
    await client.set('a', '1');
    client.disconnect();

    process.kill(first.pid, 'SIGKILL');
    await first.stop();
    const second = await startEmbeddedRedis(testOptions(dir));
    cleanUp.push(() => second.stop());

    const again = connectRedis(second.url, 'patient');
    expect(await again.get('a')).toBe('1');
    again.disconnect();
  });

  it('is adopted when it runs already', async () => {
    const first = await startEmbeddedRedis(testOptions(dir));
    cleanUp.push(() => first.stop());

    const second = await startEmbeddedRedis(testOptions(dir));

    expect(second).toMatchObject({ pid: first.pid, adopted: true });
  });

  it('is started once by several who start at the same time', async () => {
    const all = await Promise.all([1, 2, 3, 4].map(() => startEmbeddedRedis(testOptions(dir))));
    cleanUp.push(() => all[0]?.stop());

    expect(new Set(all.map(({ pid }) => pid)).size).toBe(1);
    expect(all.filter(({ adopted }) => !adopted)).toHaveLength(1);
  });

  it('has a short socket path in a directory with a long name', async () => {
    const long = join(dir, 'd'.repeat(90), 'e'.repeat(90));
    const redis = await startEmbeddedRedis(testOptions(long));
    cleanUp.push(() => redis.stop());

    expect(Buffer.byteLength(redis.url)).toBeLessThan(105);
    expect((await startEmbeddedRedis(testOptions(long))).adopted).toBe(true);
  });

  it('says so when there is no server program', async () => {
    const start = startEmbeddedRedis({ dir, path: dir });

    await expect(start).rejects.toMatchObject({ code: 'no-server-program' });
  });

  it('says so when the program does not start', async () => {
    const start = startEmbeddedRedis({ dir, path: '', binary: join(dir, 'missing') });

    await expect(start).rejects.toThrow(EmbeddedRedisError);
    await expect(start).rejects.toMatchObject({ code: 'server-did-not-start' });
  });

  it.skipIf(process.platform !== 'linux')('ends with its parent when it is told to', async () => {
    const script = `
      import { startEmbeddedRedis } from ${JSON.stringify(new URL('../../src/store/embedded.ts', import.meta.url).href)};
      const redis = await startEmbeddedRedis(${JSON.stringify(testOptions(dir))});
      process.stdout.write(String(redis.pid));
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let pid = 0;
    for await (const chunk of parent.stdout) {
      pid = Number(chunk);
      break;
    }
    expect(isAlive(pid)).toBe(true);

    parent.kill('SIGKILL');

    await expect.poll(() => isAlive(pid), { timeout: 15_000 }).toBe(false);
  });
});

describe('the check of a Redis', () => {
  const good = { maxmemory_policy: 'noeviction', redis_version: '7.0.15', role: 'master', aof_enabled: '1' };

  it.for<[string, Record<string, string>, string | undefined, string[]]>([
    ['durable', {}, 'always', []],
    ['evicting', { maxmemory_policy: 'allkeys-lru' }, 'always', ['error evicts-records']],
    ['that does not say its policy', { maxmemory_policy: '' }, 'always', ['error evicts-records']],
    ['old', { redis_version: '6.0.16' }, 'always', ['error too-old']],
    ['just new enough', { redis_version: '6.2.0' }, 'always', []],
    ['of two digits', { redis_version: '10.0.0' }, 'always', []],
    ['replica', { role: 'slave' }, 'always', ['error is-replica']],
    ['without append-only file', { aof_enabled: '0' }, 'everysec', ['warning no-append-file']],
    ['that syncs every second', {}, 'everysec', ['warning loses-a-second']],
    ['that keeps its settings to itself', {}, undefined, ['warning fsync-not-readable']],
    ['with a full disk', { aof_last_write_status: 'err' }, 'always', ['warning append-file-fails']],
  ])('judges one %s', ([, change, fsync, expected]) => {
    const problems = judgeRedis({ ...good, ...change }, fsync);

    expect(problems.map(({ level, code }) => `${level} ${code}`)).toEqual(expected);
  });
});

describe('the options for a URL', () => {
  it.for<[string, object]>([
    ['/run/redis.sock', { path: '/run/redis.sock' }],
    ['unix:///run/redis.sock', { path: '/run/redis.sock' }],
    ['unix://me:p%40ss@localhost/run/redis.sock', { path: '/run/redis.sock', username: 'me', password: 'p@ss' }],
    ['redis://redis', { host: 'redis', port: 6379 }],
    ['redis://:secret@10.0.0.1:6380/2', { host: '10.0.0.1', port: 6380, db: 2, password: 'secret' }],
    ['redis://[::1]:6380', { host: '::1', port: 6380 }],
    ['rediss://me:pw@redis.example', { host: 'redis.example', tls: { servername: 'redis.example' }, username: 'me' }],
    [
      'redis://:pw@one:26379?sentinel=main&sentinels=two:26380,three',
      {
        name: 'main',
        password: 'pw',
        failoverDetector: false,
        sentinels: [
          { host: 'one', port: 26379 },
          { host: 'two', port: 26380 },
          { host: 'three', port: 26379 },
        ],
      },
    ],
    [
      'rediss://:pw@one?sentinel=main&sentinel-username=me&sentinel-password=watcher',
      {
        name: 'main',
        tls: {},
        sentinelTLS: {},
        enableTLSForSentinelMode: true,
        sentinelUsername: 'me',
        sentinelPassword: 'watcher',
        sentinels: [{ host: 'one', port: 26379 }],
      },
    ],
  ])('%s', ([url, expected]) => {
    expect(redisOptions(url, 'bounded')).toMatchObject(expected);
  });

  it('never let a blocking reader time out, nor a click wait forever', () => {
    expect(redisOptions('/s', 'patient')).toMatchObject({ maxRetriesPerRequest: null });
    expect(redisOptions('/s', 'patient').commandTimeout).toBeUndefined();
    expect(redisOptions('/s', 'bounded')).toMatchObject({ commandTimeout: 1000, enableOfflineQueue: false });
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
