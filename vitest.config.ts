import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.cluster.test.ts', 'node_modules/**'],
    // Many tests wait for Redis, a browser or a process: with one worker on two cores half of the machine would idle.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
