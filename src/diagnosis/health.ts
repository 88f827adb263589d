import type { Evidence, Read } from '../evidence/types.ts';
import { readValue } from '../runbooks/because.ts';
import { isReady, responsible } from '../runbooks/operator-story.ts';
import { ownedByTarget } from '../runbooks/statefulset/sync-fault.ts';

/** The workload runs: its StatefulSet is its own, stays, and has a ready pod or is scaled to zero on purpose. */
export function runs(evidence: Evidence): boolean {
  const statefulSet = readValue(evidence.statefulSet);
  if (!statefulSet || statefulSet.meta.deleting !== undefined || ownedByTarget(evidence) === false) return false;
  if ((statefulSet.replicas ?? 1) === 0 && statefulSet.kind === 'DaemonSet') return false;
  if ((statefulSet.replicas ?? 1) === 0)
    return evidence.resource.state === 'read' && readValue(evidence.resource)?.spec['replicas'] === 0;
  const pods = readValue(evidence.pods);
  return pods ? pods.some(isReady) : (statefulSet.status.readyReplicas ?? 0) > 0;
}

/** A source was not read that could hide a fault of the ladder or one that is proven by it alone: then nothing is called healthy. */
export function unreadEssential(evidence: Evidence): boolean {
  const operator = responsible(evidence);
  const sources: readonly Read<unknown>[] = [
    evidence.resource,
    evidence.crds,
    evidence.served,
    evidence.operators,
    evidence.statefulSet,
    evidence.pods,
    evidence.webhooks,
    ...(operator ? [operator.pods, operator.rights] : []),
  ];
  return sources.some((one) => one.state === 'unread');
}

/** Since when nothing is watched, where the evidence shows it: a resource that never got its StatefulSet was blind from its first day. */
export function blindSince(evidence: Evidence): string | undefined {
  const resource = readValue(evidence.resource);
  if (!resource) return undefined;
  const neverRan =
    evidence.statefulSet.state === 'absent' &&
    (readValue(evidence.owned) ?? []).every(
      (one) => (one.kind !== 'StatefulSet' && one.kind !== 'DaemonSet') || one.object.state === 'absent',
    );
  return neverRan ? resource.meta.created : undefined;
}
