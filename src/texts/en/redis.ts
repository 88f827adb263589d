import type { Values } from '../../diagnosis/types.ts';
import type { RedisProblemCode } from '../../store/check.ts';
import { valueText } from '../value-text.ts';

/** What is wrong with a Redis, and the line that mends it. */
export const redisText = {
  'evicts-records': (v) =>
    `Redis may throw records away when memory is short (maxmemory-policy ${valueText(v, 'policy')}). Set: maxmemory-policy noeviction`,
  'too-old': (v) => `Redis ${valueText(v, 'version')} is too old: ${valueText(v, 'needed')} or newer is needed.`,
  'is-replica': () =>
    'This Redis is a replica and refuses writes. Set REDIS_URL to the primary, or name a Sentinel: docs/redis.md',
  'no-append-file': () => 'Redis keeps nothing on disk: a restart loses incidents and the audit. Set: appendonly yes',
  'loses-a-second': (v) =>
    `Redis writes to disk once a second (appendfsync ${valueText(v, 'fsync')}): a power failure can lose the newest records. Set: appendfsync always`,
  'fsync-not-readable': () =>
    'Redis does not tell how it writes to disk (CONFIG GET is not allowed). Make sure that appendfsync is always.',
  'append-file-fails': () => 'Redis can’t write its append-only file; look at its log and its disk.',
} as const satisfies Record<RedisProblemCode, (values: Values) => string>;
