/**
 * The path that a custom resource takes through the operator until it runs. The first rung that is not reached is where the cause is;
 * what is missing above it is a consequence. Order and reasons: docs/decisions.md.
 */
export const RUNGS = [
  'crd',
  'resource',
  'operator-pod',
  'start-up',
  'controller',
  'caches',
  'selected',
  'sync',
  'statefulset',
  'pods',
  'ready',
  'status',
] as const;
export type Rung = (typeof RUNGS)[number];

/** Unknown is a state: nothing below or above it may be guessed from it. */
export type RungState = 'reached' | 'not-reached' | 'unknown';

export function rungIndex(rung: Rung): number {
  return RUNGS.indexOf(rung);
}
