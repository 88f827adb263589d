import type { Call } from './call.ts';

/** What may go wrong on the way to an API server, or in it. */
const CHAOS_FAULTS = [
  /** Somebody else writes the object just before the write: its resourceVersion is another one. */
  'churn',
  /** The write is carried out and its answer never arrives. */
  'answer-lost',
  /** The answer takes its time. */
  'slow',
  /** The connection breaks before anything was done. */
  'dropped',
  /** 409, and nothing was done. */
  'conflict',
  /** 429 with Retry-After, and nothing was done. */
  'too-many',
  /** 503, and nothing was done. */
  'unavailable',
] as const;
export type ChaosFault = (typeof CHAOS_FAULTS)[number];

const ONLY_WRITES: ReadonlySet<ChaosFault> = new Set(['churn', 'answer-lost', 'conflict']);

export interface ChaosOptions {
  /** Probability of each fault for each request that it fits, 0 to 1. */
  readonly rates?: Partial<Readonly<Record<ChaosFault, number>>>;
  /** The same seed gives the same faults for the same order of requests. */
  readonly seed?: number;
  /** Milliseconds that a slow answer takes at most. */
  readonly slowMs?: number;
  /** Seconds in Retry-After. */
  readonly retryAfterSeconds?: number;
}

export interface Chaos {
  /** Replaces the rates, the seed and the rest; without options everything works again. */
  set(options?: ChaosOptions): void;
  /** The next request that fits meets this fault; several wait in line. */
  once(fault: ChaosFault, fits?: (call: Call) => boolean): void;
  /** How often each fault happened. */
  readonly counts: Readonly<Record<ChaosFault, number>>;
}

export interface ChaosHooks extends Chaos {
  pick(call: Call): ChaosFault | undefined;
  slowMs(): number;
  retryAfterSeconds(): number;
}

export function createChaos(initial: ChaosOptions = {}): ChaosHooks {
  let options = initial;
  let random = seeded(initial.seed ?? 1);
  const scripted: { readonly fault: ChaosFault; readonly fits: (call: Call) => boolean }[] = [];
  const counts = { churn: 0, 'answer-lost': 0, slow: 0, dropped: 0, conflict: 0, 'too-many': 0, unavailable: 0 };
  return {
    counts,
    set(next = {}) {
      options = next;
      random = seeded(next.seed ?? 1);
      scripted.length = 0;
    },
    once: (fault, fits = () => true) => void scripted.push({ fault, fits }),
    pick(call) {
      const applies = (fault: ChaosFault): boolean => !ONLY_WRITES.has(fault) || isWrite(call);
      const index = scripted.findIndex(({ fault, fits }) => applies(fault) && fits(call));
      const fault =
        index >= 0
          ? scripted.splice(index, 1)[0]?.fault
          : CHAOS_FAULTS.find((one) => applies(one) && random() < (options.rates?.[one] ?? 0));
      if (fault !== undefined) counts[fault] += 1;
      return fault;
    },
    slowMs: () => Math.ceil(random() * (options.slowMs ?? 2000)),
    retryAfterSeconds: () => options.retryAfterSeconds ?? 1,
  };
}

/** A request that stores something: neither a dry run nor a review. */
export function isWrite({ method, path, query }: Call): boolean {
  if (method === 'GET' || method === 'HEAD' || query.get('dryRun') !== null) return false;
  return !/^\/apis\/(authorization|authentication)\.k8s\.io\//.test(path);
}

/** mulberry32: small, good enough, and the same on every machine. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
