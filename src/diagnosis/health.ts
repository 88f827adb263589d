import { isReady } from '../evidence/operator-pod.ts';
import { isMade, otherShards, shardsOfTarget } from '../evidence/shards.ts';
import type { Evidence, Read } from '../evidence/types.ts';
import { readValue } from '../runbooks/because.ts';
import { responsible } from '../runbooks/operator-story.ts';
import { ownedByTarget } from '../runbooks/statefulset/sync-fault.ts';

/** The workload runs, with all its shards: each StatefulSet is its own, stays, and has a ready pod or is scaled to zero on purpose. */
export function runs(evidence: Evidence): boolean {
  return (
    otherShards(evidence).every((one) => isMade(one) && (one.ready > 0 || one.replicas === 0)) && judgedRuns(evidence)
  );
}

function judgedRuns(evidence: Evidence): boolean {
  const statefulSet = readValue(evidence.statefulSet);
  if (!statefulSet || statefulSet.meta.deleting !== undefined || ownedByTarget(evidence) === false) return false;
  if ((statefulSet.replicas ?? 1) === 0 && statefulSet.kind === 'DaemonSet') return false;
  if ((statefulSet.replicas ?? 1) === 0)
    return evidence.resource.state === 'read' && readValue(evidence.resource)?.spec['replicas'] === 0;
  const pods = readValue(evidence.pods);
  return pods ? pods.some(isReady) : (statefulSet.status.readyReplicas ?? 0) > 0;
}

/** Nobody wants a pod: the resource itself says `replicas: 0`, and its StatefulSet has none. */
export function isScaledToZero(evidence: Evidence): boolean {
  return readValue(evidence.resource)?.spec['replicas'] === 0 && readValue(evidence.statefulSet)?.replicas === 0;
}

/** A source was not read that could hide a fault of the ladder or one that is proven by it alone: then nothing is called healthy. */
export function unreadEssential(evidence: Evidence): boolean {
  const operator = responsible(evidence);
  const shards = shardsOfTarget(evidence);
  const sources: readonly Read<unknown>[] = [
    evidence.resource,
    evidence.crds,
    evidence.served,
    evidence.operators,
    evidence.statefulSet,
    ...(shards === undefined ? [] : [shards]),
    evidence.pods,
    evidence.webhooks,
    ...(operator ? [operator.pods, operator.rights] : []),
  ];
  return sources.some((one) => one.state === 'unread');
}

/** Since when nothing is watched. */
interface Blind {
  readonly blindSince: string;
  /** It may be longer: the time is that of the last thing that is known, not of the beginning. */
  readonly blindAtLeast?: true;
}

/**
 * Only from proof. A resource for which the operator has made nothing and of which it never wrote a status has not run since its creation.
 * Otherwise somebody may have deleted what ran: then it is at least since the operator last saw it become unavailable.
 */
export function blindSince(evidence: Evidence): Blind | undefined {
  const resource = readValue(evidence.resource);
  if (!resource || watches(evidence) !== false) return undefined;
  // Each shard watches its part.
  if (shardsOfTarget(evidence)?.state === 'unread' || otherShards(evidence).some(({ ready }) => ready > 0))
    return undefined;
  const available = resource.status?.conditions.find((one) => one.type === 'Available');
  if (available?.status === 'False' && available.lastTransitionTime !== undefined && isKept(evidence))
    return { blindSince: available.lastTransitionTime, blindAtLeast: true };
  if (available === undefined && nothingMade(evidence, resource.meta.uid)) return { blindSince: resource.meta.created };
  return undefined;
}

/** Whether a pod of the target is ready; undefined when that was not read. */
function watches(evidence: Evidence): boolean | undefined {
  if (evidence.statefulSet.state === 'absent') return false;
  const statefulSet = readValue(evidence.statefulSet);
  if (!statefulSet || ownedByTarget(evidence) === undefined) return undefined;
  if (ownedByTarget(evidence) === false) return false;
  const pods = readValue(evidence.pods);
  return pods ? pods.some(isReady) : undefined;
}

/** What the status says of a StatefulSet that is there is as old as the operator's last write: a stopped operator's says nothing of now. */
function isKept(evidence: Evidence): boolean {
  if (evidence.statefulSet.state === 'absent') return true;
  const pods = responsible(evidence)?.pods;
  return (pods && readValue(pods)?.some(isReady)) === true;
}

/**
 * Nothing of what the operator makes before the StatefulSet is there, as far as it was read: Secrets are not by default, but a ConfigMap or
 * the Service is enough, as every sync makes all of them.
 */
function nothingMade(evidence: Evidence, uid: string | undefined): boolean {
  const before = (readValue(evidence.owned) ?? []).filter(({ kind }) => kind !== 'StatefulSet' && kind !== 'DaemonSet');
  const seen = before.filter(({ object }) => object.state !== 'unread');
  return (
    evidence.statefulSet.state === 'absent' &&
    seen.length > 0 &&
    seen.every(
      ({ object }) =>
        object.state === 'absent' ||
        (object.state === 'read' && uid !== undefined && !object.value.owners.some((owner) => owner.uid === uid)),
    )
  );
}
