/** Plays an incident in the terminal. Where the real control plane is asked for, this runs inside its private namespace. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArguments } from './arguments.ts';
import { openScene } from './scene.ts';
import { narrate } from './screen.ts';
import { playInTerminal } from './terminal.ts';
import { mainText } from './texts.ts';

const options = parseArguments(process.argv.slice(2));
const dir = await mkdtemp(join(tmpdir(), 'promfix-demo-'));
const cleanUp: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })];
const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => reject(new Error('stopped')));
});
try {
  await Promise.race([play(), interrupted]);
} catch (error) {
  console.error(mainText.failed(error instanceof Error ? error.message : String(error)));
  process.exitCode = 1;
} finally {
  for (const step of cleanUp.reverse()) await step().catch(() => {});
}
process.exit();

async function play(): Promise<void> {
  narrate(mainText.startingParts(options.cluster));
  const scene = await openScene({ kind: options.cluster, fault: options.fault, dir });
  cleanUp.push(() => scene.stop());
  await playInTerminal(scene.stack, options.fast);
}
