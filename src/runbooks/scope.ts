import { defineRunbook } from './types.ts';

export const scope = defineRunbook({
  id: 'scope',
  reads: [],
  codes: [],
  judge: () => [],
});
