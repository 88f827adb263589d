import { defineRunbook } from './types.ts';

export const argocd = defineRunbook({
  id: 'argocd',
  reads: [],
  codes: [],
  judge: () => [],
});
