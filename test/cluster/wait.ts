import { setTimeout as sleep } from 'node:timers/promises';

export { sleep };

interface Patience {
  readonly seconds?: number;
  /** Milliseconds between two looks. */
  readonly every?: number;
}

/**
 * Looks again and again until `look` says something true, and returns that. An exception counts as "not yet"; the last one is in the
 * message of the error that is thrown when time is up.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T> | T,
  { seconds = 120, every = 250 }: Patience = {},
): Promise<NonNullable<T>> {
  const end = performance.now() + seconds * 1000;
  let last: unknown;
  while (performance.now() < end) {
    try {
      const seen = await look();
      if (seen) return seen;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await sleep(every);
  }
  throw new Error(`gave up after ${seconds} s: ${what}${last instanceof Error ? `: ${last.message}` : ''}`);
}
