/** How often one person may have the cluster read. */
export interface AskingLimit {
  /** Zero when they may ask now, which counts; else the seconds after which they may. */
  ask(person: string, now: Date): number;
}

/** So many at once, as for a handful of resources in one incident; then one each `everySeconds`. */
const BURST = 6;
const EVERY_SECONDS = 10;
const PEOPLE = 10_000;

/**
 * Counts in the memory of one process: it works without Redis, and forgets with a restart. Nobody ever waits longer than `everySeconds`, also
 * when the clock steps back; with more people than it remembers it lets people ask.
 */
export function createAskingLimit({ burst = BURST, everySeconds = EVERY_SECONDS, people = PEOPLE } = {}): AskingLimit {
  const everyMs = everySeconds * 1000;
  /** When each person will have waited off all they asked. */
  const settled = new Map<string, number>();

  function forgetSome(at: number): void {
    for (const [person, until] of settled) if (until <= at) settled.delete(person);
    for (const person of settled.keys()) {
      if (settled.size < people) return;
      settled.delete(person);
    }
  }

  return {
    ask(person, now) {
      const at = now.getTime();
      const owed = Math.min(Math.max((settled.get(person) ?? 0) - at, 0), burst * everyMs);
      const tooEarlyMs = owed - (burst - 1) * everyMs;
      if (tooEarlyMs > 0) {
        settled.set(person, at + owed);
        return Math.ceil(tooEarlyMs / 1000);
      }
      if (settled.size >= people && !settled.has(person)) forgetSome(at);
      settled.set(person, at + owed + everyMs);
      return 0;
    },
  };
}
