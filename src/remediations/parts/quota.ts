import type { LimitRangeView, OperatorDeployment, QuotaView } from '../../evidence/types.ts';
import { needsOf, type PodNeeds } from './pod-needs.ts';
import { quantity } from './quantity.ts';
import { type Reason, refuse } from './refuse.ts';

/** Sums of parts with many digits are compared as if they had fewer. */
const ALMOST = 1 + 1e-9;
const PODS = /^(pods|count\/pods)$/;
const REPLICASETS = 'count/replicasets.apps';

/**
 * Whether the quotas of a namespace leave room for what a restart of the operator brings: a new ReplicaSet, and a pod that starts before the
 * old one ends. What can't be reckoned refuses, unless there is no room anyway.
 *
 * @param limits of the operator's namespace; undefined = not read
 */
export function quotaRefusal(
  quotas: readonly QuotaView[],
  deployment: OperatorDeployment,
  limits: readonly LimitRangeView[] | undefined,
): Reason | undefined {
  const pod = needsOf(deployment, limits);
  for (const quota of quotas) {
    const scope = fits(quota.scopes ?? [], pod);
    if (scope === 'no') continue;
    for (const [resource, hard] of Object.entries(quota.hard)) {
      const need = needFor(resource, deployment, pod);
      if (need === 0) continue;
      const used = quota.used[resource] ?? '0';
      const values = { quota: quota.meta.name, resource, hard, used };
      const room = roomFor(need, quantity(used), quantity(hard));
      if (room === 'yes') continue;
      if (room === 'unclear' || scope === 'unclear') return refuse('quota-unclear', values);
      if (typeof need === 'object') return refuse('quota-wants-amount', { ...values, container: need.without });
      return refuse('quota-full', values);
    }
  }
  return undefined;
}

type Need = ReturnType<PodNeeds['amount']>;

/** What one resource of a quota has to have room for; 0 = a restart brings none. */
function needFor(resource: string, { pod }: OperatorDeployment, needs: PodNeeds): Need {
  if (resource === REPLICASETS) return 1;
  // The old pod ends before the new one starts: it takes its place.
  if (pod?.surge === 0) return 0;
  return PODS.test(resource) ? 1 : needs.amount(resource);
}

function roomFor(need: Need, used: number | undefined, hard: number | undefined): 'yes' | 'no' | 'unclear' {
  // A pod that does not say how much it wants is refused whatever is left.
  if (typeof need === 'object') return 'no';
  if (used === undefined || hard === undefined) return 'unclear';
  if (need === 'unknown') return used < hard ? 'unclear' : 'no';
  return used + need <= hard * ALMOST ? 'yes' : 'no';
}

/** Whether a quota counts the pod at all. */
function fits(scopes: readonly string[], pod: PodNeeds): 'yes' | 'no' | 'unclear' {
  const answers = scopes.map((scope) => {
    if (scope === 'Terminating') return 'no';
    if (scope === 'NotTerminating') return 'yes';
    if (scope !== 'BestEffort' && scope !== 'NotBestEffort') return 'unclear';
    if (pod.bestEffort === undefined) return 'unclear';
    return pod.bestEffort === (scope === 'BestEffort') ? 'yes' : 'no';
  });
  if (answers.includes('no')) return 'no';
  return answers.includes('unclear') ? 'unclear' : 'yes';
}
