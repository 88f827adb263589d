import { setTimeout as delay } from 'node:timers/promises';
import type { Workspace } from '../../src/workspace/index.ts';
import type { TestRedis } from '../store/redis.ts';
import type { Prng } from './prng.ts';
import { type Place, type Role, slownessOf } from './processes.ts';

const DEEDS = {
  'kill -9 of a worker': 22,
  'kill -9 of a bot': 12,
  'kill -9 of Redis': 5,
  'frozen worker': 20,
  'frozen bot': 8,
  'clock step': 8,
  'duplicate click': 14,
  'late delivery': 6,
  'socket closed': 5,
  'message posted, answer lost': 14,
  'Slack answers 500': 8,
  'Slack asks to wait': 6,
} as const;
type Deed = keyof typeof DEEDS;

interface StormPorts {
  readonly prng: Prng;
  readonly places: readonly Place[];
  readonly slack: Workspace;
  redis: TestRedis;
  /** Milliseconds between two deeds, on average, where a process starts within a second; slower machines get more. */
  readonly everyMs: number;
  /** Whether a process is left alone: it may hang, and a kill would mend that. */
  readonly isSpared: (place: Place) => boolean;
}

/** Does something bad every now and then until it is stopped. */
export class Storm {
  readonly count: Record<string, number> = {};
  /** What was done when, newest last. */
  readonly log: { readonly at: string; readonly what: string }[] = [];
  readonly #ports: StormPorts;
  readonly #stopping = new AbortController();
  readonly #waking = new Set<Promise<void>>();
  #running: Promise<void> = Promise.resolve();

  constructor(ports: StormPorts) {
    this.#ports = ports;
  }

  get redis(): TestRedis {
    return this.#ports.redis;
  }

  begin(): void {
    this.#running = this.#rage();
  }

  /** Ends when everything that it froze or killed is back. */
  async end(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await Promise.all(this.#waking);
    this.#ports.slack.faults.clear();
    await Promise.all(this.#ports.places.map((place) => place.ready()));
  }

  async #rage(): Promise<void> {
    const { prng, everyMs } = this.#ports;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      // Where processes take long to start, nobody would ever be up if they were killed as often as on a fast machine.
      await delay(prng.between(0.3, 1.7) * everyMs * slownessOf(this.#ports.places), undefined, { signal }).catch(
        () => undefined,
      );
      if (signal.aborted) return;
      const deed = prng.pick(DEEDS);
      if (!this.#isBearable(deed)) continue;
      this.count[deed] = (this.count[deed] ?? 0) + 1;
      await this.#do(deed);
    }
  }

  async #do(deed: Deed): Promise<void> {
    const { prng, slack } = this.#ports;
    switch (deed) {
      case 'kill -9 of a worker':
        return this.#kill('worker');
      case 'kill -9 of a bot':
        return this.#kill('bot');
      case 'kill -9 of Redis':
        return this.#killRedis();
      case 'frozen worker':
        return this.#freeze('worker', prng.between(500, 6000));
      case 'frozen bot':
        return this.#freeze('bot', prng.between(300, 3000));
      case 'clock step': {
        const place = this.#one();
        if (place) this.#note(deed, place);
        return place?.stepClock(Math.round(prng.between(-3000, 3000)));
      }
      case 'duplicate click':
        return slack.faults.add({ fault: 'duplicate', envelope: 'interactive' });
      case 'late delivery':
        return slack.faults.add({ fault: 'postpone', envelope: 'interactive', ms: prng.between(100, 1500) });
      case 'socket closed':
        return slack.faults.add({ fault: 'disconnect', envelope: 'interactive' });
      case 'message posted, answer lost':
        return slack.faults.add({ fault: 'drop_after_commit', method: 'chat.postMessage' });
      case 'Slack answers 500':
        return slack.faults.add({ fault: 'http', method: 'chat.update', status: 500 });
      case 'Slack asks to wait':
        return slack.faults.add({ fault: 'ratelimited', method: 'chat.postMessage', retryAfter: 1 });
    }
  }

  /** Somebody has to be left who works: else nothing would get on, and nothing would be tried. */
  #isBearable(deed: Deed): boolean {
    const up = (role: Role) => this.#ports.places.filter((place) => place.role === role && place.isUp).length;
    if (deed === 'kill -9 of Redis') return up('bot') > 0 && up('worker') > 0;
    if (deed === 'kill -9 of a bot' || deed === 'frozen bot') return up('bot') > 1;
    if (deed === 'kill -9 of a worker' || deed === 'frozen worker') return up('worker') > 1;
    return deed !== 'clock step' || up('bot') + up('worker') > 0;
  }

  #one(role?: Role): Place | undefined {
    const { places, prng, isSpared } = this.#ports;
    const fit = places.filter((place) => place.isUp && !isSpared(place) && (role === undefined || place.role === role));
    return fit[Math.floor(prng.next() * fit.length)];
  }

  #note(what: string, place?: Place): void {
    const who = place === undefined ? '' : ` (pid ${place.pid})`;
    this.log.push({ at: new Date().toISOString(), what: `${what}${who}` });
  }

  /** A write of this process is under way: the best moment to kill or to freeze it. Says whether it did. */
  strike(pid: number): boolean {
    const { places, prng } = this.#ports;
    const place = places.find((one) => one.pid === pid);
    const workers = places.filter((one) => one.role === 'worker' && one.isUp).length;
    if (!place?.isUp || this.#ports.isSpared(place) || workers < 2 || this.#stopping.signal.aborted || prng.chance(0.3))
      return false;
    const deed = prng.chance(0.5) ? 'killed in the middle of a write' : 'frozen in the middle of a write';
    this.count[deed] = (this.count[deed] ?? 0) + 1;
    this.#note(deed, place);
    if (deed === 'killed in the middle of a write') place.kill();
    else this.#wake(place.freeze(prng.between(3000, 7000)));
    return true;
  }

  #wake(thawed: Promise<void>): void {
    const waking = thawed.finally(() => this.#waking.delete(waking));
    this.#waking.add(waking);
  }

  #kill(role: Role): void {
    const place = this.#one(role);
    if (!place) return;
    this.#note(`kill -9 of a ${role}`, place);
    place.kill();
  }

  #freeze(role: Role, ms: number): void {
    const place = this.#one(role);
    if (!place) return;
    this.#note(`frozen ${role} for ${Math.round(ms)} ms`, place);
    this.#wake(place.freeze(ms));
  }

  async #killRedis(): Promise<void> {
    this.#note('kill -9 of Redis');
    process.kill(this.#ports.redis.pid, 'SIGKILL');
    await delay(this.#ports.prng.between(50, 1500));
    this.#ports.redis = await this.#ports.redis.again();
  }
}
