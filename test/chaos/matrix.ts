import type { Broken } from './invariants.ts';
import { PROTECTIONS, type Protection } from './protections.ts';
import { isTransient, runChaos } from './run.ts';

export interface Tried {
  readonly without: Protection;
  /** What broke first; undefined when the run did not notice. */
  readonly noticed: Broken | undefined;
  readonly broken: number;
  /** Storms until it was noticed. */
  readonly storms: number;
  readonly seconds: number;
}

/** A race that is lost once in a while may not be lost in one storm. */
const STORMS = 3;

/** Takes every protection away in turn: each time something has to break. */
export async function runMatrix(
  proposals: number,
  seed: number,
  progress: (line: string) => void,
): Promise<readonly Tried[]> {
  const results: Tried[] = [];
  for (const without of PROTECTIONS) {
    const began = Date.now();
    for (let storms = 1; ; storms += 1) {
      const { broken } = await runChaos({
        proposals,
        seed: seed + storms - 1,
        without,
        progress: (line) => progress(`  without ${without}: ${line}`),
      });
      // What merely took too long proves nothing on a busy machine; only what an outbox lost for good shows in no other way.
      const noticed = broken.find((one) => without === 'outbox' || !isTransient(one));
      if (noticed === undefined && storms < STORMS) continue;
      const seconds = Math.round((Date.now() - began) / 1000);
      results.push({ without, noticed, broken: broken.length, storms, seconds });
      progress(`without ${without}: ${noticed === undefined ? 'NOT NOTICED' : noticed.invariant}`);
      break;
    }
  }
  return results;
}
