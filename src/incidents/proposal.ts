import type { Values } from '../diagnosis/types.ts';
import { allSteps } from '../remediations/parts/steps.ts';
import type { Step } from '../remediations/types.ts';
import type { EventOf, Fence, Proposal, ProposalEvent, ProposalState, Rule } from './types.ts';

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

/** Seconds that an approved repair has to start after its approval could last have been given: an approval in the last second still runs. */
export const START_GRACE_SECONDS = 300;
/**
 * Seconds after its expiry within which the first write has to be made: what was started in time may have to wait for a worker or the API
 * server, but nobody's approval is good for another day.
 */
export const FIRST_WRITE_SECONDS = START_GRACE_SECONDS + 900;
/** Seconds after which a proposal that no worker prepared is given up. */
export const PREPARE_SECONDS = 900;

const FINAL = ['succeeded', 'unhealthy', 'failed', 'denied', 'expired', 'voided', 'superseded'] as const;
type Final = (typeof FINAL)[number];

/** Drifts after which promfix stops proposing anew by itself. */
export const MAX_DRIFTS = 2;

/** Whether it was voided because the cluster changed, and the repair as it fits now is to be put to the approvers. */
export function isToBeReplaced({ state, outcome, drifts }: Pick<Proposal, 'state' | 'outcome' | 'drifts'>): boolean {
  return state === 'voided' && outcome?.code === 'drifted' && outcome.values['again'] === true && drifts < MAX_DRIFTS;
}

/** Whether nobody has decided about it yet: it can still be superseded. */
export function isUndecided({ state }: Pick<Proposal, 'state'>): boolean {
  return state === 'preparing' || state === 'proposed';
}

/** Whether nothing can happen to it any more. */
export function isFinal(state: ProposalState): state is Final {
  return (FINAL as readonly ProposalState[]).includes(state);
}

/** When it runs out (ISO): the end of preparing, of deciding, or of waiting for its start. Undefined once it is running or over. */
export function deadline(proposal: Proposal): string | undefined {
  switch (proposal.state) {
    case 'preparing':
      return plusSeconds(proposal.createdAt, PREPARE_SECONDS);
    case 'proposed':
      return proposal.expiresAt;
    case 'approved':
    case 'queued':
      return proposal.expiresAt === undefined ? undefined : plusSeconds(proposal.expiresAt, START_GRACE_SECONDS);
    default:
      return undefined;
  }
}

/** The journal's word on a step: nothing written, about to be written, written. */
export function stepState(proposal: Proposal, step: number): 'none' | 'intent' | 'done' {
  const entries = proposal.journal.filter((entry) => entry.step === step);
  if (entries.some((entry) => entry.state === 'done')) return 'done';
  return entries.length > 0 ? 'intent' : 'none';
}

/**
 * Whether it may have deleted what it has to make anew: then nothing may keep it from doing that, neither the kill switch nor an approval
 * that does not count any more.
 */
export function isMidway(proposal: Proposal): boolean {
  const steps = proposal.plan?.steps ?? [];
  return (
    proposal.state === 'running' &&
    steps.some((step, index) => step.do === 'recreate' && stepState(proposal, index) === 'intent')
  );
}

/** The steps to be made now, with their numbers in the journal: those of the repair, or those of its way back once that is taken. */
export function stepsToMake({
  plan,
  returning,
}: Pick<Proposal, 'plan' | 'returning'>): readonly (readonly [number: number, step: Step])[] {
  if (plan === undefined) return [];
  const numbered = allSteps(plan).map((step, number) => [number, step] as const);
  return returning ? numbered.slice(plan.steps.length) : numbered.slice(0, plan.steps.length);
}

/** Whether the repair can still be taken back by the steps that were approved with it. */
export function hasWayBack({ plan, returning }: Pick<Proposal, 'plan' | 'returning'>): boolean {
  return returning === undefined && (plan?.otherwise ?? []).length > 0;
}

/** Greater than 0 when `a` is the later attempt. */
export function compareFences(a: Fence, b: Fence): number {
  return a.job === b.job ? a.attempt - b.attempt : a.job - b.job;
}

/**
 * What an event does to a proposal. Pure and total: every state × event pair has an answer, and a refusal changes nothing. It does not know
 * who may approve: `policy.ts` was asked before an `approve` event exists.
 */
export function transition(proposal: Proposal, event: ProposalEvent): Transition {
  if (isFinal(proposal.state)) return refuse('already-decided', { state: proposal.state });
  switch (event.on) {
    case 'prepared':
      return prepared(proposal, event);
    case 'refused':
      if (proposal.state !== 'preparing') return refuse('already-prepared');
      return go(proposal, {
        state: 'voided',
        outcome: { code: event.refusal.code, values: event.refusal.values },
        finishedAt: event.at,
      });
    case 'approve':
      return approve(proposal, event);
    case 'deny':
      return deny(proposal, event);
    case 'expire':
      return expire(proposal, event);
    case 'supersede':
      if (!isUndecided(proposal)) return refuse(busyCode(proposal.state));
      return go(proposal, { state: 'superseded', finishedAt: event.at });
    case 'enqueued':
      if (proposal.state === 'approved') return go(proposal, { state: 'queued' });
      if (proposal.state === 'queued') return refuse('already-queued');
      return refuse(notStartableCode(proposal.state));
    case 'start':
      return start(proposal, event);
    case 'locked':
      if (proposal.state !== 'approved' && proposal.state !== 'queued') return refuse(notStartableCode(proposal.state));
      return go(proposal, { waitsFor: event.owner });
    case 'resolve-unknown':
      return resolveUnknown(proposal, event);
    case 'ask-again':
      if (proposal.state !== 'unknown') return refuse('not-unknown', { state: proposal.state });
      return go(proposal, { lookAgain: true });
    case 'looked-again':
      return lookedAgain(proposal, event);
    default:
      return execution(proposal, event);
  }
}

type ExecutionEvent = EventOf<
  'drifted' | 'step-intent' | 'step-done' | 'applied' | 'turn-back' | 'verified' | 'fail' | 'lost'
>;

function prepared(proposal: Proposal, event: EventOf<'prepared'>): Transition {
  if (proposal.state !== 'preparing') return refuse('already-prepared');
  if (event.at >= event.expiresAt) return refuse('expired', { at: event.expiresAt });
  return go(proposal, {
    state: 'proposed',
    plan: event.plan,
    planHash: event.planHash,
    rule: event.rule,
    proposedAt: event.at,
    expiresAt: event.expiresAt,
  });
}

function approve(proposal: Proposal, event: EventOf<'approve'>): Transition {
  if (proposal.state === 'preparing') return refuse('not-prepared-yet');
  if (proposal.state !== 'proposed') return refuse('already-decided', { state: proposal.state });
  if (proposal.rule === undefined || proposal.planHash === undefined || proposal.expiresAt === undefined)
    return refuse('not-prepared-yet');
  if (event.planHash !== proposal.planHash) return refuse('stale-card');
  if (event.at >= proposal.expiresAt) return refuse('expired', { at: proposal.expiresAt });
  const { by, breakGlass } = event.approval;
  const others = proposal.approvals.filter((given) => given.by.user !== by.user);
  if (others.length < proposal.approvals.length && breakGlass !== true) return refuse('already-approved-by-you');
  const approvals = [...others, event.approval];
  if (!isQuorum(approvals, proposal.rule)) return go(proposal, { approvals });
  return go(proposal, { state: 'approved', approvals, decidedAt: event.at });
}

/** A denial wins until the execution starts, in whichever order two people clicked. */
function deny(proposal: Proposal, event: EventOf<'deny'>): Transition {
  if (proposal.state === 'preparing') return refuse('not-prepared-yet');
  if (proposal.state !== 'proposed' && proposal.state !== 'approved' && proposal.state !== 'queued')
    return refuse(busyCode(proposal.state));
  return go(proposal, {
    state: 'denied',
    deniedBy: event.by,
    decidedAt: event.at,
    finishedAt: event.at,
    ...(event.reason === undefined ? {} : { reason: event.reason }),
  });
}

function expire(proposal: Proposal, event: EventOf<'expire'>): Transition {
  const until = deadline(proposal);
  if (until === undefined) return refuse(busyCode(proposal.state));
  if (event.at < until) return refuse('not-due', { at: until });
  return go(proposal, { state: 'expired', finishedAt: event.at });
}

/** Takes the execution over. A later attempt goes on where the journal ends; an earlier one is turned away. */
function start(proposal: Proposal, event: EventOf<'start'>): Transition {
  const { state } = proposal;
  if (state === 'running' || state === 'verifying') {
    if (proposal.fence !== undefined && compareFences(event.fence, proposal.fence) < 0) return refuse('stale-fence');
    return go(proposal, { fence: event.fence });
  }
  if (state !== 'approved' && state !== 'queued') return refuse(notStartableCode(state));
  if (proposal.plan === undefined || proposal.rule === undefined || !isQuorum(proposal.approvals, proposal.rule))
    return refuse('not-approved');
  const until = deadline(proposal);
  if (until === undefined || event.at >= until) return refuse('expired', { at: until ?? event.at });
  const { waitsFor: _over, ...free } = proposal;
  return go(free, { state: 'running', startedAt: event.at, fence: event.fence });
}

/** As many as the rule asks for, or one given alone in an emergency. Who may give which was asked of the policy before. */
function isQuorum(approvals: Proposal['approvals'], rule: Rule): boolean {
  return approvals.length >= rule.approvals || approvals.some(({ breakGlass }) => breakGlass === true);
}

function execution(proposal: Proposal, event: ExecutionEvent): Transition {
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
function resolveUnknown(proposal: Proposal, event: EventOf<'resolve-unknown'>): Transition {
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
function lookedAgain(proposal: Proposal, event: EventOf<'looked-again'>): Transition {
  if (proposal.state !== 'unknown') return refuse('not-unknown', { state: proposal.state });
  if (proposal.fence !== undefined && compareFences(event.fence, proposal.fence) < 0) return refuse('stale-fence');
  // Nobody asked: a job that is delivered twice must not end what only approvers may end.
  if (proposal.lookAgain !== true) return refuse('outcome-unknown');
  const { lookAgain: _done, ...seen } = proposal;
  if (event.found) return go(seen, { state: 'verifying', fence: event.fence });
  return go(seen, { outcome: { code: event.code, values: event.values }, fence: event.fence });
}

function notStartableCode(state: ProposalState): TransitionRefusal {
  if (state === 'unknown') return 'outcome-unknown';
  return state === 'preparing' || state === 'proposed' ? 'not-approved' : 'in-progress';
}

function busyCode(state: ProposalState): TransitionRefusal {
  return state === 'unknown' ? 'outcome-unknown' : 'in-progress';
}

function go(proposal: Proposal, change: Partial<Proposal>): Transition {
  return { ok: true, next: { ...proposal, ...change } };
}

function refuse(code: TransitionRefusal, values: Values = {}): Transition {
  return { ok: false, refusal: { code, values } };
}

/** A later time, ISO like the given one. */
export function plusSeconds(iso: string, seconds: number): string {
  return new Date(Date.parse(iso) + seconds * 1000).toISOString();
}
