import { defineConfig } from 'vitest/config';

/**
 * Tests that start processes, a Redis or a browser: each file of them has a worker of its own. All the others leave nothing behind and share
 * the workers: a file that loads everything anew takes longer for that than for its tests.
 */
const OWN_WORKER = ['chaos', 'cluster', 'demo', 'e2e', 'queue', 'roles', 'slack', 'startup', 'store'].map(
  (room) => `test/${room}/**/*.test.ts`,
);
const NEVER = ['test/**/*.cluster.test.ts', 'node_modules/**'];

export default defineConfig({
  test: {
    // Many tests wait for Redis, a browser or a process: with one worker on two cores half of the machine would idle.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    projects: [
      { extends: true, test: { name: 'own', include: OWN_WORKER, exclude: NEVER } },
      {
        extends: true,
        test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: [...OWN_WORKER, ...NEVER], isolate: false },
      },
    ],
  },
});
