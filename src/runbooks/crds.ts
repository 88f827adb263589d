import { defineRunbook } from './types.ts';

export const crds = defineRunbook({
  id: 'crds',
  reads: [],
  codes: [],
  judge: () => [],
});
