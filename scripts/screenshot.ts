/** `npm run screenshot`: refreshes docs/images/demo.png, the picture in the README, from the demo itself. */
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { FAULTS } from '../src/demo/faults.ts';
import { openScene } from '../src/demo/scene.ts';
import { startSite } from '../src/demo/site/site.ts';
import { Stage } from '../src/demo/stage.ts';
import { startChromium } from '../test/demo/chromium.ts';

const FILE = fileURLToPath(new URL('../docs/images/demo.png', import.meta.url));
const SIZE = { width: 1360, height: 1020 } as const;
const WAIT = { timeout: 90_000 } as const;

const chromium = await startChromium();
const stage = new Stage({
  faults: FAULTS,
  fault: 'F58',
  cluster: 'titanium-k3s',
  real: false,
  open: (fault, dir) => openScene({ kind: 'simulator', fault, dir, pace: 0.2 }),
});
const site = await startSite(stage, 0);
try {
  await stage.begin('F58');
  const page = await chromium.open(`${site.url}?as=noor`, SIZE);
  const { workspace } = stage;
  workspace?.appPosts('incidents', {
    app: 'Alertmanager',
    text: '*[FIRING:1] Watchdog is silent* – titanium-k3s sends no alerts any more. The StatefulSet of its Prometheus is missing.',
  });
  workspace?.say('maya', 'incidents', 'I’m on it.');
  await workspace?.command('maya', 'incidents', '/promfix', 'diagnose');
  const approve = page.getByRole('complementary', { name: 'Thread' }).getByRole('button', { name: /^Approve/ });
  await approve.waitFor(WAIT);
  const card = await workspace?.waitFor(() =>
    workspace.messages('incidents').find((one) => JSON.stringify(one.blocks).includes('promfix_approve')),
  );
  const where = { channel: 'incidents', ts: card?.ts ?? '', action_id: 'promfix_approve' };
  await workspace?.click('tom', where, { confirm: true });
  await page.getByText('1 click by somebody').first().waitFor(WAIT);
  await approve.scrollIntoViewIfNeeded();
  await page.screenshot({ path: FILE });
  console.log(`docs/images/demo.png: ${Math.round((await stat(FILE)).size / 1000)} kB`);
} finally {
  await chromium.stop();
  await site.stop();
  await stage.stop();
}
process.exit();
