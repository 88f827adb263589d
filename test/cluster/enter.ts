// Runs a command in the namespace of a control plane that runs already: node test/cluster/enter.ts RUN COMMAND [ARGUMENT …]
// RUN is the run folder that serve.ts prints, or its name.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { clusterHome } from './paths.ts';

const [run = '', ...command] = process.argv.slice(2).filter((word) => word !== '--');
const folder = isAbsolute(run) ? run : join(clusterHome(), 'runs', run);
const file = join(folder, 'init.pid');
if (!run || command.length === 0 || !existsSync(file)) {
  console.error(
    'usage: node test/cluster/enter.ts RUN COMMAND [ARGUMENT …]; RUN is the run folder that serve.ts prints',
  );
  process.exit(64);
}
const into = [
  '--target',
  readFileSync(file, 'utf8').trim(),
  '--user',
  '--net',
  '--pid',
  '--mount',
  '--preserve-credentials',
  '--wd=.',
];
const env = { ...process.env, PROMFIX_CLUSTER_RUN: folder, KUBECONFIG: join(folder, 'admin.kubeconfig') };
const child = spawn('nsenter', [...into, '--', ...command], { stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`promfix: ${error.message}`);
  process.exit(127);
});
child.on('exit', (code) => process.exit(code ?? 1));
