/** One definition for evidence, plans and the worker: see `evidence/content-hash.ts`. */
export { contentHash } from '../evidence/content-hash.ts';
