import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS } from '../../src/demo/faults.ts';
import { openScene } from '../../src/demo/scene.ts';
import { type Site, startSite } from '../../src/demo/site/site.ts';
import { Stage } from '../../src/demo/stage.ts';
import { type Chromium, startChromium } from './chromium.ts';

const WAIT = { timeout: 45_000 };

interface Opened {
  readonly stage: Stage;
  readonly site: Site;
}

/** The demo as `npm run demo` starts it; `config` is merged over its configuration. */
async function startDemo(config: Readonly<Record<string, unknown>> = {}): Promise<Opened> {
  const stage = new Stage({
    faults: FAULTS,
    fault: 'F58',
    cluster: 'titanium-k3s',
    real: false,
    open: (fault, dir) => openScene({ kind: 'simulator', fault, dir, config, pace: 0.1 }),
    readMs: 50,
  });
  const site = await startSite(stage, 0);
  await stage.begin('F58');
  return { stage, site };
}

const as = ({ site }: Opened, who: string): string => `${site.url}?as=${who}`;
const thread = (page: Page) => page.getByRole('complementary', { name: 'Thread' });
const channel = (page: Page) => page.getByRole('main');
const approve = (page: Page) => thread(page).getByRole('button', { name: /^Approve/ });

async function type(page: Page, text: string): Promise<void> {
  await page.getByRole('combobox', { name: /Message to/ }).fill(text);
  await page.keyboard.press('Enter');
}

describe('the demo in a browser', { timeout: 120_000 }, () => {
  let chromium: Chromium;
  let demo: Opened;
  let hasty: Opened;
  beforeAll(async () => {
    const low = { users: ['U04AGOIRTNS'], approvals: 1, self: 'never', expires: '3s' };
    [chromium, demo, hasty] = await Promise.all([startChromium(), startDemo(), startDemo({ approvals: { low } })]);
  }, 60_000);
  afterAll(async () => {
    await chromium?.stop();
    for (const one of [demo, hasty]) {
      await one?.site.stop();
      await one?.stage.stop();
    }
  }, 30_000);

  it.concurrent('says when a card has expired, and takes no click any more', async () => {
    const page = await chromium.open(as(hasty, 'noor'));
    await page.emulateMedia({ colorScheme: 'dark' });
    await type(page, '/promfix diagnose');
    await approve(page).waitFor(WAIT);
    await thread(page)
      .getByText(/Nobody decided until/)
      .waitFor(WAIT);
    expect(await approve(page).count()).toBe(0);
    await page.getByText('The proposal ended without a change.').waitFor(WAIT);
  });

  it.concurrent('goes through the whole incident by clicks, as three people in three windows', async () => {
    const maya = await chromium.open(as(demo, 'maya'));
    await type(maya, '/promfix diagnose');
    await channel(maya)
      .getByText(/The operator started before the CRD was there/)
      .first()
      .waitFor(WAIT);
    await approve(maya).waitFor(WAIT);

    // Somebody without rights: a private answer, and the card stays.
    const tom = await chromium.open(as(demo, 'tom'), { width: 320, height: 640 });
    await channel(tom)
      .getByRole('button', { name: /replies/ })
      .click();
    await approve(tom).click();
    await tom.getByRole('alertdialog').getByRole('button', { name: 'Restart the operator' }).click();
    await tom
      .getByRole('article', { name: /only visible to you/ })
      .first()
      .waitFor(WAIT);
    expect(await tom.evaluate('document.documentElement.scrollWidth')).toBe(320);
    await maya.getByText('1 click by somebody who may not decide was refused').first().waitFor(WAIT);
    expect(await maya.getByRole('article', { name: /only visible to you/ }).count()).toBe(0);

    // A reload in the middle loses nothing.
    const noor = await chromium.open(as(demo, 'noor'));
    await approve(noor).waitFor(WAIT);
    await noor.reload();
    await approve(noor).click();
    await noor.getByRole('alertdialog').getByRole('button', { name: 'Not now' }).click();
    expect(await noor.getByRole('alertdialog').count()).toBe(0);
    await approve(noor).click();
    await noor.getByRole('alertdialog').getByRole('button', { name: 'Restart the operator' }).click();
    await approve(noor).waitFor({ ...WAIT, state: 'detached' });
    for (const page of [maya, noor])
      await channel(page)
        .getByText(/resolved, nothing to do/)
        .waitFor(WAIT);
    await thread(maya)
      .getByText(/runs again/)
      .first()
      .waitFor(WAIT);

    await type(maya, '/promfix audit verify');
    await maya
      .getByRole('article', { name: /only visible to you/ })
      .getByText(/The audit is intact/)
      .waitFor(WAIT);
    demo.stage.workspace?.assertClean();
    expect(chromium.complaints).toEqual([]);
  });

  it('begins anew with another fault, and plays it by itself', async () => {
    const page = await chromium.open(as(demo, 'maya'));
    await page.getByRole('combobox', { name: 'Fault' }).selectOption('F38');
    await page.getByText('This is the beginning of #incidents.').waitFor(WAIT);
    await page
      .getByRole('button', { name: 'Play it for me' })
      .and(page.locator(':not([aria-disabled=true])'))
      .click(WAIT);
    await channel(page)
      .getByText(/resolved, nothing to do|needs a repair by hand/)
      .waitFor(WAIT);
    await page.getByRole('button', { name: 'Play it for me' }).waitFor(WAIT);
  });
});
