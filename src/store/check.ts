import type { Redis } from 'ioredis';
import type { Values } from '../diagnosis/types.ts';
import { isOlder } from '../parse/version.ts';

/** What is wrong with a Redis. `error`: promfix does not run on it. Sentences: `texts/en/redis.ts`. */
export interface RedisProblem {
  readonly level: 'error' | 'warning';
  readonly code: RedisProblemCode;
  readonly values: Values;
}
const REDIS_PROBLEMS = [
  /** Under another policy Redis drops records when memory is short. */
  'evicts-records',
  'too-old',
  /** A replica refuses writes. */
  'is-replica',
  'no-append-file',
  /** Acknowledged writes of about the last second are lost when the machine fails. */
  'loses-a-second',
  /** CONFIG is not allowed for this user, so it can't be said. */
  'fsync-not-readable',
  'append-file-fails',
] as const;
export type RedisProblemCode = (typeof REDIS_PROBLEMS)[number];

const OLDEST = '6.2';

/** Judges the settings of a Redis that answers. Throws what ioredis throws when it does not. */
export async function checkRedis(redis: Redis): Promise<readonly RedisProblem[]> {
  const info = parseInfo(await redis.info());
  const fsync = await readSetting(redis, 'appendfsync');
  return judgeRedis(info, fsync);
}

/** The pure half: `info` as INFO gives it, `fsync` undefined where CONFIG may not be read. */
export function judgeRedis(info: Readonly<Record<string, string>>, fsync: string | undefined): readonly RedisProblem[] {
  const problems: RedisProblem[] = [];
  const policy = info['maxmemory_policy'] ?? 'unknown';
  if (policy !== 'noeviction') problems.push({ level: 'error', code: 'evicts-records', values: { policy } });
  const version = info['redis_version'] ?? '0';
  if (isOlder(version, OLDEST)) problems.push({ level: 'error', code: 'too-old', values: { version, needed: OLDEST } });
  if (info['role'] === 'slave') problems.push({ level: 'error', code: 'is-replica', values: {} });
  if (info['aof_enabled'] !== '1') return [...problems, { level: 'warning', code: 'no-append-file', values: {} }];
  if (info['aof_last_write_status'] === 'err')
    problems.push({ level: 'warning', code: 'append-file-fails', values: {} });
  if (fsync === undefined) problems.push({ level: 'warning', code: 'fsync-not-readable', values: {} });
  else if (fsync !== 'always') problems.push({ level: 'warning', code: 'loses-a-second', values: { fsync } });
  return problems;
}

function parseInfo(text: string): Record<string, string> {
  const info: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) info[line.slice(0, colon)] = line.slice(colon + 1);
  }
  return info;
}

async function readSetting(redis: Redis, name: string): Promise<string | undefined> {
  try {
    const answer: unknown = await redis.config('GET', name);
    return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : undefined;
  } catch {
    // Managed Redis and ACL users often may not: said as a warning of its own.
    return undefined;
  }
}
