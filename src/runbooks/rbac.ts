import { defineRunbook } from './types.ts';

export const rbac = defineRunbook({
  id: 'rbac',
  step: 2,
  reads: [],
  codes: [],
  judge: () => [],
});
