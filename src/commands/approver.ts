import { ruleOfRisk } from '../incidents/policy.ts';
import type { Rule } from '../incidents/types.ts';
import type { Ports } from '../ports.ts';
import type { Risk } from '../remediations/types.ts';

/** The rule that the configuration has for a risk now. */
export function ruleOf(file: Ports['file'], risk: Risk): Rule | undefined {
  return ruleOfRisk(file.approvals, risk);
}

/** Members of all groups of a rule, read now. Fails closed: a group that can't be read has no members. */
async function membersOf(directory: Ports['directory'], groups: readonly string[]): Promise<readonly string[]> {
  const lists = await Promise.all(groups.map((group) => directory.groupMembers(group).catch(() => [])));
  return lists.flat();
}

/** Whether somebody is an approver for any risk. */
export async function mayApproveAnything(ports: Pick<Ports, 'file' | 'directory'>, user: string): Promise<boolean> {
  if (!(await ports.directory.isFullMember(user).catch(() => false))) return false;
  const { low, medium, high } = ports.file.approvals;
  const rules = [low, medium, high].flatMap((rule) => (rule ? [rule] : []));
  if (rules.some((rule) => rule.users.includes(user))) return true;
  return (
    await membersOf(
      ports.directory,
      rules.flatMap((rule) => rule.groups),
    )
  ).includes(user);
}
