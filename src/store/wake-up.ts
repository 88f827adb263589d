import type { Redis } from 'ioredis';
import { keys } from './keys.ts';

type To = 'slack' | 'queue';

/** Tells waiters at once that something may be in an outbox. A wake-up that nobody waited for is kept for the next who does. */
interface WakeUp {
  now(to: To): void;
  later(to: To, delayMs: number): void;
  wait(to: To, timeoutMs: number, signal?: AbortSignal): Promise<void>;
  close(): void;
}

/** Listens on a connection of its own. After every (re)connect everybody is woken, since messages may have been missed. */
export function createWakeUp(subscriber: Redis): WakeUp {
  const pending = new Set<To>(['slack', 'queue']);
  const waiting = { slack: new Set<() => void>(), queue: new Set<() => void>() };

  function now(to: To): void {
    if (waiting[to].size === 0) pending.add(to);
    for (const wake of waiting[to]) wake();
  }

  // ioredis' own way leaves a failure to nobody, which ends the process.
  subscriber.options.autoResubscribe = false;
  subscriber.on('message', (channel: string) => now(channel === keys.wake('slack') ? 'slack' : 'queue'));
  subscriber.on('ready', () => {
    subscriber.subscribe(keys.wake('slack'), keys.wake('queue')).then(
      () => {
        now('slack');
        now('queue');
      },
      () => {
        // Closed before it could subscribe: the next connection does, and waiters go by their timeouts.
      },
    );
  });

  return {
    now,
    later(to, delayMs) {
      setTimeout(() => now(to), delayMs).unref();
    },
    wait(to, timeoutMs, signal) {
      if (pending.delete(to) || signal?.aborted) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      const wake = () => resolve();
      const timer = setTimeout(wake, timeoutMs);
      waiting[to].add(wake);
      signal?.addEventListener('abort', wake, { once: true });
      return promise.finally(() => {
        clearTimeout(timer);
        waiting[to].delete(wake);
        signal?.removeEventListener('abort', wake);
      });
    },
    close() {
      for (const to of ['slack', 'queue'] as const) for (const wake of waiting[to]) wake();
      subscriber.disconnect();
    },
  };
}
