import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedOptions, type EmbeddedRedis, startEmbeddedRedis } from '../../src/store/embedded.ts';

export interface TestRedis extends EmbeddedRedis {
  readonly dir: string;
  /** Starts it again in the same directory, e.g. after kill -9. */
  again(): Promise<TestRedis>;
  remove(): Promise<void>;
}

/** A real Redis of its own in a temporary directory; it dies with the test process. */
export async function startTestRedis(): Promise<TestRedis> {
  return start(await mkdtemp(join(tmpdir(), 'promfix-redis-')));
}

async function start(dir: string): Promise<TestRedis> {
  const redis = await startEmbeddedRedis(testOptions(dir));
  return {
    ...redis,
    dir,
    again: () => start(dir),
    async remove() {
      await redis.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export function testOptions(dir: string): EmbeddedOptions {
  const binary = process.env['REDIS_SERVER_BIN'];
  return {
    dir,
    path: process.env['PATH'] ?? '',
    dieWithParent: true,
    // Loading its file takes long where the machine has other things to do.
    startMs: 120_000,
    ...(binary === undefined ? {} : { binary }),
  };
}
