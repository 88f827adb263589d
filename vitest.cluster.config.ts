import { defineConfig } from 'vitest/config';

/** Tests on a real control plane: started by `node test/cluster/run.ts test`, inside its namespace, one after the other. */
export default defineConfig({
  test: {
    include: ['test/**/*.cluster.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 300_000,
    teardownTimeout: 30_000,
    reporters: ['verbose'],
  },
});
