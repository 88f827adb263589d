import { at, type Json, string } from '../../evidence/json.ts';
import { waitsFor } from '../../parse/argocd-message.ts';
import { syncedRevision, type VersionStep } from './chart-version.ts';
import { shown } from './failure.ts';
import { type Seen, type Waiting, waitFor } from './wait-for.ts';

const EVERY_MS = 2000;
/** From when the version is applied until Argo CD has to find it healthy: a rollout, and the status of what the operator makes. */
const HEALTH_MS = 90_000;

type Sync =
  /** The version is applied, and Argo CD calls all of it healthy. */
  | { readonly sync: 'healthy' }
  /** It is not, by then or for good; what the version does shows in the diagnosis that follows. */
  | { readonly sync: 'unfinished'; readonly because: string };

/**
 * Waits until Argo CD has synced the version that a step asked for and finds it healthy. An operation for another version, also the one
 * before, says nothing.
 */
export async function awaitSync(step: VersionStep, waiting: Waiting, limitMs: number): Promise<Sync> {
  const end = await waitFor(step.object, waiting, { everyMs: EVERY_MS, limitMs }, (application) =>
    syncState(step, application),
  );
  return end.there ? { sync: 'healthy' } : { sync: 'unfinished', because: end.because };
}

/** A sync with hooks after it is not over before everything is healthy: what it waits for then is already applied. */
function waitsForHealth(message: string): boolean {
  const waits = waitsFor(message);
  return waits?.state === 'health' || waits?.state === 'hook';
}

function syncState(step: VersionStep, application: Json): Seen {
  const waits = (because: string): Seen => ({ is: 'not-yet', because });
  const applied = (because: string): Seen => ({ is: 'not-yet', because, graceMs: HEALTH_MS });
  const comparison = comparisonError(application);
  if (comparison !== undefined) return waits(comparison);
  const operation = at(application, 'status', 'operationState');
  const phase = string(operation, 'phase');
  const message = shown(string(operation, 'message') ?? '');
  if (syncedRevision(step, application) !== step.to) return waits('Argo CD has not begun to sync it');
  // A failure that is retried is `Running` until the last attempt.
  if (phase === 'Failed' || phase === 'Error') return { is: 'never', because: `the sync failed: ${message}` };
  if (phase !== 'Succeeded') {
    const because = `the sync is ${phase ?? 'not begun'}: ${message}`;
    return waitsForHealth(message) ? applied(because) : waits(because);
  }
  const health = string(application, 'status', 'health', 'status') ?? 'Unknown';
  return health === 'Healthy' ? { is: 'there' } : applied(`synced, and ${health}`);
}

/** A version that can't be rendered: it may come by itself when the repository answers again. */
function comparisonError(application: Json): string | undefined {
  const conditions = at(application, 'status', 'conditions');
  if (!Array.isArray(conditions)) return undefined;
  const error: unknown = conditions.find((one: unknown) => string(one, 'type') === 'ComparisonError');
  return error === undefined ? undefined : shown(string(error, 'message') ?? 'ComparisonError');
}
