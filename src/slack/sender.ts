import { setTimeout as delay } from 'node:timers/promises';
import { type Claimed, StoreUnavailable } from '../store/types.ts';
import { type Delivery, type DeliveryPorts, deliver } from './deliver.ts';
import { slackFailure } from './errors.ts';

/** After this somebody else takes over what a bot that died had begun; a bot that lives renews its claims in time. */
const LEASE_MS = 15_000;
const RENEW_MS = 4_000;
const AT_ONCE = 16;
/** For a look at entries whose time has come although nobody announced them. */
const IDLE_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

export interface Sender {
  stop(): Promise<void>;
}

/**
 * Brings the outbox to Slack. An entry leaves the outbox only when its message is there and recorded; everything else is tried again later.
 * The store hands out one entry per incident at a time, in order, except for repaints.
 */
export function startSender(ports: DeliveryPorts): Sender {
  const { store, log } = ports;
  const stopping = new AbortController();
  const { signal } = stopping;
  const inFlight = new Set<Promise<void>>();

  async function loop(): Promise<void> {
    let troubles = 0;
    while (!signal.aborted) {
      try {
        const claimed = await store.claim('slack', AT_ONCE - inFlight.size, LEASE_MS);
        for (const one of claimed) begin(one);
        if (claimed.length === 0 || inFlight.size >= AT_ONCE) await somethingToDo();
        troubles = 0;
      } catch (error) {
        if (signal.aborted) return;
        troubles += 1;
        log.warn({ err: error, troubles }, 'the outbox cannot be read');
        await delay(Math.min(5_000, 200 * 2 ** troubles), undefined, { signal }).catch(() => {});
      }
    }
  }

  function begin(claimed: Claimed): void {
    const work = handle(claimed).finally(() => inFlight.delete(work));
    inFlight.add(work);
  }

  /** A delivery that ends makes room for the next of its incident. */
  async function somethingToDo(): Promise<void> {
    const woken = new AbortController();
    const waits: Promise<unknown>[] = [...inFlight];
    if (inFlight.size < AT_ONCE)
      waits.push(store.waitForOutbox('slack', IDLE_MS, AbortSignal.any([signal, woken.signal])));
    await Promise.race(waits);
    woken.abort();
  }

  async function handle(claimed: Claimed): Promise<void> {
    // Pacing and a slow Slack take their time: the claim is kept for as long as this process works on it.
    const renewal = setInterval(() => {
      store.retry(claimed, LEASE_MS).catch(() => {
        // The store is away: the claim ends by itself, and the entry is looked for before it is posted again.
      });
    }, RENEW_MS);
    try {
      const delivery = await attempt(claimed).finally(() => clearInterval(renewal));
      if (delivery.end === 'done') await store.done(claimed);
      else await store.retry(claimed, delivery.afterMs);
    } catch (error) {
      // The lease runs out, and the entry is claimed again.
      log.warn({ err: error, entry: claimed.entry.id }, 'a message could not be settled');
    }
  }

  async function attempt(claimed: Claimed): Promise<Delivery> {
    try {
      return await deliver(ports, claimed, signal);
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      const failure = slackFailure(error);
      const afterMs =
        failure?.kind === 'rate-limited'
          ? failure.retryAfterMs
          : Math.min(LONGEST_WAIT_MS, 250 * 2 ** Math.min(claimed.attempts, 12));
      log.warn({ err: error, entry: claimed.entry.id, failure, afterMs }, 'a message was not delivered; tried again');
      return { end: 'later', afterMs };
    }
  }

  const running = loop();
  return {
    async stop() {
      stopping.abort();
      await running;
      await Promise.all(inFlight);
    },
  };
}
