import type { Row } from '../scenarios/argo.ts';
import { type App, chartSource, now, type OperationState, type Selected } from './application.ts';
import { healthOf } from './health.ts';
import type { HookPhase, Manifest } from './manifest.ts';
import { type Applied, notServed, type Objects } from './objects.ts';

type Phase = HookPhase | 'Sync';
const PHASES: readonly Phase[] = ['PreSync', 'Sync', 'PostSync'];

/** How far a sync got, for as long as the stand-in runs. */
export interface Progress {
  readonly startedAt: string;
  readonly begun: Set<Phase>;
  readonly results: Result[];
}

interface Result extends Row {
  readonly namespace: string;
  readonly status: 'Synced' | 'SyncFailed';
  readonly syncPhase: Phase;
  hookPhase: 'Running' | 'Succeeded' | 'Failed';
  readonly hookType?: HookPhase;
  message: string;
}

/** What is written into `status.operationState` next. */
export type Written = Partial<OperationState> & Pick<OperationState, 'phase' | 'message'>;

export interface Running {
  readonly app: App;
  readonly state: OperationState;
  readonly manifests: readonly Manifest[];
  readonly progress: Progress;
}

/**
 * One look at a running sync: begins the next phase when the last one is done, waits, or ends it. A sync of single resources, and one by
 * the strategy `apply`, runs no hooks; one with hooks waits for the health of all that it applied.
 */
export async function advance(objects: Objects, running: Running): Promise<Written> {
  const { state, progress } = running;
  if (state.phase === 'Terminating') {
    for (const one of hooks(running)) if (progress.begun.has(one.hook ?? 'Sync')) await objects.remove(one.row);
    return { phase: 'Failed', message: 'Operation terminated', finishedAt: now(), ...result(running) };
  }
  const invalid = progress.begun.size === 0 ? await unknownKinds(objects, tasks(running, 'Sync')) : undefined;
  if (invalid !== undefined) return failed(running, `one or more synchronization tasks are not valid: ${invalid}`);
  for (const phase of PHASES) {
    const todo = tasks(running, phase);
    if (todo.length === 0) continue;
    if (!progress.begun.has(phase)) {
      const wrong = await begin(objects, running, phase, todo);
      if (wrong !== undefined) return failed(running, `one or more objects failed to apply, reason: ${wrong}`);
    }
    const waits = await waitsFor(objects, running, phase, todo);
    if (waits?.is === 'failed')
      return failed(running, `one or more synchronization tasks completed unsuccessfully, reason: ${waits.what}`);
    if (waits) return { phase: 'Running', message: waits.what, ...result(running) };
  }
  for (const { row } of hooks(running)) await objects.remove(row);
  return { phase: 'Succeeded', message: 'successfully synced (all tasks run)', finishedAt: now(), ...result(running) };
}

const hooks = (running: Running): readonly Manifest[] =>
  PHASES.flatMap((phase) => tasks(running, phase)).filter(({ hook }) => hook !== undefined);

function tasks({ manifests, state }: Running, phase: Phase): readonly Manifest[] {
  const { resources = [], syncStrategy } = state.operation.sync ?? {};
  const own = manifests.filter(({ hook }) => (hook ?? 'Sync') === phase);
  if (resources.length > 0)
    return phase === 'Sync' ? own.filter(({ row }) => resources.some((one) => isSelected(row, one))) : [];
  return phase === 'Sync' || syncStrategy?.apply === undefined ? own : [];
}

const isSelected = (row: Row, { group = '', kind, name, namespace }: Selected): boolean =>
  row.group === group && row.kind === kind && row.name === name && (namespace ?? row.namespace) === row.namespace;

/** Checked before anything is applied; a kind whose CRD comes with the sync is not missing. */
async function unknownKinds(objects: Objects, todo: readonly Manifest[]): Promise<string | undefined> {
  const brought = new Set(
    todo.map(({ row }) => (row.kind === 'CustomResourceDefinition' ? row.name.split('.').slice(1).join('.') : '')),
  );
  for (const { row } of todo)
    if (!brought.has(row.group) && (await objects.path(row)) === undefined) return notServed(row);
  return undefined;
}

async function begin(
  objects: Objects,
  running: Running,
  phase: Phase,
  todo: readonly Manifest[],
): Promise<string | undefined> {
  const { state, progress } = running;
  progress.begun.add(phase);
  // The deletion policy before-hook-creation.
  if (phase !== 'Sync') for (const { row } of todo) await objects.remove(row);
  const serverSide = state.operation.sync?.syncOptions?.includes('ServerSideApply=true') === true;
  const applied = await objects.apply(todo, serverSide || phase !== 'Sync');
  progress.results.push(...applied.map((one) => resultOf(one, phase)));
  return applied.find(({ error }) => error !== undefined)?.error;
}

function resultOf({ row, error, message }: Applied, phase: Phase): Result {
  return {
    ...row,
    namespace: row.namespace ?? '',
    status: error === undefined ? 'Synced' : 'SyncFailed',
    syncPhase: phase,
    hookPhase: error === undefined ? 'Running' : 'Failed',
    ...(phase !== 'Sync' && { hookType: phase }),
    message,
  };
}

/** What a phase waits for. A sync of one phase ends without waiting. */
async function waitsFor(
  objects: Objects,
  running: Running,
  phase: Phase,
  todo: readonly Manifest[],
): Promise<{ readonly is: 'waiting' | 'failed'; readonly what: string } | undefined> {
  if (hooks(running).length === 0) return undefined;
  const pending: Row[] = [];
  for (const one of todo) {
    const health = healthOf(one, await objects.read(one.row)) ?? 'Healthy';
    const entry = running.progress.results.find(
      ({ kind, name, syncPhase }) => kind === one.row.kind && name === one.row.name && syncPhase === phase,
    );
    if (entry) entry.hookPhase = health === 'Healthy' ? 'Succeeded' : health === 'Degraded' ? 'Failed' : 'Running';
    if (health === 'Degraded') return { is: 'failed', what: `${one.row.kind}/${one.row.name} is Degraded` };
    if (health === 'Progressing') pending.push(one.row);
  }
  const [first] = pending;
  if (!first) return undefined;
  const named = `${phase === 'Sync' ? 'healthy state of' : 'completion of hook'} ${first.group}/${first.kind}/${first.name}`;
  const more = pending.length > 1 ? ` and ${pending.length - 1} more ${phase === 'Sync' ? 'resources' : 'hooks'}` : '';
  return { is: 'waiting', what: `waiting for ${named}${more}` };
}

const failed = (running: Running, message: string): Written => ({
  phase: 'Failed',
  message,
  finishedAt: now(),
  ...result(running),
});

/** The outcome of each object so far, as Argo CD keeps it. */
function result({ app, state, progress }: Running): Pick<OperationState, 'syncResult'> {
  const source = chartSource(app);
  const revision = state.operation.sync?.revision ?? source?.targetRevision ?? '';
  return { syncResult: { revision, ...(source && { source }), ...{ resources: progress.results } } };
}
