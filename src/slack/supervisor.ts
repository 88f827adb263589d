import { setTimeout as delay } from 'node:timers/promises';
import type { SocketModeReceiver } from '@slack/bolt';
import type { Logger } from '../ports.ts';
import { within } from '../within.ts';

/** `hello` never coming would leave the client waiting forever. */
const HELLO_MS = 8_000;
const LONGEST_WAIT_MS = 30_000;

export interface Supervisor {
  /** Open sockets right now. */
  connected(): number;
  /** The error that Slack refused a token with; undefined once a socket is open again. */
  refused(): string | undefined;
  stop(): Promise<void>;
}

/**
 * Keeps every receiver connected. The SDK's own reconnecting is off: it leaves a gap of five seconds at every refresh, and an error while it
 * reconnects ends the process. Here a closed socket is opened again at once, and errors are waited out.
 */
export function superviseSockets(
  receivers: readonly SocketModeReceiver[],
  log: Logger,
  onChange: () => void,
): Supervisor {
  const stopping = new AbortController();
  const open = new Set<SocketModeReceiver>();
  let refused: string | undefined;

  async function run(receiver: SocketModeReceiver): Promise<void> {
    const { client } = receiver;
    let failures = 0;
    while (!stopping.signal.aborted) {
      const gone = disconnection(receiver);
      try {
        await within(HELLO_MS, client.start(), () => new Error(`no hello within ${HELLO_MS} ms`));
        failures = 0;
        refused = undefined;
        open.add(receiver);
        onChange();
        await gone.happened;
      } catch (error) {
        failures += 1;
        if (isTokenError(error)) refused = error.data.error;
        log.warn({ err: error, failures }, 'a Slack socket could not be opened');
        await client.disconnect().catch(() => {});
      }
      gone.forget();
      open.delete(receiver);
      onChange();
      if (stopping.signal.aborted) return;
      if (failures > 0) await pause(backoff(failures));
    }
  }
  async function pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: stopping.signal }).catch(() => {});
  }

  const loops = receivers.map((receiver) => {
    contain(receiver, log);
    return run(receiver);
  });
  return {
    connected: () => open.size,
    refused: () => refused,
    async stop() {
      stopping.abort();
      await Promise.all(
        receivers.map(async (receiver) => {
          // `stop` resolves before the socket is closed; an orphaned close timer would keep the process alive.
          const gone = disconnection(receiver);
          const wasOpen = open.has(receiver);
          await receiver.stop().catch(() => {});
          if (wasOpen) await Promise.race([gone.happened, delay(2_000, undefined, { ref: false })]);
          gone.forget();
        }),
      );
      await Promise.race([Promise.all(loops), delay(2_000, undefined, { ref: false })]);
    },
  };
}

/** When the client says that its socket is gone, for good: reconnecting is not its job. */
function disconnection({ client }: SocketModeReceiver): { readonly happened: Promise<void>; forget(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const listener = () => resolve();
  client.once('disconnected', listener);
  return { happened: promise, forget: () => client.off('disconnected', listener) };
}

/** A frame that the SDK trips over (`app_rate_limited` has no inner event) must not end the process. */
function contain(receiver: SocketModeReceiver, log: Logger): void {
  const { client } = receiver;
  const handlers = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  for (const handler of handlers)
    client.on('ws_message', (...frame: unknown[]) => {
      // The SDK's own listeners; their type is erased by `listeners()`.
      const run = handler as (...frame: unknown[]) => unknown;
      Promise.resolve()
        .then(() => run(...frame))
        .catch((error: unknown) => log.warn({ err: error }, 'a frame from Slack could not be handled'));
    });
}

function backoff(failures: number): number {
  const longest = Math.min(LONGEST_WAIT_MS, 250 * 2 ** failures);
  return longest / 2 + (Math.random() * longest) / 2;
}

function isTokenError(error: unknown): error is { readonly data: { readonly error: string } } {
  if (typeof error !== 'object' || error === null || !('data' in error)) return false;
  const { data } = error;
  return typeof data === 'object' && data !== null && 'error' in data && typeof data.error === 'string';
}
