import type { KubeClient, KubeRequest } from '../../src/kubernetes/types.ts';

interface Waves {
  readonly client: KubeClient;
  /** The requests of each round trip: those that were asked while the answers before were known. */
  readonly waves: readonly (readonly KubeRequest[])[];
}

/**
 * A client that sends nothing before everybody who can ask has asked, and gives no answer before all of the round trip are there: so the
 * number of waves is the number of round trips that a collection needs, on however slow a line.
 */
export function inWaves(inner: KubeClient): Waves {
  const waves: KubeRequest[][] = [];
  let waiting: (() => Promise<() => void>)[] = [];
  let idle = true;

  async function run(): Promise<void> {
    idle = false;
    await everybodyAsked();
    while (waiting.length > 0) {
      const sent = waiting;
      waiting = [];
      waves.push([]);
      for (const release of await Promise.all(sent.map((send) => send()))) release();
      await everybodyAsked();
    }
    idle = true;
  }

  const hold = <T>(request: KubeRequest, send: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      waiting.push(() => {
        waves.at(-1)?.push(request);
        return send().then(
          (answer) => () => resolve(answer),
          (error: unknown) => () => reject(error),
        );
      });
      if (idle) void run();
    });

  return {
    waves,
    client: {
      ...inner,
      json: (request) => hold(request, () => inner.json(request)),
      text: (request) => hold(request, () => inner.text(request)),
    },
  };
}

/** What follows from an answer is asked in promises only, which are all run before the next turn of the event loop. */
function everybodyAsked(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
