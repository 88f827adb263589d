import type { CauseSlug } from '../../diagnosis/causes.ts';
import type { Diagnosis } from '../../diagnosis/types.ts';
import type { Evidence, Target } from '../../evidence/types.ts';
import { KubeError } from '../../kubernetes/types.ts';
import type { JobPorts } from './ports.ts';

const INTERVAL_MS = 2000;
/** The operator refreshes a status about once a minute: before that, "still unhealthy" could be yesterday's news. */
export const PATIENCE_SECONDS = 75;
/** That many times in a row the same cause has to be proven anew before the repair is said to have been in vain early. */
const IN_A_ROW = 3;

export interface Effect {
  readonly healthy: boolean;
  readonly diagnosis: Diagnosis;
  readonly evidence: Evidence;
  /** The change was there, and somebody took it back. */
  readonly putBack?: true;
}

interface Watch {
  readonly target: Target;
  /** The cause that was repaired. */
  readonly cause: CauseSlug;
  /** For a repair that was asked for beside the root cause: whether what it mends is in order. It decides alone. */
  readonly isInOrder?: (evidence: Evidence) => boolean;
  /** When the last step was done (ISO). */
  readonly since: string;
  /** Seconds from then until it must have helped. */
  readonly deadlineSeconds: number;
  /** Seconds from then that the change must have lasted. */
  readonly settleSeconds?: number;
  /** Whether the change still stands, where the diagnosis alone would not show that it does not. */
  readonly holds?: (evidence: Evidence) => boolean;
}

/**
 * Success is the diagnosis: reads and judges until the target runs and the cause is gone, or the time is up. Where an owner could put the
 * change back, it must have lasted past that. The last diagnosis is the result either way.
 * Undefined when the cluster could not be read at all in that time.
 */
export async function watchEffect(ports: JobPorts, watch: Watch): Promise<Effect | undefined> {
  let last: Effect | undefined;
  let inVain = 0;
  let lost = 0;
  for (;;) {
    const seen = await diagnoseNow(ports, watch);
    const seconds = elapsedSeconds(watch.since, await ports.store.now());
    if (seen) {
      const holds = watch.holds?.(seen.evidence) ?? true;
      // What the API server allows follows a change of a role within a second or so.
      lost = holds ? 0 : lost + 1;
      const isSettled = seconds >= (watch.settleSeconds ?? 0);
      last = { ...seen, healthy: seen.healthy && holds && isSettled, ...(lost >= IN_A_ROW && { putBack: true }) };
      if (last.healthy || (last.putBack && isSettled)) return last;
      inVain = isProvenAgain(seen.diagnosis, watch.cause) ? inVain + 1 : 0;
    }
    if (seconds >= watch.deadlineSeconds) return last;
    if (seconds >= PATIENCE_SECONDS && inVain >= IN_A_ROW) return last;
    await ports.sleep(INTERVAL_MS, ports.signal);
  }
}

async function diagnoseNow(ports: JobPorts, { target, cause, isInOrder }: Watch): Promise<Effect | undefined> {
  try {
    const evidence = await ports.cluster.collect(target, ports.signal);
    const diagnosis = ports.diagnose(evidence);
    return { evidence, diagnosis, healthy: isInOrder?.(evidence) ?? helped(diagnosis, cause) };
  } catch (error) {
    if (error instanceof KubeError) return undefined;
    throw error;
  }
}

/** The target runs, and what was repaired is no cause any more. What else is degraded is no matter of this repair. */
export function helped({ verdict, rootCause }: Diagnosis, cause: CauseSlug): boolean {
  return verdict === 'healthy' || (verdict === 'degraded' && rootCause?.cause !== cause);
}

function isProvenAgain({ rootCause }: Diagnosis, cause: CauseSlug): boolean {
  return rootCause?.cause === cause && rootCause.certainty === 'proven';
}

/** From one of the store's times to a later one; 0 where its clock was set back. */
export function elapsedSeconds(from: string, to: string): number {
  return Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
}
