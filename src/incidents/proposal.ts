import { allSteps } from '../remediations/parts/steps.ts';
import type { Step } from '../remediations/types.ts';
import type { Fence, Proposal, ProposalState } from './types.ts';

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

/** A later time, ISO like the given one. */
export function plusSeconds(iso: string, seconds: number): string {
  return new Date(Date.parse(iso) + seconds * 1000).toISOString();
}
