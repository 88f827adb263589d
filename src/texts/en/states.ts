import type { IncidentStatus, Proposal, ProposalState } from '../../incidents/types.ts';

/** What an incident's status means, for the line under its first one. */
export const statusText = {
  investigating: 'investigating',
  'awaiting-approval': 'waiting for approval',
  repairing: 'being repaired',
  diagnosed: 'diagnosed',
  resolved: 'resolved',
  closed: 'closed',
} as const satisfies Record<IncidentStatus, string>;

/** One or two words per state of a proposal. */
export const stateText = {
  preparing: 'checking…',
  proposed: 'waiting for approval',
  approved: 'approved',
  queued: 'approved, waiting for a worker',
  running: 'running',
  verifying: 'applied, checking the effect',
  succeeded: 'repaired',
  unhealthy: 'applied, still not healthy',
  failed: 'failed',
  unknown: 'outcome unknown',
  denied: 'denied',
  expired: 'expired',
  voided: 'withdrawn',
  superseded: 'replaced by a newer one',
} as const satisfies Record<ProposalState, string>;

/** The same for an undo, whose end is no repair, and for a repair that was taken back. */
export function stateOf({ state, undoes, undoneBy }: Pick<Proposal, 'state' | 'undoes' | 'undoneBy'>): string {
  if (undoneBy !== undefined) return 'taken back';
  if (undoes !== undefined && state === 'succeeded') return 'done';
  if (undoes !== undefined && state === 'unhealthy') return 'undone, but not as before';
  return stateText[state];
}
