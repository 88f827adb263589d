import type { Step } from '../../remediations/types.ts';
import { isAsExpected } from './unfit.ts';
import { type Waiting, waitFor } from './wait-for.ts';

const EVERY_MS = 1000;
/** With which the controller of an object is waited for. */
const LIMIT_MS = 120_000;

/**
 * Waits, after a write, until the object's controller has taken it up, where the step says what that looks like. One that takes too long is
 * told by the next step, which does not find what it expects.
 */
export async function awaitSettled(step: Step, waiting: Waiting): Promise<void> {
  if (step.do !== 'patch' || step.awaits === undefined) return;
  const { awaits } = step;
  await waitFor(step.object, waiting, { everyMs: EVERY_MS, limitMs: LIMIT_MS }, (object) =>
    isAsExpected(awaits, object) ? { is: 'there' } : { is: 'not-yet', because: 'not taken up yet' },
  );
}
