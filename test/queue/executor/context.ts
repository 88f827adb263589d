import type { StepContext } from '../../../src/queue/executor/step.ts';

/** The first attempt of a step by whom it is approved for; nothing is waited for. */
export function stepContext(
  needed: Pick<StepContext, 'client' | 'writes' | 'mark' | 'time'>,
  more: Partial<StepContext> = {},
): StepContext {
  return {
    ...needed,
    again: false,
    mayWrite: true,
    confirm: async () => 'ours',
    sleep: async () => undefined,
    ...more,
  };
}
