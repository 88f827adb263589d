import type { QuotaView } from '../evidence/types.ts';
import { type Reason, refuse } from './refuse.ts';

/** Powers of the suffixes of a Kubernetes quantity. */
const SUFFIX: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A Kubernetes quantity (`200m`, `1Gi`, `5e3`) as a number; undefined when it is none. */
export function quantity(text: string): number | undefined {
  const match = /^([+-]?\d*\.?\d+(?:[eE][+-]?\d+)?)([numkMGTPE]|[KMGTPE]i)?$/.exec(text.trim());
  const factor = SUFFIX[match?.[2] ?? ''];
  return match && factor !== undefined ? Number(match[1]) * factor : undefined;
}

/** What one more pod of the operator counts against. Quotas on anything else don't matter here. */
const PER_POD = /^(pods|count\/pods)$/;
const PER_REPLICASET = 'count/replicasets.apps';
const COMPUTE = /^((requests|limits)\.(cpu|memory|ephemeral-storage)|cpu|memory)$/;

/**
 * Whether the quotas of a namespace leave room for one more pod of the operator (a rolling update starts the new one before it ends the
 * old one).
 */
export function quotaRefusal(quotas: readonly QuotaView[], memoryLimit: string | undefined): Reason | undefined {
  for (const quota of quotas) {
    for (const [resource, hardText] of Object.entries(quota.hard)) {
      const counted = PER_POD.test(resource) || resource === PER_REPLICASET;
      if (!counted && !COMPUTE.test(resource)) continue;
      const hard = quantity(hardText);
      const used = quantity(quota.used[resource] ?? '0');
      const needs = counted
        ? 1
        : resource === 'limits.memory' && memoryLimit !== undefined
          ? quantity(memoryLimit)
          : undefined;
      const values = { quota: quota.meta.name, resource, hard: hardText, used: quota.used[resource] ?? '0' };
      if (hard === undefined || used === undefined || (needs === undefined && used < hard))
        return refuse('quota-unclear', values);
      if (needs === undefined || used + needs > hard) return refuse('quota-full', values);
    }
  }
  return undefined;
}
