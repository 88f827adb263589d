import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isBeat, type Signs } from './signs.ts';

export type Role = 'bot' | 'worker';

/** A process that ends so often before it is ready will not be. */
const FAILURES = 8;
/** Characters of its log that are shown then. */
const TAIL = 2000;

/** Milliseconds after which a process that is alive and not ready hangs; it takes a second, and a minute where the machine is very busy. */
const LONGEST_START_MS = 240_000;

/** It is alive, and does not get ready. */
export class HangsAtStart extends Error {
  constructor(role: Role, pid: number | undefined, ms: number, log: string) {
    super(`the ${role} with pid ${pid} is alive and was not ready after ${ms / 1000} s; the log ends:\n${log}`);
  }
}

export class NeverReady extends Error {
  constructor(role: Role, code: number | null, log: string) {
    super(
      `the ${role} ended ${FAILURES} times before it was ready, at last with exit code ${code}; its log ends:\n${log}`,
    );
  }
}

/** One place for a process of the storm: whoever dies there is replaced. */
export class Place {
  readonly role: Role;
  readonly #file: string;
  readonly #settings: string;
  readonly #logFile: string;
  readonly #log: number;
  #child: ChildProcess | undefined;
  #ready: Promise<void> = Promise.resolve();
  #closed = false;
  /** How often it ended by itself before it was ready, since it was ready last. */
  #failures = 0;
  #frozen = false;
  #isUp = false;
  #startMs = 0;
  #beganAt = 0;
  #signs: Signs = {};
  #failed: Error | undefined;
  readonly #longestStartMs: number;
  /** Memory that it was seen with last. */
  bytes = 0;
  /** Most memory that a process here was seen with, in bytes. */
  peakBytes = 0;

  /** `file`: the program, when it is not the role's own. */
  constructor(
    role: Role,
    settings: string,
    logFile: string,
    file = `./${role}-process.ts`,
    longestStartMs = LONGEST_START_MS,
  ) {
    this.#longestStartMs = longestStartMs;
    this.role = role;
    this.#file = new URL(file, import.meta.url).pathname;
    this.#settings = settings;
    this.#logFile = logFile;
    this.#log = openSync(logFile, 'a');
  }

  /**
   * Resolves when the process, or one that came after it here, is ready.
   * @throws NeverReady when it ends by itself again and again instead, HangsAtStart when it lives and does not get there
   */
  start(skewMs = 0): Promise<void> {
    const child = fork(this.#file, [this.#settings, String(skewMs)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', this.#log, this.#log, 'ipc'],
      // Processes are started all the time: the second one need not compile anew.
      env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'promfix-chaos-compiled') },
    });
    const began = performance.now();
    this.#beganAt = began;
    this.#child = child;
    this.#frozen = false;
    this.#isUp = false;
    this.#signs = {};
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = (error: Error) => {
      this.#failed = error;
      reject(error);
    };
    // Whoever does not wait for it is told by the run's own end.
    promise.catch(() => {});
    const late = setTimeout(
      () => fail(new HangsAtStart(this.role, child.pid, this.#longestStartMs, this.#tail())),
      this.#longestStartMs,
    );
    child.on('message', (message) => {
      if (isBeat(message) && this.#child === child) this.#signs = message.signs;
      if (message !== 'ready') return;
      clearTimeout(late);
      this.#startMs = performance.now() - began;
      this.#isUp = true;
      this.#failures = 0;
      resolve();
    });
    child.once('exit', (code) => {
      clearTimeout(late);
      if (this.#closed || this.#child !== child) return resolve();
      if (code !== null && !this.#isUp) this.#failures += 1;
      if (this.#failures >= FAILURES) return fail(new NeverReady(this.role, code, this.#tail()));
      // Whatever ended it, something starts it anew, as Kubernetes would.
      this.start().then(resolve, reject);
    });
    this.#ready = promise;
    return promise;
  }

  #tail(): string {
    return readFileSync(this.#logFile, 'utf8').slice(-TAIL);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** What it has done, as far as it has told. */
  get signs(): Signs {
    return this.#signs;
  }

  /** Why nobody can be started here any more. */
  get failed(): Error | undefined {
    return this.#failed;
  }

  /** Whether it works right now: started, and not frozen. */
  get isUp(): boolean {
    return this.#isUp && !this.#frozen;
  }

  /** Milliseconds that the last start took, or takes by now: how fast this machine is. */
  get startMs(): number {
    return this.#isUp ? this.#startMs : Math.max(this.#startMs, performance.now() - this.#beganAt);
  }

  ready(): Promise<void> {
    return this.#ready;
  }

  kill(): void {
    this.#isUp = false;
    this.#child?.kill('SIGKILL');
  }

  /** Freezes it for a while; it wakes up without knowing. */
  async freeze(ms: number): Promise<void> {
    const child = this.#child;
    if (this.#frozen || child === undefined) return;
    this.#frozen = true;
    child.kill('SIGSTOP');
    await delay(ms);
    child.kill('SIGCONT');
    this.#frozen = false;
  }

  /** Notes how much memory it holds now (Linux only). */
  async weigh(): Promise<void> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8').catch(() => '');
    const kib = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    this.bytes = kib * 1024;
    this.peakBytes = Math.max(this.peakBytes, this.bytes);
  }

  stepClock(skewMs: number): void {
    if (this.#child?.connected) this.#child.send({ skew: skewMs }, () => {});
  }

  async stop(): Promise<void> {
    this.#closed = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    await gone;
  }
}

/** Seconds that a process takes to start now, between 1 and 60. */
export function slownessOf(places: readonly Place[]): number {
  const seconds = places.reduce((sum, { startMs }) => sum + startMs, 0) / places.length / 1000;
  return Math.min(60, Math.max(1, seconds));
}
