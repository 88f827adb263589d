import { allSteps } from '../remediations/parts/steps.ts';
import type { Plan } from '../remediations/types.ts';
import type { Approval } from './types.ts';

/** Why somebody may not approve alone. Sentences: `texts/en`. */
const BREAK_GLASS_REFUSALS = [
  /** The configuration does not list them under `approvals.breakGlass`. */
  'not-listed-for-emergencies',
  /** It changes rights, an Application or a webhook: these always take the quorum. */
  'never-in-an-emergency',
  'not-a-full-member',
  'reason-needed',
] as const;
export type BreakGlassRefusal = (typeof BREAK_GLASS_REFUSALS)[number];

/** API groups whose objects decide what others may do or what is deployed: no single person changes them, whatever burns. */
const NEVER = ['rbac.authorization.k8s.io', 'argoproj.io', 'admissionregistration.k8s.io'] as const;

/** Whether a plan may be approved by one person alone in an emergency. */
export function mayBeBroken(plan: Pick<Plan, 'steps' | 'otherwise'>): boolean {
  return allSteps(plan)
    .flatMap((step) => (step.do === 'recreate' && step.refresh ? [step.object, step.refresh] : [step.object]))
    .every(({ apiVersion }) => !NEVER.some((group) => apiVersion.split('/')[0] === group));
}

export interface BreakGlassQuestion {
  /** User ids of the configuration, read at the click. */
  readonly users: readonly string[];
  readonly plan: Pick<Plan, 'steps' | 'otherwise'>;
  readonly user: string;
  readonly fullMember: boolean;
  readonly reason?: string;
}

/** Whether somebody may approve alone. Undefined = they may; it waives the quorum and nothing else. */
export function refusalToBreak(question: BreakGlassQuestion): BreakGlassRefusal | undefined {
  const { users, plan, user, fullMember, reason } = question;
  if (!fullMember) return 'not-a-full-member';
  if (!users.includes(user)) return 'not-listed-for-emergencies';
  if (!mayBeBroken(plan)) return 'never-in-an-emergency';
  return isGiven(reason) ? undefined : 'reason-needed';
}

/** Whether this approval suffices alone, by the user ids that the reader's own configuration lists. Its MAC is checked elsewhere. */
export function breaksGlass(
  approval: Approval,
  users: readonly string[],
  plan: Pick<Plan, 'steps' | 'otherwise'>,
): boolean {
  return (
    approval.breakGlass === true && isGiven(approval.reason) && users.includes(approval.by.user) && mayBeBroken(plan)
  );
}

function isGiven(reason: string | undefined): boolean {
  return reason !== undefined && reason.trim() !== '';
}
