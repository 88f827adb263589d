import { setTimeout as delay } from 'node:timers/promises';
import type { Broken } from './invariants.ts';
import { Patience } from './patience.ts';
import type { Place } from './processes.ts';
import type { Signs } from './signs.ts';

/** What is looked at of a place. */
export type Watched = Pick<Place, 'role' | 'pid' | 'isUp' | 'signs' | 'failed'>;

const EVERY_MS = 1000;
/** A loop that comes round every second or two and has not for so long hangs. */
const PATIENCE_MS = 20_000;
/** A worker without a job does nothing. While the others ask their stores so often, that is some twenty jobs, it would have got one. */
const DONE_BY_OTHERS = 600;
/** From then on the storm leaves it alone: to kill it would mend it before anybody has seen that it hangs. */
const SUSPECT = { ms: 4000, doneByOthers: 60 } as const;

/** What each bot does every second or two: to Slack, to the queue, the sweep. A worker has no loop that asks its store. */
const LOOPS = ['claim slack', 'claim queue', 'list proposal'];

interface Loop {
  readonly pid: number | undefined;
  readonly patience: Patience;
  /** How often it had come round, how much the others had done, and when, as it was seen to get on last. */
  count: number;
  others: number;
  at: number;
}

/** Tells a process that is alive, was not frozen by the storm and does nothing: it would only make everything slower. */
export class Liveness {
  readonly broken: Broken[] = [];
  readonly #places: readonly Watched[];
  readonly #slowness: () => number;
  readonly #now: () => number;
  readonly #loops = new Map<string, Loop>();
  readonly #found = new AbortController();
  readonly #stopping = new AbortController();
  /** What workers of the past have done: counts of a process end with it. */
  readonly #done = new Map<
    Watched,
    { readonly pid: number | undefined; readonly seen: number; readonly sum: number }
  >();
  #running: Promise<void> = Promise.resolve();

  constructor(places: readonly Watched[], slowness: () => number, now = () => performance.now()) {
    this.#places = places;
    this.#slowness = slowness;
    this.#now = now;
  }

  /** Aborted when one hangs, or can't be started any more. */
  get found(): AbortSignal {
    return this.#found.signal;
  }

  begin(): void {
    this.#running = this.#watch();
  }

  /** Whether this process may hang: nobody has seen it get on for some seconds. */
  isSuspect(place: Watched): boolean {
    const index = this.#places.indexOf(place);
    const own = [...this.#loops].filter(([key, { pid }]) => key.startsWith(`${index} `) && pid === place.pid);
    return own.some(
      ([, { at, others }]) =>
        this.#now() - at >= SUSPECT.ms &&
        (place.role === 'bot' || this.#doneByOthers(place) - others >= SUSPECT.doneByOthers),
    );
  }

  async end(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted && !this.#found.signal.aborted) {
      this.look();
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  look(): void {
    for (const place of this.#places) this.#add(place);
    for (const [index, place] of this.#places.entries()) {
      if (place.failed) this.#found.abort();
      const loops = LOOPS.filter((name) => place.role === 'bot' && place.signs[name] !== undefined);
      for (const name of ['any', ...loops]) this.#lookAt(index, place, name, place.signs[name] ?? 0);
    }
    if (this.broken.length > 0) this.#found.abort();
  }

  #lookAt(index: number, place: Watched, name: string, count: number): void {
    const key = `${index} ${name}`;
    const others = this.#doneByOthers(place);
    const at = this.#now();
    const known = this.#loops.get(key);
    if (!place.isUp || known === undefined || known.pid !== place.pid) {
      const patience = new Patience(PATIENCE_MS, this.#slowness, this.#now);
      this.#loops.set(key, { pid: place.pid, patience, count, others, at });
      return;
    }
    if (count !== known.count) Object.assign(known, { count, others, at });
    const isOver = known.patience.isOver(String(count));
    const byOthers = others - known.others;
    if (!isOver || (place.role === 'worker' && byOthers < DONE_BY_OTHERS)) return;
    const what = name === 'any' ? 'does nothing' : `does not come round to “${name}”`;
    this.broken.push({
      invariant: 'every process gets on',
      detail: `the ${place.role} with pid ${place.pid} is alive, was not frozen, and ${what} any more (at ${count}), while the others asked their stores ${byOthers} times`,
    });
    this.#loops.delete(key);
  }

  #add(place: Watched): void {
    const now = anyOf(place.signs);
    const known = this.#done.get(place) ?? { pid: place.pid, seen: 0, sum: 0 };
    const before = known.pid === place.pid ? known.seen : 0;
    this.#done.set(place, { pid: place.pid, seen: now, sum: known.sum + Math.max(0, now - before) });
  }

  #doneByOthers(place: Watched): number {
    const others = this.#places.filter((one) => one !== place && one.role === place.role);
    return others.reduce((sum, one) => sum + (this.#done.get(one)?.sum ?? 0), 0);
  }
}

function anyOf(signs: Signs): number {
  return signs['any'] ?? 0;
}
