import type { Values } from '../../diagnosis/types.ts';
import type { Proposal } from '../types.ts';

/** Why an event does not apply. Sentences: `texts/en`. */
const TRANSITION_REFUSALS = [
  /** The plan is still being checked: there is nothing to decide yet. */
  'not-prepared-yet',
  'already-prepared',
  /** The card that was clicked showed another plan. */
  'stale-card',
  /** Too late: the proposal's time was up at the click, or at the start. */
  'expired',
  'already-approved-by-you',
  /** Somebody else decided first; `values.state` says what became of it. */
  'already-decided',
  'not-approved',
  'already-queued',
  /** It has not run out yet. */
  'not-due',
  /** It is being carried out: nobody can take it back now. */
  'in-progress',
  'not-running',
  /** Another attempt owns the execution by now. */
  'stale-fence',
  'step-out-of-order',
  'steps-missing',
  'already-changed',
  /** The plan has no way back, or it is taken already. */
  'no-way-back',
  'outcome-unknown',
  'not-unknown',
] as const;
export type TransitionRefusal = (typeof TRANSITION_REFUSALS)[number];

export type Transition =
  | { readonly ok: true; readonly next: Proposal }
  | { readonly ok: false; readonly refusal: { readonly code: TransitionRefusal; readonly values: Values } };

export function go(proposal: Proposal, change: Partial<Proposal>): Transition {
  return { ok: true, next: { ...proposal, ...change } };
}

export function refuse(code: TransitionRefusal, values: Values = {}): Transition {
  return { ok: false, refusal: { code, values } };
}
