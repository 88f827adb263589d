import { UNDO } from '../remediations/ids.ts';
import { type Reason, refuse } from '../remediations/parts/refuse.ts';
import type { Proposal } from './types.ts';

/**
 * Why a repair can't be taken back, as far as its record tells; undefined when it may be. Whether the objects still are as the repair left
 * them is for the worker to see.
 */
export function whyNotUndoable(proposal: Proposal): Reason | undefined {
  const { state, plan, undoneBy, remediation, id } = proposal;
  if (remediation === UNDO) return refuse('undo-of-an-undo', { id });
  if (plan === undefined || (state !== 'succeeded' && state !== 'unhealthy'))
    return refuse('undo-not-applied', { id, state });
  if (undoneBy !== undefined) return refuse('undone-already', { id, by: undoneBy });
  if (plan.undo.kind === 'none')
    return refuse('undo-none', { ...plan.undo.because.values, id, because: plan.undo.because.code });
  return undefined;
}
