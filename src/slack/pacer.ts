import { setTimeout as delay } from 'node:timers/promises';

/** How fast messages may be posted into one channel: Slack takes about one a second, and short bursts. */
export interface Pace {
  readonly burst: number;
  readonly everyMs: number;
}
export const SLACK_PACE: Pace = { burst: 4, everyMs: 1_050 };

export interface Pacer {
  /** Resolves when the next message may go into the channel; in the order of the calls. */
  turn(channel: string, signal: AbortSignal): Promise<void>;
}

export function createPacer(pace: Pace, now: () => number): Pacer {
  /** Per channel: the time at which the bucket would be full again. */
  const full = new Map<string, number>();
  return {
    async turn(channel, signal) {
      const at = now();
      const busyUntil = Math.max(full.get(channel) ?? 0, at) + pace.everyMs;
      full.set(channel, busyUntil);
      const wait = busyUntil - at - pace.burst * pace.everyMs;
      if (wait > 0) await delay(wait, undefined, { signal });
    },
  };
}
