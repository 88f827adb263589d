import { FIRST_WRITE_SECONDS, plusSeconds } from '../../incidents/proposal.ts';
import type { Proposal } from '../../incidents/types.ts';
import { markOf } from '../executor/mark.ts';
import { seeStep } from '../executor/see.ts';
import type { Lack } from './authority.ts';
import type { JobPorts } from './ports.ts';

/**
 * Whether it is too late to begin, whatever state the record is said to be in: the expiry is one that the approvals vouch for, the rest of
 * the record is not. What was begun goes on however long it takes, and only the cluster is believed that it was: one of the repair's marks is
 * on its object. Throws KubeError when that can't be read.
 */
export async function lackOfTime(
  { store, client }: Pick<JobPorts, 'store' | 'client'>,
  proposal: Proposal,
): Promise<Lack | undefined> {
  const { plan, expiresAt, state } = proposal;
  // What has not been started is judged by the state machine, which calls it expired.
  if (plan === undefined || expiresAt === undefined || state === 'approved' || state === 'queued') return undefined;
  const until = plusSeconds(expiresAt, FIRST_WRITE_SECONDS);
  if ((await store.now()) < until) return undefined;
  for (const [index, step] of plan.steps.entries())
    if ((await seeStep(step, { client, mark: markOf(proposal, index) })) === 'marked') return undefined;
  return { code: 'approval-too-old', values: { until } };
}
