import { at, type Json, number, object, string } from '../../evidence/json.ts';
import type { ObjectRef } from '../../remediations/types.ts';
import { type Waiting, waitFor } from './wait-for.ts';

const EVERY_MS = 1000;

type Rollout =
  | { readonly rollout: 'finished' }
  /** It is not through; what the change does shows in the diagnosis that follows. */
  | { readonly rollout: 'unfinished'; readonly because: string };

/** Waits until every replica of a Deployment runs the newest template and is available. */
export async function awaitRollout(object: ObjectRef, waiting: Waiting, limitMs: number): Promise<Rollout> {
  const end = await waitFor(object, waiting, { everyMs: EVERY_MS, limitMs }, (deployment) => {
    const state = rolloutState(deployment);
    if (state === 'finished') return { is: 'there' };
    return { is: isStuck(deployment) ? 'never' : 'not-yet', because: state };
  });
  return end.there ? { rollout: 'finished' } : { rollout: 'unfinished', because: end.because };
}

function rolloutState(body: Json): string {
  const status = object(body, 'status');
  const wanted = at(body, 'spec', 'replicas') ?? 1;
  if ((number(status, 'observedGeneration') ?? 0) < (number(body, 'metadata', 'generation') ?? 0))
    return 'not seen by its controller yet';
  const updated = number(status, 'updatedReplicas') ?? 0;
  if (updated !== wanted) return `${updated} of ${String(wanted)} replicas updated`;
  if ((number(status, 'replicas') ?? 0) > updated) return 'the old replica still runs';
  const available = number(status, 'availableReplicas') ?? 0;
  return available === wanted ? 'finished' : `${available} of ${String(wanted)} replicas available`;
}

/** The deployment controller itself gave up. */
function isStuck(body: Json): boolean {
  const conditions = at(body, 'status', 'conditions');
  return Array.isArray(conditions) && conditions.some((one) => string(one, 'reason') === 'ProgressDeadlineExceeded');
}
