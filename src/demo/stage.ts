import { EventEmitter } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Workspace } from '../workspace/index.ts';
import type { FaultChoice, Tour as TourState } from './page/wire.ts';
import { Tour } from './tour.ts';

/** A workspace with a bot and a broken cluster behind it. */
export interface Scene {
  readonly workspace: Workspace;
  stop(): Promise<void>;
}

interface StageOptions {
  readonly faults: readonly FaultChoice[];
  readonly fault: string;
  /** What is shown as the name of the cluster. */
  readonly cluster: string;
  readonly real: boolean;
  /** Starts everything for a fault; data goes into `dir`, which is removed afterwards. */
  readonly open: (fault: string, dir: string) => Promise<Scene>;
  readonly readMs?: number;
}

type Phase = { readonly phase: 'starting' | 'ready' } | { readonly phase: 'failed'; readonly detail: string };

const READ_MS = 4_000;

/** Holds one scene at a time; a reset ends it and opens another one. */
export class Stage {
  readonly options: StageOptions;
  readonly #changes = new EventEmitter<{ scene: []; tour: [] }>();
  #scene: { readonly scene: Scene; readonly dir: string } | undefined;
  #phase: Phase = { phase: 'starting' };
  #fault: string;
  #tour: Tour | undefined;
  #tourState: TourState = { state: 'off' };
  /** Resets and the end come one after the other. */
  #queue: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(options: StageOptions) {
    this.options = options;
    this.#fault = options.fault;
    this.#changes.setMaxListeners(0);
  }

  get workspace(): Workspace | undefined {
    return this.#scene?.scene.workspace;
  }
  get phase(): Phase {
    return this.#phase;
  }
  get fault(): string {
    return this.#fault;
  }
  get tour(): TourState {
    return this.#tourState;
  }

  /** Another scene, or another phase of it. */
  onScene(listener: () => void): () => void {
    this.#changes.on('scene', listener);
    return () => this.#changes.off('scene', listener);
  }
  onTour(listener: () => void): () => void {
    this.#changes.on('tour', listener);
    return () => this.#changes.off('tour', listener);
  }

  /** Ends what is there and starts anew with this fault. Never rejects: a failure is a phase. */
  begin(fault: string): Promise<void> {
    this.#queue = this.#queue.then(() => this.#begin(fault));
    return this.#queue;
  }

  play(): void {
    const { workspace } = this;
    this.#tour?.resume();
    if (this.#tour !== undefined || workspace === undefined) return;
    const tour = new Tour(workspace, {
      readMs: this.options.readMs ?? READ_MS,
      changed: (state) => this.#setTour(state),
    });
    this.#tour = tour;
    tour
      .play()
      .catch((error: unknown) => this.#setTour({ state: 'off', caption: messageOf(error) }))
      .finally(() => {
        if (this.#tour === tour) this.#tour = undefined;
      });
  }
  pause(): void {
    this.#tour?.pause();
  }
  stopTour(): void {
    this.#tour?.stop();
    this.#tour = undefined;
  }

  /** Ends everything. */
  stop(): Promise<void> {
    this.#ended = true;
    this.#queue = this.#queue.then(() => this.#close());
    return this.#queue;
  }

  async #begin(fault: string): Promise<void> {
    if (this.#ended) return;
    this.stopTour();
    this.#fault = fault;
    this.#set({ phase: 'starting' });
    await this.#close();
    const dir = await mkdtemp(join(tmpdir(), 'promfix-demo-'));
    try {
      this.#scene = { scene: await this.options.open(fault, dir), dir };
      this.#set({ phase: 'ready' });
    } catch (error) {
      await rm(dir, { recursive: true, force: true });
      this.#set({ phase: 'failed', detail: messageOf(error) });
    }
  }

  async #close(): Promise<void> {
    this.stopTour();
    const open = this.#scene;
    this.#scene = undefined;
    if (open === undefined) return;
    await open.scene.stop();
    await rm(open.dir, { recursive: true, force: true });
  }

  #set(phase: Phase): void {
    this.#phase = phase;
    this.#changes.emit('scene');
  }
  #setTour(state: TourState): void {
    this.#tourState = state;
    this.#changes.emit('tour');
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
