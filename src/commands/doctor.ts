import type { Values } from '../diagnosis/types.ts';
import { checkPolicy } from '../incidents/policy.ts';
import type { Answer } from './answers.ts';
import type { Ports } from './types.ts';

/** What doctor may say; sentences and the line that fixes it: `texts/en/doctor.ts`. */
export const CHECK_CODES = [
  'slack-reached',
  'slack-unreachable',
  'slack-auth',
  'scopes-complete',
  'scopes-missing',
  'channel-joined',
  'channel-not-joined',
  'channel-unknown',
  'channel-shared',
  'group-unreadable',
  'policy',
  'approvers-ok',
  'store-reached',
  'store-unavailable',
  'redis-policy',
  'redis-persistence',
  'cluster-reached',
  'cluster-unreachable',
  'right-missing',
  'rights-complete',
] as const;
export type CheckCode = (typeof CHECK_CODES)[number];

export interface Check {
  readonly code: CheckCode;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly values: Values;
}
/** Looks at one thing promfix needs. Never throws: what it can't reach is its answer. */
export type Probe = () => Promise<readonly Check[]>;

/** All probes at once, in the order they were given. */
export async function doctor(probes: readonly Probe[]): Promise<Answer> {
  return { say: 'checked', checks: (await Promise.all(probes.map((probe) => probe()))).flat() };
}

/** Whether the approval rules can be met, as far as the configuration alone tells. */
export function policyProbe(file: Ports['file'], directory: Pick<Ports['directory'], 'groupMembers'>): Probe {
  return async () => {
    const ids = Object.values(file.approvals).flatMap((rule) => rule?.groups ?? []);
    const groups: Record<string, readonly string[]> = {};
    const unreadable: Check[] = [];
    for (const group of new Set(ids)) {
      const members = await directory.groupMembers(group).catch(() => undefined);
      if (members) groups[group] = members;
      else unreadable.push({ code: 'group-unreadable', state: 'failed', values: { group } });
    }
    const problems = checkPolicy(file.approvals, { groups }).map(
      ({ level, code, ...values }): Check => ({
        code: 'policy',
        state: level === 'error' ? 'failed' : 'warning',
        values: { ...values, problem: code },
      }),
    );
    const all = [...unreadable, ...problems];
    return all.length > 0 ? all : [{ code: 'approvers-ok', state: 'ok', values: {} }];
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
