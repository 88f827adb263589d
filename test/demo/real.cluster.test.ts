import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { askedFor } from '../cluster/asked-for.ts';
import { SCENARIO_TIMEOUT, withScenario } from '../cluster/harness.ts';
import { byId, loadScenarios } from '../cluster/scenarios/load.ts';
import { type Chromium, startChromium } from './chromium.ts';

const WAIT = { timeout: 90_000 };
/** On demand: `--only demo`, or `--only all`. */
const isMeant = askedFor('demo');

/** `npm run demo -- --cluster real` with the kubeconfig that kubectl would use; gives the address of its page. */
async function startDemo(kubeconfig: string, ...more: readonly string[]) {
  const words = [
    '--disable-warning=ExperimentalWarning',
    'src/demo/main.ts',
    '--cluster',
    'real',
    '--no-open',
    '--port',
    '0',
  ];
  const child = spawn(process.execPath, [...words, ...more], {
    env: { ...process.env, KUBECONFIG: kubeconfig },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part) => {
        said += part;
        const [found] = /http:\S+/.exec(said) ?? [];
        if (found) resolve(found);
      });
    child.once('exit', () => reject(new Error(said)));
  });
  return { url, child };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGINT');
  await gone;
}

const thread = (page: Page) => page.getByRole('complementary', { name: 'Thread' });
const approve = (page: Page) => thread(page).getByRole('button', { name: /^Approve/ });

async function diagnose(chromium: Chromium, url: string): Promise<Page> {
  const maya = await chromium.open(`${url}?as=maya`);
  await maya.getByRole('combobox', { name: /Message to/ }).fill('/promfix diagnose');
  await maya.keyboard.press('Enter');
  await maya
    .getByRole('main')
    .getByText(/The operator started before the CRD was there/)
    .first()
    .waitFor(WAIT);
  return maya;
}

it.runIf(isMeant)(
  'the page on a cluster of one’s own: nobody may approve, unless changes were allowed; then it is repaired',
  { timeout: SCENARIO_TIMEOUT },
  async () => {
    const scenario = byId(await loadScenarios(null), 'F58');
    await withScenario(scenario, async ({ cluster }) => {
      const chromium = await startChromium();
      try {
        const closed = await startDemo(cluster.kubeconfig);
        try {
          const maya = await diagnose(chromium, closed.url);
          await thread(maya)
            .getByText(/Nobody may approve/)
            .first()
            .waitFor(WAIT);
          expect(await approve(maya).count()).toBe(0);
          expect(chromium.complaints).toEqual([]);
        } finally {
          await end(closed.child);
        }

        const open = await startDemo(cluster.kubeconfig, '--allow-changes');
        try {
          await diagnose(chromium, open.url);
          const noor = await chromium.open(`${open.url}?as=noor`);
          await approve(noor).click(WAIT);
          await noor.getByRole('alertdialog').getByRole('button', { name: 'Restart the operator' }).click();
          await noor
            .getByRole('main')
            .getByText(/resolved, nothing to do/)
            .waitFor(WAIT);
          await cluster.available(30);
        } finally {
          await end(open.child);
        }
      } finally {
        await chromium.stop();
      }
    });
  },
);
