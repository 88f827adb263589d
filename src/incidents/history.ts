import { isBetter } from '../diagnosis/better.ts';
import type { Diagnosis } from '../diagnosis/types.ts';
import { UNDO } from '../remediations/ids.ts';
import type { Tried } from '../remediations/types.ts';
import { isFinal } from './proposal.ts';
import type { Proposal, ProposalState } from './types.ts';

/** The diagnosis whose root cause is compared with what is found later: the one after a repair, or else the one it was proposed for. */
export function pictureId({ state, undoneBy, verifiedBy, diagnosis }: Proposal): string | undefined {
  return state === 'unhealthy' && undoneBy === undefined ? (verifiedBy ?? diagnosis) : diagnosis;
}

/** The diagnoses that a proposal refers to: which it was made for, and which were made after its repair; those are told as its result. */
export function diagnosesOf({ diagnosis, verifiedBy, returning }: Proposal): {
  readonly before: readonly string[];
  readonly after: readonly string[];
} {
  const known = (ids: readonly (string | undefined)[]) => ids.filter((id) => id !== undefined);
  return { before: known([diagnosis]), after: known([returning?.diagnosis, verifiedBy]) };
}

/** Newest proposals that an incident keeps, whatever became of them. */
const KEPT = 40;
/** What planning is told about, see `triedOf`. */
const TELLING: readonly ProposalState[] = ['succeeded', 'unhealthy', 'failed', 'unknown', 'denied'];

/**
 * Proposals of an incident that it need not name any more: old ones that are over, and either say nothing about their repair or were followed
 * by one of the same repair, for the same cause, that ended alike. The audit has what became of them.
 *
 * @param proposals oldest first
 */
export function forgettable(proposals: readonly Proposal[]): readonly string[] {
  const newest = new Map(proposals.map((one) => [likenessOf(one), one.id]));
  return proposals
    .slice(0, -KEPT)
    .filter((one) => isFinal(one.state))
    .filter((one) => !TELLING.includes(one.state) || one.remediation === UNDO || newest.get(likenessOf(one)) !== one.id)
    .map(({ id }) => id);
}

function likenessOf({ remediation, cause, state, undoneBy, plan }: Proposal): string {
  return [remediation, cause, versionIn(plan) ?? '', state, undoneBy === undefined ? '' : 'undone'].join(' ');
}

function versionIn(plan: Proposal['plan']): string | undefined {
  return plan?.steps.find((step) => step.do === 'set-chart-version')?.to;
}

/**
 * What planning has to know of an earlier proposal of the incident; undefined for what says nothing about the repair: it ran out of time,
 * another one took its place, the cluster changed before it began.
 *
 * @param seen the diagnosis of `pictureId`
 */
export function triedOf(proposal: Proposal, seen: Diagnosis | undefined): Tried | undefined {
  const ending = proposal.remediation === UNDO ? undefined : endingOf(proposal, seen);
  if (ending === undefined) return undefined;
  const { id, remediation, cause, plan } = proposal;
  const version = versionIn(plan);
  return {
    proposal: id,
    remediation,
    cause,
    ending,
    at: proposal.finishedAt ?? proposal.decidedAt ?? proposal.createdAt,
    ...(version !== undefined && { version }),
    ...(seen?.rootCause && { picture: seen.rootCause }),
  };
}

function endingOf(proposal: Proposal, seen: Diagnosis | undefined): Tried['ending'] | undefined {
  const { state, undoneBy, outcome, returning, cause } = proposal;
  if (undoneBy !== undefined) return 'undone';
  switch (state) {
    case 'succeeded':
      return 'helped';
    case 'unhealthy':
      if (outcome?.code === 'put-back') return 'put-back';
      if (returning) return returning.wasSynced ? 'in-vain' : 'not-tested';
      return seen && isBetter(seen, cause) ? 'got-further' : 'in-vain';
    case 'unknown':
    case 'denied':
    case 'failed':
      return state;
    default:
      return undefined;
  }
}
