import { isReady, operatorContainer } from '../evidence/operator-pod.ts';
import { isComplete, isMade, otherShards, shardsOfTarget } from '../evidence/shards.ts';
import { TARGETS } from '../evidence/targets.ts';
import type { Evidence } from '../evidence/types.ts';
import { alreadyExists } from '../parse/sync-failure.ts';
import { readValue } from '../runbooks/because.ts';
import { controllerState, statusEmpty } from '../runbooks/controller-state.ts';
import { operatorPod, processStart, readStory, responsible } from '../runbooks/operator-story.ts';
import { exclusions } from '../runbooks/scope/filters.ts';
import { currentErrors, lastReport, readTargetLog } from '../runbooks/statefulset/sync-errors.ts';
import { isWorkload, ownedByTarget } from '../runbooks/statefulset/sync-fault.ts';
import { RUNGS, type Rung, type RungState } from './ladder.ts';

export type Ladder = Readonly<Record<Rung, RungState>>;

/** What the evidence says of each rung by itself, before causes are weighed; then what an upper rung proves of the lower ones. */
export function ladderOf(evidence: Evidence): Ladder {
  const states: Record<Rung, RungState> = {
    crd: crd(evidence),
    resource: resource(evidence),
    'operator-pod': operatorPodState(evidence),
    'start-up': startUp(evidence),
    ...controllerAndCaches(evidence),
    selected: selected(evidence),
    sync: sync(evidence),
    statefulset: statefulSet(evidence),
    ...podsAndReady(evidence),
    status: status(evidence),
  };
  return prove(states, isAvailable(evidence));
}

/**
 * An upper rung that is reached proves the lower ones where nothing was known of them. Only a status that says Available does so: the
 * operator also writes one before and after a sync that fails. What an earlier process made says nothing of one that does not get on.
 */
function prove(states: Record<Rung, RungState>, available: boolean): Ladder {
  const stopped = PROCESS.findIndex((rung) => states[rung] === 'not-reached');
  const open = stopped < 0 ? [] : PROCESS.slice(stopped);
  let proven = false;
  for (const rung of [...RUNGS].reverse()) {
    if (states[rung] === 'reached' && (rung !== 'status' || available)) proven = true;
    else if (states[rung] === 'unknown' && proven && !open.includes(rung)) states[rung] = 'reached';
  }
  return states;
}

/** The rungs that each process of the operator climbs anew. */
const PROCESS: readonly Rung[] = ['operator-pod', 'start-up', 'controller', 'caches'];

const when = (value: boolean | undefined): RungState =>
  value === undefined ? 'unknown' : value ? 'reached' : 'not-reached';

function crd(evidence: Evidence): RungState {
  const { plural, version } = TARGETS[evidence.target.kind];
  const crds = readValue(evidence.crds);
  // Still served, and about to take all resources of its kind with it.
  if (crds?.some((one) => one.plural === plural && one.meta.deleting !== undefined)) return 'not-reached';
  const served = readValue(evidence.served);
  if (served) return when(served[version].includes(plural));
  if (crds && !crds.some((one) => one.plural === plural)) return 'not-reached';
  if (evidence.resource.state === 'absent') return evidence.resource.how === 'no-such-kind' ? 'not-reached' : 'reached';
  return 'unknown';
}

function resource(evidence: Evidence): RungState {
  return evidence.resource.state === 'unread' ? 'unknown' : when(evidence.resource.state === 'read');
}

/** Reached when a process was started in the operator's pod; whether it stays up is the next rung's matter. */
function operatorPodState(evidence: Evidence): RungState {
  const operator = responsible(evidence);
  if (!operator) return evidence.operators.state === 'unread' ? 'unknown' : 'not-reached';
  if (operator.deployment.replicas === 0) return 'not-reached';
  const pods = readValue(operator.pods);
  if (!pods) return operator.deployment.status.readyReplicas > 0 ? 'reached' : 'unknown';
  const container = operatorContainer(operator.deployment, operatorPod(operator));
  return when(Boolean(container?.state.running ?? container?.state.terminated ?? container?.lastState.terminated));
}

function startUp(evidence: Evidence): RungState {
  const operator = responsible(evidence);
  if (!operator) return 'unknown';
  const pods = readValue(operator.pods);
  if (!pods) return operator.deployment.status.readyReplicas > 0 ? 'reached' : 'unknown';
  const pod = operatorPod(operator);
  if (pod && isReady(pod)) return 'reached';
  const container = operatorContainer(operator.deployment, pod);
  return (container?.state.terminated ?? container?.lastState.terminated) ? 'not-reached' : 'unknown';
}

function controllerAndCaches(evidence: Evidence): Pick<Ladder, 'controller' | 'caches'> {
  const { state } = controllerState(evidence, readStory(evidence));
  if (state === 'running') return { controller: 'reached', caches: 'reached' };
  if (state === 'waiting') return { controller: 'reached', caches: 'not-reached' };
  if (state === 'absent') return { controller: 'not-reached', caches: 'unknown' };
  // A process without a status of its own may still have begun: a status or objects from before its start prove nothing of it.
  return { controller: 'unknown', caches: 'unknown' };
}

function selected(evidence: Evidence): RungState {
  const operator = responsible(evidence);
  const found = readValue(evidence.resource);
  if (found?.meta.deleting !== undefined || found?.spec['paused'] === true) return 'not-reached';
  if (!operator) return 'unknown';
  if (exclusions(evidence, operator).length > 0) return 'not-reached';
  // The log may still tell of one that is gone.
  if (evidence.resource.state === 'absent') return 'unknown';
  if (statusEmpty(evidence) === false) return 'reached';
  // A status may be impossible to write; that a sync was tried tells as much.
  const log = readTargetLog(evidence);
  return log.lastSyncStart >= 0 || log.syncErrors.length > 0 ? 'reached' : 'unknown';
}

function sync(evidence: Evidence): RungState {
  const log = readTargetLog(evidence);
  const error = currentErrors(evidence, log).at(-1);
  // It got as far as the StatefulSet, and that name is taken: the next rung's matter.
  if (error) return when(isWorkload(alreadyExists(error.message)?.resource ?? ''));
  const reconciled = lastReport(evidence, log);
  if (reconciled?.status === 'False') return 'not-reached';
  if (reconciled?.status === 'True' && readValue(evidence.resource)?.spec['paused'] !== true) return 'reached';
  if (evidence.statefulSet.state === 'read' && ownedByTarget(evidence) !== false) return 'reached';
  return 'unknown';
}

function statefulSet(evidence: Evidence): RungState {
  if (evidence.statefulSet.state === 'unread') return 'unknown';
  if (evidence.statefulSet.state === 'absent') return 'not-reached';
  const isThere = ownedByTarget(evidence) !== false && evidence.statefulSet.value.meta.deleting === undefined;
  if (isThere && shardsOfTarget(evidence)?.state === 'unread') return 'unknown';
  return when(isThere && otherShards(evidence).every(isMade));
}

function podsAndReady(evidence: Evidence): Pick<Ladder, 'pods' | 'ready'> {
  const found = readValue(evidence.statefulSet);
  if (!found) {
    const state = evidence.statefulSet.state === 'absent' ? 'not-reached' : 'unknown';
    return { pods: state, ready: state };
  }
  if (ownedByTarget(evidence) === false) return { pods: 'not-reached', ready: 'not-reached' };
  const wanted = found.replicas ?? 1;
  const pods = readValue(evidence.pods);
  const made = Math.max(pods?.length ?? 0, found.status.replicas ?? 0);
  // Of a DaemonSet's pods only the newest are kept.
  const isCounted = pods !== undefined && found.kind !== 'DaemonSet';
  const ready = Math.max(pods?.filter(isReady).length ?? 0, isCounted ? 0 : (found.status.readyReplicas ?? 0));
  // What is not known of the others is neither reached nor missed.
  if (shardsOfTarget(evidence)?.state === 'unread' && ready >= wanted) return { pods: 'unknown', ready: 'unknown' };
  const others = otherShards(evidence);
  const isBound = (pods ?? []).every((one) => one.nodeName !== undefined);
  return {
    pods: when((wanted === 0 || (made > 0 && isBound)) && others.every(isMade)),
    ready: when(ready >= wanted && others.every(isComplete)),
  };
}

function isAvailable(evidence: Evidence): boolean {
  const conditions = readValue(evidence.resource)?.status?.conditions ?? [];
  return conditions.some((one) => one.type === 'Available' && one.status === 'True');
}

/** Written back, and by the process that runs now or after the StatefulSet was made. */
function status(evidence: Evidence): RungState {
  if (evidence.resource.state !== 'read') return 'unknown';
  if (statusEmpty(evidence) !== false) return 'not-reached';
  const wanted = readValue(evidence.statefulSet)?.replicas ?? 1;
  if (isAvailable(evidence)) return 'reached';
  // The operator has nothing else to say of a DaemonSet: its status counts StatefulSets only.
  if (readValue(evidence.statefulSet)?.kind === 'DaemonSet') return 'reached';
  // A status that says less than there is has not been written back yet.
  return podsAndReady(evidence).ready === 'reached' && wanted > 0
    ? isFresh(evidence)
      ? 'unknown'
      : 'not-reached'
    : 'reached';
}

/** The operator or the StatefulSet is younger than the minute in which a status may lag. */
function isFresh(evidence: Evidence): boolean {
  const since = [processStart(evidence), readValue(evidence.statefulSet)?.meta.created]
    .flatMap((one) => one ?? [])
    .sort()
    .at(-1);
  return since !== undefined && Date.parse(evidence.at) - Date.parse(since) < 90_000;
}
