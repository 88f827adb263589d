import type { Json } from '../../evidence/json.ts';
import { type KubeClient, KubeError } from '../../kubernetes/types.ts';
import type { ObjectRef } from '../../remediations/types.ts';
import { isPassing, shown } from './failure.ts';
import { pathOf, readOf } from './objects.ts';

export interface Waiting {
  readonly client: KubeClient;
  /** Time passes by this alone. Rejects when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  readonly signal?: AbortSignal;
}

/** What one look at the object says. */
export type Seen =
  /** It is as it was waited for. */
  | { readonly is: 'there' }
  /** Not yet. `graceMs`: from the first look that says so, that long is waited and no longer, whatever the limit was. */
  | { readonly is: 'not-yet'; readonly because: string; readonly graceMs?: number }
  /** It never will be. */
  | { readonly is: 'never'; readonly because: string };

type Waited = { readonly there: true } | { readonly there: false; readonly because: string };

/**
 * Reads an object again and again until it is as it was waited for, never will be, or the time is up (in milliseconds, counted in looks). An
 * API server that is away for a moment is outlasted; one that says no is believed. Reads only; may be repeated freely.
 */
export async function waitFor(
  object: ObjectRef,
  { client, sleep, signal }: Waiting,
  { everyMs, limitMs }: { readonly everyMs: number; readonly limitMs: number },
  judge: (object: Json) => Seen,
): Promise<Waited> {
  const path = pathOf(object);
  if (path === undefined) return { there: false, because: `nobody waits for a ${object.kind}` };
  let because = '';
  let until = limitMs;
  let inGrace = false;
  for (let waited = 0; waited <= until; waited += everyMs) {
    try {
      const { body } = await client.json({ ...readOf(object, path), ...(signal && { signal }) });
      const seen = judge(body);
      if (seen.is === 'there') return { there: true };
      because = seen.because;
      if (seen.is === 'never') break;
      if (seen.graceMs !== undefined && !inGrace) {
        inGrace = true;
        until = waited + seen.graceMs;
      }
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      because = shown(error.message);
      if (!isPassing(error)) break;
    }
    await sleep(everyMs, signal);
  }
  return { there: false, because };
}
