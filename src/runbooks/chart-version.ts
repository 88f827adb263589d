import { defineRunbook } from './types.ts';

export const chartVersion = defineRunbook({
  id: 'chart-version',
  step: 4,
  reads: [],
  codes: [],
  judge: () => [],
});
