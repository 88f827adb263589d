import type { FileConfig } from '../config.ts';
import type { Plan, Risk } from '../remediations/types.ts';
import { mayBeBroken } from './break-glass.ts';
import type { Actor, Approval, Rule } from './types.ts';

/** Why somebody may not approve. Sentences: `texts/en`. */
const POLICY_REFUSALS = [
  /** The configuration names nobody for this risk. */
  'no-rule',
  /** A guest, somebody of another workspace or of a shared channel, or it could not be looked up. */
  'not-a-full-member',
  'not-an-approver',
  /** High risk is approved by people listed by id, not by group. */
  'group-not-enough',
  'self-approval',
  /** They may approve their own request, with a reason typed. */
  'reason-needed',
] as const;
export type PolicyRefusal = (typeof POLICY_REFUSALS)[number];

export interface ApprovalQuestion {
  /** The rule of the configuration for this risk, read at the click; undefined = nobody may. */
  readonly rule: Rule | undefined;
  readonly risk: Risk;
  readonly requester: Actor;
  readonly approver: Approval['by'];
  /** Members of the rule's groups, read at the click. */
  readonly groupMembers: readonly string[];
  /** Whether Slack says that the approver is a full member of the workspace. */
  readonly fullMember: boolean;
  readonly reason?: string;
}
type PolicyAnswer = { readonly allowed: true } | { readonly allowed: false; readonly code: PolicyRefusal };

/** Whether this person may approve. Closed by default: everything that is not plainly allowed is refused. */
export function mayApprove(question: ApprovalQuestion): PolicyAnswer {
  const { rule, risk, requester, approver, groupMembers, fullMember, reason } = question;
  if (rule === undefined) return refuse('no-rule');
  if (!fullMember) return refuse('not-a-full-member');
  if (!rule.users.includes(approver.user)) {
    if (!groupMembers.includes(approver.user)) return refuse('not-an-approver');
    if (risk === 'high') return refuse('group-not-enough');
  }
  if (!isSelf(requester, approver)) return { allowed: true };
  if (rule.self !== 'with-reason' || risk !== 'low') return refuse('self-approval');
  return reason === undefined || reason.trim() === '' ? refuse('reason-needed') : { allowed: true };
}

/** The rule that a configuration has for a risk. */
export function ruleOfRisk(approvals: FileConfig['approvals'], risk: Risk): Rule | undefined {
  const rule = approvals[risk];
  if (rule === undefined) return undefined;
  const { users, groups, approvals: needed, self, expires } = rule;
  return { users, groups, approvals: needed, self, expiresSeconds: expires };
}

/** The rule for a plan, with those who may approve it alone in an emergency. */
export function ruleOfPlan(approvals: FileConfig['approvals'], plan: Pick<Plan, 'risk' | 'steps'>): Rule | undefined {
  const rule = ruleOfRisk(approvals, plan.risk);
  const users = approvals.breakGlass?.users;
  return rule && users && mayBeBroken(plan) ? { ...rule, breakGlass: users } : rule;
}

/** What is wrong with the approval rules. `error`: refuse to start; `warning`: say it at the start and in `doctor`. */
export type PolicyProblem =
  | { readonly level: 'error'; readonly code: 'groups-at-high-risk'; readonly risk: Risk }
  | { readonly level: 'error'; readonly code: 'self-approval-above-low'; readonly risk: Risk }
  | { readonly level: 'error'; readonly code: 'everybody-may-approve'; readonly risk: Risk }
  | { readonly level: 'warning'; readonly code: 'no-rule'; readonly risk: Risk }
  | {
      readonly level: 'warning';
      readonly code: 'cannot-be-met';
      readonly risk: Risk;
      readonly needed: number;
      readonly listed: number;
    }
  /** Met only while nobody of them is the requester. */
  | { readonly level: 'warning'; readonly code: 'requester-blocks'; readonly risk: Risk; readonly needed: number };

interface PolicyFacts {
  /** Members of each user group, where they were read. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  /** Number of full members of the workspace, where it was read. */
  readonly workspaceMembers?: number;
}

const RISKS = ['low', 'medium', 'high'] as const satisfies readonly Risk[];

/** Judges the rules as configured; what only Slack knows is judged where it is given. */
export function checkPolicy(approvals: FileConfig['approvals'], facts: PolicyFacts = {}): readonly PolicyProblem[] {
  return RISKS.flatMap((risk) => checkRule(risk, approvals[risk], facts));
}

function checkRule(risk: Risk, rule: FileConfig['approvals'][Risk], facts: PolicyFacts): PolicyProblem[] {
  if (rule === undefined) return [{ level: 'warning', code: 'no-rule', risk }];
  const problems: PolicyProblem[] = [];
  if (risk === 'high' && rule.groups.length > 0) problems.push({ level: 'error', code: 'groups-at-high-risk', risk });
  if (risk !== 'low' && rule.self === 'with-reason')
    problems.push({ level: 'error', code: 'self-approval-above-low', risk });
  const people = knownPeople(rule, facts);
  if (people === undefined) return problems;
  const everybody = facts.workspaceMembers;
  if (everybody !== undefined && everybody > people.listed && people.all >= everybody)
    problems.push({ level: 'error', code: 'everybody-may-approve', risk });
  if (people.all < rule.approvals)
    problems.push({ level: 'warning', code: 'cannot-be-met', risk, needed: rule.approvals, listed: people.all });
  else if (people.all === rule.approvals && !(risk === 'low' && rule.self === 'with-reason'))
    problems.push({ level: 'warning', code: 'requester-blocks', risk, needed: rule.approvals });
  return problems;
}

/** How many distinct people a rule names: by id, and in all. Undefined while a group's members are not known. */
function knownPeople(
  rule: Pick<Rule, 'users' | 'groups'>,
  facts: PolicyFacts,
): { readonly listed: number; readonly all: number } | undefined {
  const people = new Set(rule.users);
  const listed = people.size;
  for (const group of rule.groups) {
    const members = facts.groups?.[group];
    if (members === undefined) return undefined;
    for (const member of members) people.add(member);
  }
  return { listed, all: people.size };
}

/** By the user id alone: it is unique across workspaces, and one person may be recorded with the id of either. */
function isSelf(requester: Actor, approver: Approval['by']): boolean {
  return requester.kind === 'user' && requester.user === approver.user;
}

function refuse(code: PolicyRefusal): PolicyAnswer {
  return { allowed: false, code };
}
