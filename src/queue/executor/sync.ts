import { KubeError } from '../../kubernetes/types.ts';
import { pathOf } from './change.ts';
import { syncedRevision, type VersionStep } from './chart-version.ts';
import { isPassing, shown } from './failure.ts';
import { at, text } from './json.ts';
import type { RolloutWait } from './rollout.ts';

const INTERVAL_MS = 2000;
/** From when the version is applied until Argo CD has to find it healthy: a rollout, and the status of what the operator makes. */
const HEALTH_MS = 90_000;

export type Sync =
  /** The version is applied, and Argo CD calls all of it healthy. */
  | { readonly sync: 'healthy' }
  /** It is not, by then or for good; what the version does shows in the diagnosis that follows. */
  | { readonly sync: 'unfinished'; readonly because: string };

/**
 * Waits until Argo CD has synced the version that a step asked for and finds it healthy. An operation for another version, also the one
 * before, says nothing. Reads only; may be repeated freely.
 */
export async function awaitSync(step: VersionStep, { client, sleep, timeoutMs, signal }: RolloutWait): Promise<Sync> {
  const path = pathOf(step.object);
  if (path === undefined) return { sync: 'unfinished', because: `${step.object.kind} is not synced` };
  let because = 'Argo CD has not looked at it yet';
  let until = timeoutMs;
  let isApplied = false;
  for (let waited = 0; waited <= until; waited += INTERVAL_MS) {
    try {
      const { body } = await client.json({ method: 'GET', path, ...(signal && { signal }) });
      const state = syncState(step, body);
      if (state.is === 'healthy') return { sync: 'healthy' };
      because = state.because;
      if (state.is === 'applied' && !isApplied) until = waited + HEALTH_MS;
      isApplied ||= state.is === 'applied';
      if (state.is === 'over') return { sync: 'unfinished', because };
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      because = shown(error.message);
      if (!isPassing(error)) return { sync: 'unfinished', because };
    }
    await sleep(INTERVAL_MS, signal);
  }
  return { sync: 'unfinished', because };
}

/** A sync with hooks after it is not over before everything is healthy. */
const WAITS_FOR_HEALTH = /^waiting for (healthy state|completion of hook)/;

type State = { readonly is: 'healthy' } | { readonly is: 'waiting' | 'applied' | 'over'; readonly because: string };

function syncState(step: VersionStep, application: Readonly<Record<string, unknown>>): State {
  const comparison = comparisonError(application);
  if (comparison !== undefined) return { is: 'waiting', because: comparison };
  const operation = at(application, 'status', 'operationState');
  const phase = text(at(operation, 'phase'));
  const message = shown(text(at(operation, 'message')) ?? '');
  if (syncedRevision(step, application) !== step.to)
    return { is: 'waiting', because: 'Argo CD has not begun to sync it' };
  // A failure that is retried is `Running` until the last attempt.
  if (phase === 'Failed' || phase === 'Error') return { is: 'over', because: `the sync failed: ${message}` };
  if (phase !== 'Succeeded')
    return {
      is: WAITS_FOR_HEALTH.test(message) ? 'applied' : 'waiting',
      because: `the sync is ${phase ?? 'not begun'}: ${message}`,
    };
  const health = text(at(application, 'status', 'health', 'status')) ?? 'Unknown';
  return health === 'Healthy' ? { is: 'healthy' } : { is: 'applied', because: `synced, and ${health}` };
}

/** A version that can't be rendered: it may come by itself when the repository answers again. */
function comparisonError(application: Readonly<Record<string, unknown>>): string | undefined {
  const conditions = at(application, 'status', 'conditions');
  if (!Array.isArray(conditions)) return undefined;
  const error: unknown = conditions.find((one: unknown) => text(at(one, 'type')) === 'ComparisonError');
  return error === undefined ? undefined : shown(text(at(error, 'message')) ?? 'ComparisonError');
}
