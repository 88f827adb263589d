import { PROMFIX_ANNOTATIONS } from '../../evidence/content-hash.ts';

/** Id of the proposal that changed an object last; see `queue/executor/mark.ts`. */
export const JOB_ANNOTATION = `${PROMFIX_ANNOTATIONS}job`;
export const RUN_ANNOTATION = `${PROMFIX_ANNOTATIONS}run`;

/** Fields (JSON pointers) that change with every write, or are promfix's own. */
export const ACCOMPANYING = [
  '/metadata/managedFields',
  '/metadata/resourceVersion',
  '/metadata/generation',
  `/metadata/annotations/${JOB_ANNOTATION.replace('/', '~1')}`,
  `/metadata/annotations/${RUN_ANNOTATION.replace('/', '~1')}`,
] as const;
