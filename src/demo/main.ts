/**
 * `npm run demo`: plays the incident in the terminal with the real bot, worker, Redis, operator and API server; Slack is the local
 * workspace. Everything runs in a private network namespace; the control plane is a process of its own and is built first where missing.
 */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const child = spawn(
  process.execPath,
  [
    join(root, 'test', 'cluster', 'run.ts'),
    '--',
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    join(here, 'play.ts'),
    ...process.argv.slice(2),
  ],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
