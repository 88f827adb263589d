import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HERE, PROJECT } from './paths.ts';
import { endRunFolder, newRunFolder } from './run-folders.ts';

/** True in a process that `runInNamespace` started, at any depth. */
export const isInside = (): boolean => process.env['PROMFIX_CLUSTER_RUN'] !== undefined;

const UNSHARE = ['unshare', '--map-root-user', '--net', '--pid', '--fork', '--kill-child=KILL', '--mount-proc'];
const GRACE_MS = 20_000;

interface NamespaceOptions {
  /** Begins the name of the run folder. */
  readonly label?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a command in a private user, network, process and mount namespace and resolves with its exit code. Whatever it starts ends with it,
 * and it ends with this process, even if this process is killed. Its run folder (`PROMFIX_CLUSTER_RUN`) is removed at the end unless
 * `PROMFIX_KEEP` is set. Needs no root where user namespaces are allowed.
 */
export async function runInNamespace(
  command: readonly string[],
  { label = 'run', env = {} }: NamespaceOptions = {},
): Promise<number> {
  requireNamespaces();
  const run = newRunFolder(label);
  const args = ['--pdeathsig', 'KILL', ...UNSHARE, process.execPath, join(HERE, 'inside.ts'), ...command];
  const path = `${join(PROJECT, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`;
  const child = spawn('setpriv', args, {
    stdio: 'inherit',
    env: { ...process.env, PATH: path, ...env, PROMFIX_CLUSTER_RUN: run },
  });
  child.once('spawn', () => void recordInit(child, run));
  const release = forwardSignals(child);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => resolve(code ?? (signal ? 128 : 1)));
    });
  } finally {
    release();
    const keep = Boolean(process.env['PROMFIX_KEEP']);
    endRunFolder(run, keep);
    if (keep) console.error(`kept ${run}`);
  }
}

function requireNamespaces(): void {
  const tried = spawnSync('setpriv', ['--pdeathsig', 'keep', ...UNSHARE, 'true'], { encoding: 'utf8' });
  if (tried.status === 0) return;
  const why = tried.error?.message ?? tried.stderr.trim();
  throw new Error(
    `a private namespace can't be made (${why}): needs Linux with util-linux, and user namespaces allowed (sysctl kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns)`,
  );
}

/** The first process inside, with its number outside: unshare's only child. */
function initProcess(child: ChildProcess): number | undefined {
  try {
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
    return children ? Number(children.split(' ')[0]) : undefined;
  } catch {
    return undefined;
  }
}

/** Leaves the number where `enter.ts` finds it. */
async function recordInit(child: ChildProcess, run: string): Promise<void> {
  for (let tries = 0; tries < 100 && child.exitCode === null; tries += 1) {
    const pid = initProcess(child);
    if (pid !== undefined) {
      writeFileSync(join(run, 'init.pid'), String(pid));
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** unshare itself ignores these signals, so they go to its child. */
function forwardSignals(child: ChildProcess): () => void {
  const forward = (signal: NodeJS.Signals) => {
    const pid = initProcess(child);
    if (pid === undefined) child.kill('SIGKILL');
    else process.kill(pid, signal);
    setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}
