import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

const GRACE_MS = 4000;

/** Programs that run beside the tests, each with a log file in the run folder. */
export class Processes {
  readonly #running = new Map<string, ChildProcess>();
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  logFile(name: string): string {
    return join(this.#folder, `${name}.log`);
  }

  start(name: string, program: string, args: readonly string[]): void {
    const log = openSync(this.logFile(name), 'a');
    const child = spawn(program, args, { stdio: ['ignore', log, log] });
    closeSync(log);
    child.on('error', (error) => console.error(`${name} did not start: ${error.message}`));
    child.on('exit', (code) => {
      if (this.#running.get(name) === child && code)
        console.error(`${name} ended with ${code}; see ${this.logFile(name)}`);
    });
    this.#running.set(name, child);
  }

  /** Asks it to end, insists after four seconds, and resolves when it is gone. */
  async stop(name: string): Promise<void> {
    const child = this.#running.get(name);
    this.#running.delete(name);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const insist = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    await gone;
    clearTimeout(insist);
  }
}
