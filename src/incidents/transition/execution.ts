import { compareFences, hasWayBack, stepState, stepsToMake } from '../proposal.ts';
import type { EventOf, Proposal } from '../types.ts';
import { go, refuse, type Transition } from './result.ts';

type ExecutionEvent = EventOf<
  'drifted' | 'step-intent' | 'step-done' | 'applied' | 'turn-back' | 'verified' | 'fail' | 'lost'
>;

/** From the start of the execution on; before it, only `fail` can happen. */
export function execution(proposal: Proposal, event: ExecutionEvent): Transition {
  const { state } = proposal;
  if (event.on === 'fail' && (state === 'preparing' || state === 'approved' || state === 'queued'))
    return go(proposal, { state: 'failed', outcome: { code: event.code, values: event.values }, finishedAt: event.at });
  if (state === 'unknown') return refuse('outcome-unknown');
  if (state !== 'running' && state !== 'verifying') return refuse('not-running', { state });
  if (event.fence !== undefined && proposal.fence !== undefined && compareFences(event.fence, proposal.fence) !== 0)
    return refuse('stale-fence');
  return state === 'running' ? running(proposal, event) : verifying(proposal, event);
}

function running(proposal: Proposal, event: ExecutionEvent): Transition {
  switch (event.on) {
    case 'drifted':
      // An intent alone is no change: whoever reports drift has looked that the write did not happen.
      if (proposal.returning || proposal.journal.some((entry) => entry.state === 'done'))
        return refuse('already-changed');
      return go(proposal, {
        state: 'voided',
        outcome: { code: 'drifted', values: event.values },
        drifts: proposal.drifts + 1,
        finishedAt: event.at,
      });
    case 'step-intent':
    case 'step-done':
      return journal(proposal, event);
    case 'applied': {
      const missing = stepsToMake(proposal).find(([step]) => stepState(proposal, step) !== 'done');
      return missing === undefined
        ? go(proposal, { state: 'verifying' })
        : refuse('steps-missing', { step: missing[0] });
    }
    case 'turn-back':
    case 'verified':
      return refuse('steps-missing', { step: 0 });
    case 'fail':
      return proposal.returning
        ? notReturned(proposal, event)
        : go(proposal, {
            state: 'failed',
            outcome: { code: event.code, values: event.values },
            finishedAt: event.at,
          });
    case 'lost':
      return lost(proposal, event);
  }
}

function verifying(proposal: Proposal, event: ExecutionEvent): Transition {
  switch (event.on) {
    case 'verified':
      return go(proposal, {
        state: event.healthy ? 'succeeded' : 'unhealthy',
        verifiedBy: event.diagnosis,
        ...(event.outcome && { outcome: event.outcome }),
        finishedAt: event.at,
      });
    case 'turn-back':
      if (!hasWayBack(proposal)) return refuse('no-way-back');
      return go(proposal, {
        state: 'running',
        returning: { at: event.at, diagnosis: event.diagnosis, wasSynced: event.wasSynced },
      });
    case 'applied':
      return go(proposal, {});
    case 'lost':
      return lost(proposal, event);
    default:
      return refuse('already-changed');
  }
}

/** The repair stands as it was made, and the diagnosis after it holds. */
function notReturned(
  proposal: Proposal,
  { at, code, values }: Pick<EventOf<'fail'>, 'at' | 'code' | 'values'>,
): Transition {
  return go(proposal, {
    state: 'unhealthy',
    outcome: { code: 'not-returned', values: { ...values, because: code } },
    finishedAt: at,
    ...(proposal.returning && { verifiedBy: proposal.returning.diagnosis }),
  });
}

function lost(proposal: Proposal, event: EventOf<'lost'>): Transition {
  return go(proposal, { state: 'unknown', outcome: { code: event.code, values: event.values } });
}

/** Steps go in their order, each `intent` before `done`; saying the same again (after an answer that was lost) changes nothing. */
function journal(proposal: Proposal, event: EventOf<'step-intent' | 'step-done'>): Transition {
  const { step } = event;
  const known = stepState(proposal, step);
  const state = event.on === 'step-intent' ? 'intent' : 'done';
  if (known === state) return go(proposal, {});
  const numbers = stepsToMake(proposal).map(([number]) => number);
  const isFirst = step === numbers[0];
  const inOrder = numbers.includes(step) && (isFirst || stepState(proposal, step - 1) === 'done');
  const expected = state === 'intent' ? 'none' : 'intent';
  if (!inOrder || known !== expected) return refuse('step-out-of-order', { step });
  const note = event.on === 'step-done' && event.note !== undefined ? { note: event.note } : {};
  return go(proposal, { journal: [...proposal.journal, { step, state, at: event.at, ...note }] });
}

/** "It happened" leaves the effect to be verified by the worker; "it did not" ends it. */
export function resolveUnknown(proposal: Proposal, event: EventOf<'resolve-unknown'>): Transition {
  if (proposal.state !== 'unknown') return refuse('not-unknown', { state: proposal.state });
  if (event.happened) return go(proposal, { state: 'verifying', reason: event.reason });
  if (proposal.returning)
    return notReturned({ ...proposal, reason: event.reason }, { at: event.at, code: 'did-not-happen', values: {} });
  return go(proposal, {
    state: 'failed',
    reason: event.reason,
    outcome: { code: 'did-not-happen', values: {} },
    finishedAt: event.at,
  });
}

/** What proves that the change was made ends the doubt; nothing that is missing does, since the object may have been changed since. */
export function lookedAgain(proposal: Proposal, event: EventOf<'looked-again'>): Transition {
  if (proposal.state !== 'unknown') return refuse('not-unknown', { state: proposal.state });
  if (proposal.fence !== undefined && compareFences(event.fence, proposal.fence) < 0) return refuse('stale-fence');
  // Nobody asked: a job that is delivered twice must not end what only approvers may end.
  if (proposal.lookAgain !== true) return refuse('outcome-unknown');
  const { lookAgain: _done, ...seen } = proposal;
  if (event.found) return go(seen, { state: 'verifying', fence: event.fence });
  return go(seen, { outcome: { code: event.code, values: event.values }, fence: event.fence });
}
