import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const MAIN = new URL('../main.js', import.meta.url).pathname;
const READY_MS = 60_000;
/**
 * A role must not outlive the demo, even if that is killed with -9: its end closes the channel between the two. The channel itself keeps
 * nobody alive.
 */
const LEASH = `data:text/javascript,${encodeURIComponent("process.on('disconnect', () => process.exit(1)); process.channel.unref();")}`;

/** Of this process's environment only what a role needs to run at all. */
function inherited(): NodeJS.ProcessEnv {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH: PATH ?? '', ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }) };
}

/** A role of promfix as a process of its own, as in production. Its log lines are kept, newest last. */
export class RoleProcess {
  readonly role: string;
  readonly lines: string[] = [];
  readonly #child: ChildProcess;

  private constructor(role: string, child: ChildProcess) {
    this.role = role;
    this.#child = child;
  }

  /** Starts `promfix ROLE` and resolves when it says that it is ready; rejects with its last words when it ends before that. */
  static async start(role: string, variables: Readonly<Record<string, string>>): Promise<RoleProcess> {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--import', LEASH, MAIN, role], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...inherited(), ...variables },
    });
    const started = new RoleProcess(role, child);
    await started.#untilReady();
    return started;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it as a container runtime would, and waits for it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill(signal);
    await gone;
  }

  async #untilReady(): Promise<void> {
    const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(this.#lastWords('was not ready in time')), READY_MS);
    // stdio above makes stderr a pipe.
    const lines = createInterface({ input: this.#child.stderr as NonNullable<ChildProcess['stderr']> });
    lines.on('line', (line) => {
      this.lines.push(line);
      if (this.lines.length > 2000) this.lines.splice(0, 1000);
      if (line.includes('"msg":"ready"')) resolve();
    });
    this.#child.once('exit', (code) => reject(this.#lastWords(`ended with exit code ${code}`)));
    try {
      await ready;
    } catch (error) {
      this.#child.kill('SIGKILL');
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #lastWords(what: string): Error {
    return new Error(`promfix ${this.role} ${what}:\n${this.lines.slice(-25).join('\n')}`);
  }
}
