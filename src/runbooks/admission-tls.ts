import { defineRunbook } from './types.ts';

export const admissionTls = defineRunbook({
  id: 'admission-tls',
  reads: [],
  codes: [],
  judge: () => [],
});
