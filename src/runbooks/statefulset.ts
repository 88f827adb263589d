import { defineRunbook } from './types.ts';

export const statefulset = defineRunbook({
  id: 'statefulset',
  step: 3,
  reads: [],
  codes: [],
  judge: () => [],
});
