import { setTimeout as sleep } from 'node:timers/promises';
import type { Workspace } from '../workspace/index.ts';
import type { Tour as TourState } from './page/wire.ts';
import { CHANNEL, PEOPLE } from './stack.ts';
import { type Step, stepOf } from './steps.ts';
import { tourText } from './texts.ts';

const TICK_MS = 50;
const SETTLE_MS = 4_000;

interface TourOptions {
  /** How long a person reads before the next act. */
  readonly readMs: number;
  /** Called at every change of what is being done. */
  readonly changed: (state: TourState) => void;
}

/** Plays an incident: does what the guide would tell a person to do next, as that person, at reading speed. Can be paused and stopped. */
export class Tour {
  readonly #workspace: Workspace;
  readonly #options: TourOptions;
  readonly #stopped = new AbortController();
  #paused = false;
  #state: TourState = { state: 'playing' };

  constructor(workspace: Workspace, options: TourOptions) {
    this.#workspace = workspace;
    this.#options = options;
  }

  pause(): void {
    this.#paused = true;
    this.#say({ ...this.#state, state: 'paused' });
  }
  resume(): void {
    this.#paused = false;
    this.#say({ ...this.#state, state: 'playing' });
  }
  stop(): void {
    this.#stopped.abort();
  }

  /** Resolves at the end of the incident, or when stopped. Rejects when something a person does is impossible. */
  async play(): Promise<void> {
    try {
      await this.#incident();
    } catch (error) {
      if (!this.#stopped.signal.aborted) throw error;
    } finally {
      this.#say({ state: 'off' });
    }
  }

  async #incident(): Promise<void> {
    const done = new Set<Step['id']>();
    while (true) {
      const step = this.#step();
      if (done.has(step.id)) {
        await this.#until(() => !done.has(this.#step().id));
        continue;
      }
      done.add(step.id);
      if (await this.#perform(step)) return;
    }
  }

  /** True at the end. */
  async #perform(step: Step): Promise<boolean> {
    switch (step.id) {
      case 'start':
        await this.#types(PEOPLE.asks, 'diagnose', tourText.types(PEOPLE.asks, '/promfix diagnose'));
        return false;
      case 'refuse':
        await this.#clicks(PEOPLE.watches, step.card.ts, tourText.refused(PEOPLE.watches));
        return false;
      case 'approve':
        await this.#clicks(PEOPLE.approves, step.card.ts, tourText.approves(PEOPLE.approves));
        return false;
      case 'resolved':
        await this.#types(PEOPLE.asks, 'audit verify', tourText.checks(PEOPLE.asks));
        await this.#read(tourText.end, PEOPLE.asks);
        return true;
      case 'advice':
      case 'healthy':
      case 'ended':
      case 'unsure':
        if (!(await this.#stays(step.id))) return false;
        await this.#read(step.id === 'advice' ? tourText.advice : tourText.end, PEOPLE.asks);
        return true;
      default:
        this.#say({ ...this.#state, caption: tourText.waits });
        return false;
    }
  }

  async #types(who: string, text: string, caption: string): Promise<void> {
    await this.#read(caption, who);
    await this.#workspace.command(who, CHANNEL, '/promfix', text);
  }

  async #clicks(who: string, ts: string, caption: string): Promise<void> {
    await this.#read(caption, who);
    await this.#workspace.click(who, { channel: CHANNEL, ts, action_id: 'promfix_approve' }, { confirm: true });
  }

  /** Says what comes next, and leaves time to read what there is. A pause does not count. */
  async #read(caption: string, as: string): Promise<void> {
    this.#say({ state: this.#paused ? 'paused' : 'playing', caption, as });
    let left = this.#options.readMs;
    while (left > 0 || this.#paused) {
      const ms = Math.min(TICK_MS, Math.max(1, left));
      await sleep(ms, undefined, { signal: this.#stopped.signal });
      if (!this.#paused) left -= ms;
    }
    this.#stopped.signal.throwIfAborted();
  }

  /** Whether this is the end: a proposal can still follow a verdict. */
  async #stays(id: Step['id']): Promise<boolean> {
    const until = performance.now() + SETTLE_MS;
    while (performance.now() < until) {
      await sleep(TICK_MS, undefined, { signal: this.#stopped.signal });
      if (this.#step().id !== id) return false;
    }
    return true;
  }

  async #until(predicate: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (): void => {
      if (predicate()) resolve();
    };
    const off = this.#workspace.onChange(look);
    const end = (): void => reject(new Error('stopped'));
    this.#stopped.signal.addEventListener('abort', end, { once: true });
    look();
    await promise.finally(() => {
      off();
      this.#stopped.signal.removeEventListener('abort', end);
    });
  }

  #step(): Step {
    return stepOf(this.#workspace, CHANNEL);
  }

  #say(state: TourState): void {
    this.#state = state;
    this.#options.changed(state);
  }
}
