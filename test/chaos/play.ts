import type { Broken } from './invariants.ts';
import { Stuck } from './patience.ts';
import type { Crowd } from './people.ts';

interface PlayOptions {
  /** Incidents follow each other until there were so many proposals. */
  readonly proposals: number;
  readonly atOnce: number;
  /** No incident is begun any more. */
  readonly stop: AbortSignal;
  /** Told when one does not end. */
  readonly isStuck: () => void;
  readonly progress: (line: string) => void;
  /** What is told beside how far it is. */
  readonly state: () => Promise<string>;
}

/** As many incidents as `proposals` may take: some are over without a repair, because one of the same operator has helped before. */
export function incidentsFor(proposals: number, atOnce: number): number {
  return Math.ceil(proposals * 1.25) + atOnce;
}

/** Every incident once, some at the same time. Returns those that did not end. */
export async function playAll(crowd: Crowd, options: PlayOptions): Promise<readonly Broken[]> {
  const { proposals, atOnce, stop, isStuck, progress, state } = options;
  const stuck: Broken[] = [];
  const toldAfter = Math.max(10, Math.min(100, Math.round(proposals / 10)));
  let next = 0;
  let done = 0;
  async function player(): Promise<void> {
    for (let index = next++; crowd.proposals.size < proposals && !stop.aborted; index = next++) {
      await crowd.play(index).catch((error: unknown) => {
        if (!(error instanceof Stuck)) throw error;
        const [proposal] = /^inc-\S+/.exec(error.message) ?? [];
        stuck.push({
          invariant: 'every proposal ends, or says why nobody knows',
          detail: `${error.message}, and nothing got on`,
          ...(proposal !== undefined && { proposal }),
        });
        isStuck();
      });
      done += 1;
      if (done % toldAfter === 0)
        progress(`${done} incidents are over, with ${crowd.proposals.size} proposals; ${await state()}`);
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, proposals) }, player));
  return stuck;
}
