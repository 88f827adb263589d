/** Inside the private namespace: starts everything and plays the incident at reading speed. `--fast` does not pause. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { serveCluster } from './control-plane.ts';
import { narrate, showMessages } from './screen.ts';
import { CHANNEL, CLUSTER, PEOPLE, type Stack, startStack } from './stack.ts';

const READ_MS = process.argv.includes('--fast') ? 0 : 2500;
const read = (): Promise<void> => pause(READ_MS);

const dir = await mkdtemp(join(tmpdir(), 'promfix-demo-'));
const cleanUp: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })];
const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new Error('stopped')));
});
try {
  await Promise.race([play(), interrupted]);
} catch (error) {
  console.error(`promfix demo: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  for (const step of cleanUp.reverse()) await step().catch(() => {});
}
process.exit();

async function play(): Promise<void> {
  narrate(
    'Starting a Kubernetes API server, prometheus-operator and Argo CD’s Application, with the fault of the incident …',
  );
  const cluster = await serveCluster('F58');
  cleanUp.push(() => cluster.stop());
  narrate('Starting a local Slack, Redis, the bot and the worker …');
  const stack = await startStack({ botKubeconfig: cluster.kubeconfig, workerKubeconfig: cluster.kubeconfig, dir });
  cleanUp.push(() => stack.stop());
  showMessages(stack.workspace, CHANNEL);
  await incident(stack);
}

async function incident({ workspace, variables }: Stack): Promise<void> {
  narrate(`${CLUSTER}: the Prometheus has no StatefulSet. ${PEOPLE.asks} types /promfix diagnose in #${CHANNEL}`);
  const asked = await workspace.command(PEOPLE.asks, CHANNEL, '/promfix', 'diagnose');
  narrate(`Slack had its answer after ${Math.round(asked.ackMs)} ms`);
  const approve = { text: 'Approve' };
  const card = await workspace.waitFor(
    () => workspace.messages(CHANNEL).find((one) => workspace.text(one).includes('[Approve]')),
    {
      timeoutMs: 60_000,
      what: 'a proposal that can be approved',
    },
  );
  const where = { channel: CHANNEL, ts: card.ts, ...approve };
  await read();
  narrate(`${PEOPLE.watches}, who is no approver, clicks Approve`);
  await workspace.click(PEOPLE.watches, where, { confirm: true });
  const refusal = await workspace.waitFor(() => workspace.ephemerals(PEOPLE.watches).at(-1), {
    what: 'the private explanation',
  });
  console.log(`\n    (only ${PEOPLE.watches} sees) ${workspace.text(refusal)}`);
  await read();
  narrate(`${PEOPLE.approves}, who is one, clicks Approve`);
  await workspace.click(PEOPLE.approves, where, { confirm: true });
  await workspace.waitFor(() => /resolved/i.test(workspace.text(firstMessage(workspace))), {
    timeoutMs: 180_000,
    what: 'the end of the incident',
  });
  await pause(1500);
  narrate('The record of who did what: promfix audit verify');
  console.log(await promfix(['audit', 'verify'], variables));
}

function firstMessage(workspace: Stack['workspace']) {
  const [first] = workspace.messages(CHANNEL);
  if (first === undefined) throw new Error('the bot said nothing');
  return first;
}

async function promfix(words: readonly string[], variables: Readonly<Record<string, string>>): Promise<string> {
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  const main = new URL('../main.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', main, ...words],
    {
      env: { PATH: process.env['PATH'] ?? '', ...variables },
    },
  );
  return stdout;
}
