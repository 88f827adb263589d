import { afterAll, beforeAll } from 'vitest';
import { startTestRedis, type TestRedis } from './redis.ts';

/** A Redis for all tests of a file, from before the first until after the last. */
export function useTestRedis(): Pick<TestRedis, 'url'> {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(() => redis.remove());
  return {
    get url() {
      return redis.url;
    },
  };
}
