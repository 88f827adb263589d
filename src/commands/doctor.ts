import { checkPolicy, type PolicyProblem } from '../incidents/policy.ts';
import type { Ports } from '../ports.ts';
import type { Answer } from './answers.ts';
import type { Check, Probe } from './checks.ts';

/** All probes at once, in the order they were given. */
export async function doctor(probes: readonly Probe[]): Promise<Answer> {
  return { say: 'checked', checks: (await Promise.all(probes.map((probe) => probe()))).flat() };
}

interface PolicyReport {
  readonly problems: readonly PolicyProblem[];
  /** Groups whose members Slack did not tell: none of them may approve. */
  readonly unreadable: readonly string[];
}

/** The approval rules judged with what Slack knows of groups and members. Never throws: what can't be read is left out. */
export async function judgePolicy(
  { approvals }: Pick<Ports['file'], 'approvals'>,
  directory: Pick<Ports['directory'], 'groupMembers' | 'countMembers'>,
): Promise<PolicyReport> {
  const { low, medium, high } = approvals;
  const ids = new Set([low, medium, high].flatMap((rule) => rule?.groups ?? []));
  const groups: Record<string, readonly string[]> = {};
  const unreadable: string[] = [];
  for (const group of ids) {
    const members = await directory.groupMembers(group).catch(() => undefined);
    if (members) groups[group] = members;
    else unreadable.push(group);
  }
  // Only groups can hold everybody without anybody having meant it, so only then the workspace is counted.
  const listed = new Set([...Object.values(groups), ...[low, medium, high].map((rule) => rule?.users ?? [])].flat());
  const workspaceMembers =
    ids.size === 0 ? undefined : await directory.countMembers(listed.size + 1).catch(() => undefined);
  const facts = { groups, ...(workspaceMembers !== undefined && { workspaceMembers }) };
  return { problems: checkPolicy(approvals, facts), unreadable };
}

/** Whether the approval rules can be met, and by not too many. */
export function policyProbe(
  file: Ports['file'],
  directory: Pick<Ports['directory'], 'groupMembers' | 'countMembers'>,
): Probe {
  return async () => {
    const report = await judgePolicy(file, directory);
    const unreadable = report.unreadable.map(
      (group): Check => ({ code: 'group-unreadable', state: 'failed', values: { group } }),
    );
    const all = [...unreadable, ...report.problems.map(policyCheck)];
    return all.length > 0 ? all : [{ code: 'approvers-ok', state: 'ok', values: {} }];
  };
}

/** What the configuration alone tells of the approval rules: without Slack nobody knows who is in a group. */
export function configuredPolicyProbe({ approvals }: Pick<Ports['file'], 'approvals'>): Probe {
  return async () => checkPolicy(approvals).map(policyCheck);
}

function policyCheck({ level, code, ...values }: PolicyProblem): Check {
  return {
    code: 'policy',
    state: level === 'error' ? 'failed' : 'warning',
    values: { ...values, problem: code },
  };
}

export function clusterProbe(cluster: Pick<Ports['cluster'], 'identity'>): Probe {
  return async () => {
    try {
      const { name } = await cluster.identity();
      return [{ code: 'cluster-reached', state: 'ok', values: { name } }];
    } catch (error) {
      const detail = error instanceof Error ? error.message : 'unknown';
      return [{ code: 'cluster-unreachable', state: 'failed', values: { detail: detail.slice(0, 200) } }];
    }
  };
}

export function storeProbe(store: Pick<Ports['store'], 'now'>): Probe {
  return async () => {
    try {
      await store.now();
      return [{ code: 'store-reached', state: 'ok', values: {} }];
    } catch {
      return [{ code: 'store-unavailable', state: 'failed', values: {} }];
    }
  };
}
