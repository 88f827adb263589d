import type { FileConfig } from '../../config.ts';
import type { Values } from '../../diagnosis/types.ts';
import { isApprovalMac } from '../../incidents/approval-mac.ts';
import { breaksGlass } from '../../incidents/break-glass.ts';
import { targetKey } from '../../incidents/changes.ts';
import { planHash } from '../../incidents/plan-hash.ts';
import { isRequesterKnown } from '../../incidents/requester-mac.ts';
import type { Proposal } from '../../incidents/types.ts';
import { boundsOf } from '../../remediations/parts/undo.ts';
import type { ClusterIdentity } from '../../remediations/types.ts';

/** Why an approved proposal may not be carried out after all. Sentences: `texts/en/results.ts`. */
export const AUTHORITY_CODES = [
  'record-inconsistent',
  'not-this-cluster',
  'approval-forged',
  'requester-forged',
  'not-enough-approvals',
  /** Nothing of it was made in time; see `overdue.ts`. */
  'approval-too-old',
] as const;
export interface Lack {
  readonly code: (typeof AUTHORITY_CODES)[number];
  readonly values: Values;
}

interface Authority {
  readonly proposal: Proposal;
  /** Of the cluster that the worker talks to, read now. */
  readonly cluster: ClusterIdentity;
  readonly approvals: FileConfig['approvals'];
  readonly approvalKey: string;
}

/**
 * Whether the record carries a full authority to act, trusting nothing in it that its approvals don't vouch for: the plan is the one that
 * they were given for, on this cluster, and there are as many as the worker's own configuration asks for. Undefined when all is well.
 */
export function lackOfAuthority({ proposal, cluster, approvals, approvalKey }: Authority): Lack | undefined {
  const lack = lackOfAuthenticity({ proposal, cluster, approvalKey });
  if (lack) return lack;
  const { plan } = proposal;
  const bounds = plan && boundsOf(plan);
  const rule = bounds && approvals[bounds.risk];
  const emergency = (rule && approvals.breakGlass?.users) ?? [];
  if (plan && proposal.approvals.some((approval) => breaksGlass(approval, emergency, plan))) return undefined;
  return quorum(proposal, rule);
}

/**
 * Whether the record is what people saw: a plan of this cluster, under its own hash, with approvals that are each made with the key for this
 * very plan. Says nothing about how many there have to be.
 */
export function lackOfAuthenticity({ proposal, cluster, approvalKey }: Omit<Authority, 'approvals'>): Lack | undefined {
  const { plan, expiresAt } = proposal;
  if (plan === undefined || expiresAt === undefined || proposal.planHash === undefined)
    return lack('record-inconsistent', { field: 'plan' });
  if (planHash(plan) !== proposal.planHash) return lack('record-inconsistent', { field: 'planHash' });
  if (boundsOf(plan) === undefined || plan.remediation !== proposal.remediation)
    return lack('record-inconsistent', { field: 'remediation' });
  if (plan.undoes?.proposal !== proposal.undoes) return lack('record-inconsistent', { field: 'undoes' });
  if (targetKey(plan.target) !== targetKey(proposal.target)) return lack('record-inconsistent', { field: 'target' });
  if (plan.cluster.uid !== cluster.uid || plan.cluster.caFingerprint !== cluster.caFingerprint)
    return lack('not-this-cluster', { name: cluster.name });

  if (!isRequesterKnown(approvalKey, proposal)) return lack('requester-forged', {});
  for (const { by, mac, reason, breakGlass } of proposal.approvals) {
    const claim = {
      proposal: proposal.id,
      by,
      planHash: proposal.planHash,
      cluster: plan.cluster,
      expiresAt,
      ...(reason !== undefined && { reason }),
      ...(breakGlass !== undefined && { breakGlass }),
    };
    if (!isApprovalMac(approvalKey, claim, mac)) return lack('approval-forged', { user: by.user });
  }
  return undefined;
}

/**
 * Members of groups were looked up at the click, which the MAC vouches for; people named by id are checked again, and whoever was one when it
 * was proposed is not taken for a member of a group.
 */
function quorum(proposal: Proposal, rule: FileConfig['approvals']['low']): Lack | undefined {
  const { requestedBy } = proposal;
  const counted = proposal.approvals.filter(({ by, reason, breakGlass }) => {
    // Given to count alone: where it may not, it does not count at all.
    if (breakGlass === true) return false;
    const wasNamed = proposal.rule?.users.includes(by.user) === true;
    const known = rule !== undefined && (rule.users.includes(by.user) || (rule.groups.length > 0 && !wasNamed));
    const self = requestedBy.kind === 'user' && requestedBy.user === by.user;
    return known && (!self || (rule.self === 'with-reason' && reason !== undefined));
  });
  const given = new Set(counted.map(({ by }) => by.user)).size;
  if (rule !== undefined && given >= rule.approvals) return undefined;
  return lack('not-enough-approvals', { given, needed: rule?.approvals ?? 1 });
}

function lack(code: Lack['code'], values: Values): Lack {
  return { code, values };
}
