import type { Probe } from '../commands/checks.ts';
import { checkRedis } from '../store/check.ts';
import { connectRedis } from '../store/connect.ts';

/** Milliseconds after which a Redis that does not answer is left to the probe of the store. */
const GIVE_UP_MS = 3000;

/** Whether this Redis keeps what it acknowledges. */
export function redisProbe(url: string): Probe {
  return async () => {
    const redis = connectRedis(url, 'patient');
    const timer = setTimeout(() => redis.disconnect(), GIVE_UP_MS);
    try {
      return (await checkRedis(redis)).map((problem) => ({
        code: problem.code === 'evicts-records' ? ('redis-policy' as const) : ('redis-persistence' as const),
        state: problem.level === 'error' ? ('failed' as const) : ('warning' as const),
        values: { ...problem.values, problem: problem.code },
      }));
    } catch {
      return [];
    } finally {
      clearTimeout(timer);
      redis.disconnect();
    }
  };
}
