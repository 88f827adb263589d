import { compareFences, deadline, isFinal, isUndecided } from './proposal.ts';
import { execution, lookedAgain, resolveUnknown } from './transition/execution.ts';
import { go, refuse, type Transition, type TransitionRefusal } from './transition/result.ts';
import type { EventOf, Proposal, ProposalEvent, ProposalState, Rule } from './types.ts';

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

function notStartableCode(state: ProposalState): TransitionRefusal {
  if (state === 'unknown') return 'outcome-unknown';
  return state === 'preparing' || state === 'proposed' ? 'not-approved' : 'in-progress';
}

function busyCode(state: ProposalState): TransitionRefusal {
  return state === 'unknown' ? 'outcome-unknown' : 'in-progress';
}
