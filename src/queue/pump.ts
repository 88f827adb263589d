import type { Logger } from '../ports.ts';
import { applyEvent } from '../store/decide.ts';
import type { Claimed, Store } from '../store/types.ts';
import type { JobQueue } from './queue.ts';
import type { JobKind } from './types.ts';

interface PumpOptions {
  readonly store: Store;
  readonly queue: JobQueue;
  readonly log: Logger;
}

interface Pump {
  /** Resolves when the entry at hand is done. */
  stop(): Promise<void>;
}

/** Milliseconds that an entry stays with one pump; another takes it over then. */
const LEASE_MS = 10_000;
/** Milliseconds between looks when nothing says that there is something. */
const IDLE_MS = 1000;
const RETRY_MS = 500;

/** Moves what the outbox holds for the queue into BullMQ. Several may run; adding a job twice does nothing. */
export function startPump(options: PumpOptions): Pump {
  const stopping = new AbortController();
  const running = loop(options, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

async function loop({ store, queue, log }: PumpOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const claimed = await store.claim('queue', 20, LEASE_MS);
      // Side by side: a job does not wait for the round trips of those before it.
      const ends = await Promise.allSettled(claimed.map((one) => deliver(store, queue, one)));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
      if (claimed.length > 0) continue;
    } catch (error) {
      // The entry's lease ends by itself; nothing is lost.
      log.warn({ err: error }, 'outbox to queue');
    }
    await store.waitForOutbox('queue', IDLE_MS, signal);
  }
}

async function deliver(store: Store, queue: JobQueue, claimed: Claimed): Promise<void> {
  const { entry } = claimed;
  if (entry.to !== 'queue') return;
  try {
    await enqueue(store, queue, entry.job, entry.proposal);
    if (entry.hurry) await queue.hurry(entry.job, entry.proposal);
  } catch (error) {
    await store.retry(claimed, RETRY_MS);
    throw error;
  }
  await store.done(claimed);
}

/** Adds the job, then says so in the record. The worker may be faster; then the record has gone on already, which is fine. */
export async function enqueue(store: Store, queue: JobQueue, kind: JobKind, proposal: string): Promise<void> {
  const at = await store.now();
  await queue.add(kind, proposal, at);
  if (kind === 'execute') await applyEvent(store, proposal, { on: 'enqueued', at }, { kind: 'system', role: 'bot' });
}
