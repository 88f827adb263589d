/** A repair, what it declares, and the plan that comes of it. */

export * from './types/circumstances.ts';
export type * from './types/declared-write.ts';
export type * from './types/plan.ts';
export type * from './types/remediation.ts';
export type * from './types/step.ts';
