import { type KubeClient, KubeError } from '../../kubernetes/types.ts';
import type { ObjectRef } from '../../remediations/types.ts';
import { pathOf } from './change.ts';
import { isPassing, shown } from './failure.ts';
import { at, count, record, text } from './json.ts';

const INTERVAL_MS = 1000;

export type Rollout =
  | { readonly rollout: 'finished' }
  /** It is not through; what the change does shows in the diagnosis that follows. */
  | { readonly rollout: 'unfinished'; readonly because: string };

export interface RolloutWait {
  readonly client: KubeClient;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Milliseconds to wait at most, counted in polls. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Waits until every replica of a Deployment runs the newest template and is available. Reads only; may be repeated freely. */
export async function awaitRollout(
  object: ObjectRef,
  { client, sleep, timeoutMs, signal }: RolloutWait,
): Promise<Rollout> {
  const path = pathOf(object);
  if (path === undefined) return { rollout: 'unfinished', because: `${object.kind} has no rollout` };
  let because = 'not seen by its controller yet';
  for (let waited = 0; waited <= timeoutMs; waited += INTERVAL_MS) {
    try {
      const { body } = await client.json({ method: 'GET', path, ...(signal && { signal }) });
      const state = rolloutState(body);
      if (state === 'finished') return { rollout: 'finished' };
      because = state;
      if (isStuck(body)) return { rollout: 'unfinished', because };
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      because = shown(error.message);
      if (!isPassing(error)) return { rollout: 'unfinished', because };
    }
    await sleep(INTERVAL_MS, signal);
  }
  return { rollout: 'unfinished', because };
}

function rolloutState(body: Readonly<Record<string, unknown>>): string {
  const status = record(body['status']);
  const wanted = at(body, 'spec', 'replicas') ?? 1;
  if (count(status['observedGeneration']) < count(at(body, 'metadata', 'generation')))
    return 'not seen by its controller yet';
  const updated = count(status['updatedReplicas']);
  if (updated !== wanted) return `${updated} of ${String(wanted)} replicas updated`;
  if (count(status['replicas']) > updated) return 'the old replica still runs';
  const available = count(status['availableReplicas']);
  return available === wanted ? 'finished' : `${available} of ${String(wanted)} replicas available`;
}

/** The deployment controller itself gave up. */
function isStuck(body: Readonly<Record<string, unknown>>): boolean {
  const conditions = at(body, 'status', 'conditions');
  return Array.isArray(conditions) && conditions.some((one) => text(at(one, 'reason')) === 'ProgressDeadlineExceeded');
}
