/** How often a method may be called per minute. `post` is one message per second and channel, with a burst. */
export type Tier = 1 | 2 | 3 | 4 | 'post' | 'special';

const PER_MINUTE = { 1: 1, 2: 20, 3: 50, 4: 100 } as const;
const MINUTE = 60_000;
const POST_BURST = 4;

/** Counts calls as Slack does: per method, and for posts per channel. */
export class RateLimits {
  readonly #now: () => Date;
  readonly #calls = new Map<string, number[]>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Seconds to wait, or 0 when the call is fine. Only calls that are fine count. */
  retryAfter(tier: Tier, method: string, channel: string): number {
    if (tier === 'special') return 0;
    if (tier === 'post') return this.#take(`post ${channel}`, POST_BURST, POST_BURST * 1_000);
    return this.#take(method, PER_MINUTE[tier], MINUTE);
  }

  /** A sliding window: at most `allowed` calls in `windowMs`. */
  #take(key: string, allowed: number, windowMs: number): number {
    const now = this.#now().getTime();
    const recent = (this.#calls.get(key) ?? []).filter((at) => at > now - windowMs);
    this.#calls.set(key, recent);
    const oldest = recent[0];
    if (recent.length >= allowed && oldest !== undefined) return Math.ceil((oldest + windowMs - now) / 1_000);
    recent.push(now);
    return 0;
  }
}
