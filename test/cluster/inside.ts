// The first process of the namespace: sets the network up, runs the command that it is given, and ends with it. Everything else in the
// namespace ends then, too.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setUpNetwork } from './control-plane/network.ts';

const [program, ...args] = process.argv.slice(2);
if (!program) throw new Error('inside.ts is started by run.ts');
setUpNetwork();
const child = spawn(program, args, { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`promfix: ${error.message}`);
  process.exit(127);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));
