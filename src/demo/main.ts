/** `npm run demo`: a page that is a Slack workspace with a broken cluster behind it; `--terminal` plays an incident as text. */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepCompiled } from '../startup/compile-cache.js';
import { type Arguments, parseArguments } from './arguments.ts';
import { mainText } from './texts.ts';

keepCompiled(process.env);

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');

let options: Arguments;
try {
  options = parseArguments(process.argv.slice(2));
} catch (error) {
  console.error(mainText.failed(error instanceof Error ? error.message : String(error)));
  console.error(mainText.usage);
  process.exit(64);
}
if (options.help) console.log(mainText.usage);
else if (options.terminal) inTerminal();
else await inBrowser();

async function inBrowser(): Promise<void> {
  const ending = new AbortController();
  // A terminal sends Ctrl-C to every process of the group, and npm once more: all after the first mean nothing.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
  try {
    const { startDemo } = await import('./web.ts');
    const demo = await startDemo(options, console.log);
    if (demo === undefined) process.exit();
    if (!ending.signal.aborted) await new Promise((resolve) => ending.signal.addEventListener('abort', resolve));
    console.log(`\n${mainText.ending}`);
    await demo.stop();
    process.exit();
  } catch (error) {
    if (!ending.signal.aborted) console.error(mainText.failed(error instanceof Error ? error.message : String(error)));
    process.exit(1);
  }
}

/** In a process of its own; with the real control plane in its private namespace. */
function inTerminal(): void {
  const play = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    join(here, 'play.ts'),
    ...process.argv.slice(2),
  ];
  const [program = '', ...words] =
    options.cluster === 'suite' ? [process.execPath, join(root, 'test', 'cluster', 'run.ts'), '--', ...play] : play;
  const child = spawn(program, words, { cwd: root, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}
