import { isOperatorContainer } from '../../evidence/sources/operator-image.ts';
import type { Clockwork } from '../clockwork.ts';
import { at, type Json, nameOf, namespaceOf, number, object, objects, string, withMetadata } from '../json.ts';
import { type Processes, replayed } from '../processes.ts';
import { type SavedStory, type Snapshot, shiftTimes } from '../snapshot.ts';
import type { State } from '../state.ts';
import { CURES, type Cure, type Ward } from './cures.ts';
import { runDeployments } from './deployments.ts';
import { DEPLOYMENTS, PODS, put, removeFrom } from './objects.ts';

const PROMETHEUSES = '/apis/monitoring.coreos.com/v1/prometheuses';
const MONITORING = '/apis/monitoring.coreos.com/';
const APPLICATIONS = '/apis/argoproj.io/v1alpha1/applications';

/**
 * The control plane: Deployments get their pods, a new process of the operator writes the log that it wrote in reality, and when the cause
 * is gone, what the operator and Argo CD did after the repair happens again, object by object, at the pace of then.
 */
export function runControlPlane(
  snapshot: Snapshot,
  state: State,
  processes: Processes,
  clockwork: Clockwork,
): () => void {
  const cure = CURES[snapshot.id];
  const { story } = snapshot;
  let told = false;
  const begin = (start: number): void => {
    if (told || story === undefined) return;
    told = true;
    if (story.goesOn) goOn(story, { state, processes, clockwork, start });
    tellStory(story, { state, processes, clockwork, start });
  };
  const isGone = (): boolean => told || (cure?.isGone(ward(snapshot, state)) ?? false);

  const stopDeployments = runDeployments(state, clockwork, {
    started(deployment, pod) {
      const container = operatorContainer(deployment);
      if (container === undefined) return;
      const start = state.now().getTime();
      const cured = isGone();
      const text = cured ? story?.log : operatorLog(snapshot, container);
      if (text !== undefined)
        processes.setLog(namespaceOf(pod) ?? '', nameOf(pod), container, replayed(text, start, clockwork.pace));
      processes.setMetrics(cured ? (story?.metrics ?? snapshot.metrics) : snapshot.metrics);
      if (cured) begin(start);
    },
    ready: () => {},
    gone: (pod) => processes.forget(namespaceOf(pod) ?? '', nameOf(pod)),
    model: (deployment) => (operatorContainer(deployment) === undefined ? undefined : story?.operatorPod),
  });
  const stopCure =
    cure?.at === 'write' ? watchCure(state, cure, snapshot, () => begin(state.now().getTime())) : () => {};
  return () => {
    stopDeployments();
    stopCure();
  };
}

function watchCure(state: State, cure: Cure, snapshot: Snapshot, begin: () => void): () => void {
  return state.watch(() => {
    if (cure.isGone(ward(snapshot, state))) begin();
  });
}

function ward(snapshot: Snapshot, state: State): Ward {
  const [namespace, name = ''] = snapshot.subject.split('/');
  const operator = state.list(DEPLOYMENTS).find((one) => operatorContainer(one) !== undefined);
  return { state, prometheus: state.get(PROMETHEUSES, namespace, name), operator };
}

/** Name of the operator's container, where a Deployment has one. */
function operatorContainer(deployment: Json): string | undefined {
  const all = objects(object(deployment, 'spec', 'template', 'spec')['containers']);
  return all
    .map((one) => [string(one, 'name') ?? '', string(one, 'image') ?? ''] as const)
    .find(([name, image]) => isOperatorContainer(name, image))?.[0];
}

/** What a process writes that starts into the same fault again. */
function operatorLog(snapshot: Snapshot, container: string): string | undefined {
  return snapshot.logs.find((log) => log.container === container)?.current;
}

/** The process that runs writes on. */
function goOn(story: SavedStory, { state, processes, clockwork, start }: Stage): void {
  const deployment = state.list(DEPLOYMENTS).find((one) => operatorContainer(one) !== undefined);
  const container = deployment === undefined ? undefined : operatorContainer(deployment);
  if (deployment === undefined || container === undefined) return;
  const labels = Object.entries(object(deployment, 'spec', 'selector', 'matchLabels'));
  const [pod] = state
    .list(PODS, namespaceOf(deployment))
    .filter((one) => labels.every(([key, value]) => object(one, 'metadata', 'labels')[key] === value));
  if (pod !== undefined)
    processes.addLog(namespaceOf(pod) ?? '', nameOf(pod), container, replayed(story.log, start, clockwork.pace));
}

interface Stage {
  readonly state: State;
  readonly processes: Processes;
  readonly clockwork: Clockwork;
  /** When the story begins here (milliseconds since 1970). */
  readonly start: number;
}

function tellStory(story: SavedStory, { state, processes, clockwork, start }: Stage): void {
  const from = Date.parse(story.from);
  const until = Date.parse(story.until);
  // What is older than the story stays where it is.
  const move = (ms: number): number => (ms < from ? ms : Math.round(start + (ms - from) * clockwork.pace));
  const moved = (item: Json): Json => {
    const value: unknown = JSON.parse(shiftTimes(JSON.stringify(item), move));
    // Times in a JSON object were replaced by times.
    return value as Json;
  };
  const steps = [
    ...Object.entries(story.objects).flatMap(([path, items]) =>
      items.map((item) => ({ ms: latest(item, from, until) - from, run: () => settle(state, path, moved(item)) })),
    ),
    ...story.removed.map(({ path, namespace, name }) => ({
      ms: until - from,
      run: () => {
        const found = state.get(path, namespace, name);
        if (found !== undefined) removeFrom(state, path, found);
      },
    })),
  ].sort((a, b) => a.ms - b.ms);
  for (const { ms, run } of steps) clockwork.after(Math.max(0, ms), run);
  processes.setMetrics(story.metrics ?? processes.metrics());
}

/** The newest time in an object within the story: when it came to be as it is. */
function latest(item: Json, from: number, until: number): number {
  let newest = from;
  shiftTimes(JSON.stringify(item), (ms) => {
    if (ms > newest && ms <= until) newest = ms;
    return ms;
  });
  return newest;
}

/** Puts an object there as it was in the end; of what people write, only what controllers write is taken. */
function settle(state: State, path: string, item: Json): void {
  const found = state.get(path, namespaceOf(item), nameOf(item));
  if (found === undefined) {
    if (!path.startsWith(MONITORING)) put(state, path, item);
    return;
  }
  if (path.startsWith(MONITORING)) put(state, path, withStatusOf(found, item));
  else if (path === APPLICATIONS) {
    const { operation: _, ...rest } = found;
    put(state, path, { ...rest, status: item['status'] });
  } else put(state, path, withMetadata(item, { uid: at(found, 'metadata', 'uid') }));
}

function withStatusOf(found: Json, item: Json): Json {
  const generation = number(found, 'metadata', 'generation');
  const status = object(item, 'status');
  const conditions = objects(status['conditions']).map((one) => ({ ...one, observedGeneration: generation }));
  const known = objects(object(found, 'metadata')['managedFields']).filter((one) => one['subresource'] !== 'status');
  const written = objects(object(item, 'metadata')['managedFields']).filter((one) => one['subresource'] === 'status');
  return withMetadata(
    { ...found, status: conditions.length > 0 ? { ...status, conditions } : status },
    { managedFields: [...known, ...written] },
  );
}
