import type { App } from '@slack/bolt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS } from '../../src/demo/faults.ts';
import { type Site, startSite } from '../../src/demo/site/site.ts';
import { Stage } from '../../src/demo/stage.ts';
import { Workspace } from '../../src/workspace/index.ts';
import { type Bot, quiet, section, startBot } from '../workspace/bot.ts';
import { type Chromium, startChromium } from './chromium.ts';

const plain = (text: string) => ({ type: 'plain_text', text }) as const;
const form = {
  type: 'modal' as const,
  callback_id: 'reason',
  title: plain('Deny'),
  submit: plain('Deny it'),
  close: plain('Cancel'),
  blocks: [
    {
      type: 'input' as const,
      block_id: 'reason',
      label: plain('Why?'),
      element: { type: 'plain_text_input' as const, action_id: 'text', min_length: 3 },
    },
  ],
};
const card = [
  section('Shall it be done?'),
  {
    type: 'actions',
    block_id: 'choice',
    elements: [
      {
        type: 'button',
        action_id: 'yes',
        text: plain('Do it'),
        value: '1',
        confirm: {
          title: plain('Really?'),
          text: plain('It will be done.'),
          confirm: plain('Yes, do it'),
          deny: plain('No'),
        },
      },
      { type: 'button', action_id: 'no', text: plain('Leave it'), value: '2' },
    ],
  },
] as const;

/** A bot that answers with a card, an edit and a form. */
function listen(app: App): void {
  app.command('/promfix', async ({ ack, client, body }) => {
    await ack();
    await client.chat.postMessage({ channel: body.channel_id, text: 'Shall it be done?', blocks: [...card], ...quiet });
  });
  app.action('yes', async ({ ack, client, body }) => {
    await ack();
    if (body.type !== 'block_actions' || body.channel === undefined || body.message === undefined) return;
    await client.chat.update({
      channel: body.channel.id,
      ts: body.message.ts,
      text: 'Done',
      blocks: [section('Done')],
    });
  });
  app.action('no', async ({ ack, client, body }) => {
    await ack();
    if (body.type === 'block_actions') await client.views.open({ trigger_id: body.trigger_id, view: form });
  });
  app.view('reason', async ({ ack }) => ack());
}

describe('the page of the demo', { timeout: 60_000 }, () => {
  let chromium: Chromium;
  let stage: Stage;
  let site: Site;
  let bot: Bot;
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await Workspace.start({ people: ['maya', 'noor', 'tom'], channels: ['incidents'] });
    stage = new Stage({
      faults: FAULTS,
      fault: 'F58',
      cluster: 'test',
      real: false,
      open: async () => ({ workspace, stop: () => workspace.stop() }),
    });
    [chromium, site, bot] = await Promise.all([startChromium(), startSite(stage, 0), startBot(workspace, listen)]);
    await stage.begin('F58');
  }, 60_000);
  afterEach(() => {
    workspace.restore({ ...workspace.snapshot(), messages: [], ephemerals: [], views: [] });
    expect(chromium.complaints).toEqual([]);
  });
  afterAll(async () => {
    await chromium?.stop();
    await bot?.stop();
    await site?.stop();
    await stage?.stop();
  }, 30_000);

  it('shows whatever a message says as text', async () => {
    const page = await chromium.open(site.url);
    const evil = '"><img src=x onerror=alert(1)><script>alert(2)</script> javascript:alert(3) {{token}}';
    workspace.say('tom', 'incidents', evil);
    workspace.appPosts('incidents', {
      app: '<b>Alert</b>',
      text: 'fallback',
      blocks: [
        {
          type: 'section',
          text: {
            type: 'mrkdwn',
            text: 'a &lt;img src=x onerror=alert(1)&gt; <javascript:alert(1)|click> `&lt;b&gt;`',
          },
        },
        { type: 'header', text: { type: 'plain_text', text: '<script>alert(1)</script>' } },
        { type: 'video', alt_text: '<i>' },
      ],
    });
    await page.getByText(evil).waitFor();
    await page.getByText('click (javascript:alert(1))').waitFor();
    await page.getByText('This page can’t show a block of type “video”.').waitFor();
    expect(
      await page.locator('.message img:not(.avatar), .message script, .message b, .message i, .message a').count(),
    ).toBe(0);
  });

  it('can be used with the keyboard alone', async () => {
    const page = await chromium.open(site.url);
    await page.getByRole('combobox', { name: /Message to/ }).focus();
    await page.keyboard.type('/promfix di');
    await page.getByRole('option', { name: /diagnose/ }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.getByRole('combobox', { name: /Message to/ }).inputValue()).toBe('/promfix diagnose ');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Do it' }).waitFor();
    expect(await page.locator('#heard').textContent()).toContain('promfix: Shall it be done?');

    // From the message box backwards to the card's buttons.
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    const field = page.getByRole('dialog', { name: 'Deny' }).getByRole('textbox', { name: 'Why?' });
    await field.waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('please complete this required field').waitFor();
    await page.keyboard.type('it is 3 a.m.');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent')).toContain('Leave it');

    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog', { name: 'Really?' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('article').getByText('(edited)').waitFor();
    // The button is gone; its message has the focus.
    expect(await page.evaluate('document.activeElement.tagName')).toBe('ARTICLE');
  });

  it('fits a phone', async () => {
    const page = await chromium.open(site.url, { width: 320, height: 640 });
    const { ts } = workspace.say('maya', 'incidents', `a long word: ${'x'.repeat(400)}`);
    workspace.say('noor', 'incidents', `\`${'y'.repeat(400)}\``, { thread_ts: ts });
    await page.getByRole('button', { name: /1 reply/ }).click();
    await page.getByRole('complementary', { name: 'Thread' }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    await page.keyboard.press('Escape');
    await page.getByRole('complementary').waitFor({ state: 'detached' });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  });

  it('shows to each person only what they see, and says what Slack refuses', async () => {
    const page = await chromium.open(`${site.url}?as=tom`);
    const channel = workspace.channel('incidents');
    const whisper = { channel, text: 'for maya', blocks: [], reactions: [], user: workspace.botUserId } as const;
    workspace.state.whisper({ ...whisper, ts: workspace.state.nextTs(), recipient: workspace.user('maya') });
    workspace.state.whisper({
      ...whisper,
      text: 'for tom',
      ts: workspace.state.nextTs(),
      recipient: workspace.user('tom'),
    });
    await page.getByRole('article').getByText('for tom').waitFor();
    expect(await page.getByRole('article').getByText('for maya').count()).toBe(0);
    await page.getByRole('radio', { name: /maya/ }).check();
    await page.getByRole('article').getByText('for maya').waitFor();
    expect(await page.getByRole('article').getByText('for tom').count()).toBe(0);
    expect(page.url()).toContain('as=maya');

    await page.getByRole('combobox', { name: /Message to/ }).fill('/nothing');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('not a valid command').waitFor();
  });
});
