import { defineRunbook } from './types.ts';

export const operatorLogs = defineRunbook({
  id: 'operator-logs',
  step: 1,
  reads: [],
  codes: [],
  judge: () => [],
});
