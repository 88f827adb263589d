import { defineRunbook } from './types.ts';

export const pods = defineRunbook({
  id: 'pods',
  reads: [],
  codes: [],
  judge: () => [],
});
