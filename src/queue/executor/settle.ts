import { type KubeClient, KubeError } from '../../kubernetes/types.ts';
import type { Step } from '../../remediations/types.ts';
import { isAsExpected, pathOf, readOf } from './change.ts';
import { isPassing } from './failure.ts';

/** Reads, a second apart, with which the controller of an object is waited for. */
const MAX_READS = 120;

export interface Settling {
  readonly client: KubeClient;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  readonly signal?: AbortSignal;
}

/**
 * Waits, after a write, until the object's controller has taken it up, where the step says what that looks like. One that takes too long is
 * told by the next step, which does not find what it expects. Reads only.
 */
export async function awaitSettled(step: Step, { client, sleep, signal }: Settling): Promise<void> {
  const path = pathOf(step.object);
  if (step.do !== 'patch' || step.awaits === undefined || path === undefined) return;
  for (let reads = 0; reads < MAX_READS && signal?.aborted !== true; reads++) {
    try {
      const { body } = await client.json({ ...readOf(step.object, path), ...(signal && { signal }) });
      if (isAsExpected(step.awaits, body)) return;
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      if (!isPassing(error)) return;
    }
    await sleep(1000, signal);
  }
}
