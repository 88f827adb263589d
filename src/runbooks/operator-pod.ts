import { defineRunbook } from './types.ts';

export const operatorPod = defineRunbook({
  id: 'operator-pod',
  reads: [],
  codes: [],
  judge: () => [],
});
