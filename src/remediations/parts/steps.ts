import type { Plan, Step } from '../types.ts';

/** Every step that an approval covers, in the order of their numbers in the journal: those of the way back come after the others. */
export function allSteps({ steps, otherwise = [] }: Pick<Plan, 'steps' | 'otherwise'>): readonly Step[] {
  return [...steps, ...otherwise];
}
