import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { narrate, showMessages } from './screen.ts';
import { CHANNEL, CLUSTER, type Stack } from './stack.ts';
import { stepOf } from './steps.ts';
import { Tour } from './tour.ts';

const MAIN = new URL('../main.js', import.meta.url).pathname;
const READ_MS = 2_500;

/** Plays the incident as text: what is done between the messages, and the messages. */
export async function playInTerminal({ workspace, variables }: Stack, fast: boolean): Promise<void> {
  const readMs = fast ? 0 : READ_MS;
  narrate(`${CLUSTER}: monitoring is down. Everything below happens in #${CHANNEL}.`);
  showMessages(workspace, CHANNEL);
  let said = '';
  const tour = new Tour(workspace, {
    readMs,
    changed: ({ caption }) => {
      if (caption !== undefined && caption !== said) narrate(caption);
      said = caption ?? said;
    },
  });
  await tour.play();
  await pause(readMs === 0 ? 200 : 1_500);
  if (stepOf(workspace, CHANNEL).id !== 'resolved') return;
  narrate('The same from a terminal: promfix audit verify');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', MAIN, 'audit', 'verify'],
    { env: { PATH: process.env['PATH'] ?? '', ...variables } },
  );
  console.log(stdout);
}
