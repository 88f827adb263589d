import type { App } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Message, Workspace } from '../../src/workspace/index.ts';
import { type Bot, CAST, clientOf, quiet, refusal, section, startBot } from './bot.ts';

let slack: Workspace;
let bot: Bot;
let now: Date;
let listen: (app: App) => void = () => {};

const button = (action_id: string, text: string, more: object = {}) =>
  ({ type: 'button', action_id, text: { type: 'plain_text', text }, value: 'p1', ...more }) as const;
const card = {
  text: 'Restart the operator?',
  ...quiet,
  blocks: [
    section('*Restart* the operator?'),
    {
      type: 'actions',
      block_id: 'decide',
      elements: [
        button('approve', 'Approve', {
          style: 'primary',
          confirm: { text: { type: 'plain_text', text: 'Restart it now?' } },
        }),
        button('deny', 'Deny'),
        {
          type: 'static_select',
          action_id: 'snooze',
          options: ['5 min', '1 h'].map((text) => ({ text: { type: 'plain_text', text }, value: text })),
        },
      ],
    },
  ],
} as const;
const modal = (title: string, more: object = {}) =>
  ({
    type: 'modal',
    callback_id: 'reason',
    private_metadata: 'p1',
    notify_on_close: true,
    title: { type: 'plain_text', text: title },
    submit: { type: 'plain_text', text: 'Send' },
    blocks: [
      {
        type: 'input',
        block_id: 'why',
        label: { type: 'plain_text', text: 'Why?' },
        element: { type: 'plain_text_input', action_id: 'text', min_length: 3 },
      },
      {
        type: 'input',
        block_id: 'ticket',
        optional: true,
        label: { type: 'plain_text', text: 'Ticket' },
        element: { type: 'plain_text_input', action_id: 'text', initial_value: 'OPS-1' },
      },
    ],
    ...more,
  }) as const;

/** Starts the bot with these listeners, and posts the card. */
async function withCard(register: (app: App) => void): Promise<Message> {
  listen = register;
  bot = await startBot(slack, listen);
  const { ts } = await clientOf(slack).chat.postMessage({ channel: slack.channel('incidents'), ...card });
  const posted = slack.messages('incidents').find((one) => one.ts === ts);
  if (posted === undefined) throw new Error('the card is missing');
  return posted;
}
const on = (message: Message) => ({ channel: 'incidents', ts: message.ts });

beforeEach(async () => {
  now = new Date('2026-01-02T03:04:05Z');
  slack = await Workspace.start({ ...CAST, now: () => now });
});
afterEach(async () => {
  await bot.stop();
  await slack.stop();
});

describe('a click', () => {
  it('reaches the bot with the stored message, and the bot edits it', async () => {
    const message = await withCard((app) =>
      app.action('approve', async ({ ack, body, client, action }) => {
        await ack();
        if (body.type !== 'block_actions' || action.type !== 'button') throw new Error('not a button');
        expect(body.message?.ts).toBe(body.container['message_ts']);
        expect(body.message).toMatchObject({ text: card.text, bot_id: expect.stringMatching(/^B/) });
        expect(action).toMatchObject({ value: 'p1', block_id: 'decide', action_id: 'approve' });
        await client.chat.update({
          channel: body.channel?.id ?? '',
          ts: body.message?.ts ?? '',
          text: `approved by <@${body.user.id}>`,
        });
      }),
    );

    const done = await slack.click('alice', { ...on(message), text: 'Approve' }, { confirm: true });
    const edited = await slack.waitFor(() => slack.messages('incidents').find((one) => one.edited !== undefined));

    expect(done.acked).toBe(true);
    expect(slack.text(edited)).toBe('approved by @alice');
    await expect(slack.click('alice', { ...on(message), text: 'Approve' }, { confirm: true })).rejects.toThrow(
      'nothing to click',
    );
    slack.assertClean();
  });

  it('must answer the confirmation dialog, and a no reaches nobody', async () => {
    const message = await withCard(() => {});

    await expect(slack.click('alice', { ...on(message), action_id: 'approve' })).rejects.toThrow('Restart it now?');
    await expect(slack.click('alice', { ...on(message), action_id: 'deny' }, { confirm: true })).rejects.toThrow(
      'asks nothing',
    );
    expect(await slack.click('alice', { ...on(message), action_id: 'approve' }, { confirm: false })).toMatchObject({
      cancelled: true,
    });
    expect(slack.deliveries.filter((one) => one.type === 'interactive')).toEqual([]);
  });

  it('cannot come from somebody outside the channel', async () => {
    const message = await withCard(() => {});
    await expect(slack.click('gil', { ...on(message), action_id: 'deny' })).rejects.toThrow('gil is not in #incidents');
    await expect(slack.click('dan', { ...on(message), action_id: 'deny' })).rejects.toThrow('deactivated');
  });

  it('can come from a client that still shows the message as it was', async () => {
    const clicks: unknown[] = [];
    const message = await withCard((app) =>
      app.action('deny', async ({ ack, body }) => {
        await ack();
        clicks.push(body.user.id);
      }),
    );
    await clientOf(slack).chat.update({ channel: slack.channel('incidents'), ts: message.ts, text: 'decided' });

    await expect(slack.click('bob', { ...on(message), action_id: 'deny' })).rejects.toThrow('nothing to click');
    expect(await slack.click('bob', { ...on(message), action_id: 'deny' }, { seen: message })).toMatchObject({
      acked: true,
    });
    expect(clicks).toEqual([slack.user('bob')]);
  });

  it('shows a warning when nobody acks it', async () => {
    const message = await withCard((app) => app.action('deny', async () => {}));
    const done = await slack.click('alice', { ...on(message), action_id: 'deny' });

    expect(done.error).toBe('operation_timeout');
    expect(slack.uiErrors).toEqual([{ user: 'alice', error: 'operation_timeout', where: 'click on “Deny”' }]);
  });

  it('on a menu carries the chosen option, and only one that is offered', async () => {
    const chosen: unknown[] = [];
    const message = await withCard((app) =>
      app.action('snooze', async ({ ack, action }) => {
        await ack();
        chosen.push(action.type === 'static_select' && action.selected_option);
      }),
    );

    await slack.click('bob', { ...on(message), action_id: 'snooze' }, { choose: '1 h' });
    await expect(slack.click('bob', { ...on(message), action_id: 'snooze' }, { choose: '1 d' })).rejects.toThrow(
      '5 min',
    );
    expect(chosen).toMatchObject([{ value: '1 h' }]);
  });

  it('notices an answer in the ack, which Slack ignores', async () => {
    const message = await withCard((app) =>
      // A payload in this ack is a mistake that types forbid and plain JavaScript allows.
      app.action('deny', async ({ ack }) => (ack as (payload: object) => Promise<void>)({ text: 'hello' })),
    );
    await slack.click('alice', { ...on(message), action_id: 'deny' });

    expect(slack.problems).toMatchObject([{ kind: 'protocol' }]);
    expect(slack.ephemerals('alice')).toEqual([]);
  });
});

describe('a response URL', () => {
  it('answers privately unless told otherwise, five times', async () => {
    const outcomes: unknown[] = [];
    const finished = Promise.withResolvers<void>();
    const message = await withCard((app) =>
      app.action('deny', async ({ ack, respond }) => {
        await ack();
        for (let count = 1; count <= 6; count += 1) {
          await respond({
            text: `answer ${count}`,
            replace_original: false,
            response_type: count === 2 ? 'in_channel' : 'ephemeral',
          }).then(
            () => outcomes.push('ok'),
            (error: { statusCode?: number }) => outcomes.push(error.statusCode),
          );
        }
        finished.resolve();
      }),
    );
    await slack.click('alice', { ...on(message), action_id: 'deny' });
    await finished.promise;

    expect(slack.ephemerals('alice').map((one) => one.text)).toEqual([1, 3, 4, 5].map((count) => `answer ${count}`));
    expect(slack.ephemerals('bob')).toEqual([]);
    expect(slack.messages('incidents').map((one) => one.text)).toEqual([card.text, 'answer 2']);
    expect(slack.problems).toEqual([{ kind: 'refused', method: 'response_url', error: 'used_url' }]);
    expect(outcomes).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 404]);
  });

  it('works for 30 minutes, also where the bot is no member', async () => {
    bot = await startBot(slack, (app) => app.command('/promfix', async ({ ack }) => ack()));
    await slack.command('alice', 'secret', '/promfix', 'help');
    const url = String(slack.deliveries[0]?.payload['response_url']);
    const respond = (body: object) => fetch(url, { method: 'POST', body: JSON.stringify(body) });

    expect((await respond({ text: 'hello' })).status).toBe(200);
    expect(slack.ephemerals('alice').map((one) => one.text)).toEqual(['hello']);
    const bad = await respond({ blocks: [section('')] });
    expect([bad.status, await bad.text()]).toEqual([400, 'invalid_blocks']);
    now = new Date(now.getTime() + 30 * 60_000 + 1);
    const late = await respond({ text: 'too late' });
    expect([late.status, await late.text()]).toEqual([404, 'expired_url']);
  });

  it('is the only way to change or delete an ephemeral message', async () => {
    bot = await startBot(slack, (app) => {
      app.command('/promfix', async ({ ack }) =>
        ack({ text: 'which?', blocks: [{ type: 'actions', elements: [button('pick', 'This')] }] }),
      );
      app.action('pick', async ({ ack, respond }) => {
        await ack();
        await respond({ text: 'picked', replace_original: true });
      });
    });
    await slack.command('alice', 'incidents', '/promfix', 'diagnose');
    const [asked] = slack.ephemerals('alice');
    if (asked === undefined) throw new Error('nothing was asked');
    const update = clientOf(slack).chat.update({ channel: slack.channel('incidents'), ts: asked.ts, text: 'x' });

    expect(await refusal(update)).toMatchObject({ error: 'message_not_found' });
    await expect(slack.click('bob', { ...on(asked), action_id: 'pick' })).rejects.toThrow('bob sees no message');
    await slack.click('alice', { ...on(asked), action_id: 'pick' });
    await slack.waitFor(() => slack.ephemerals('alice')[0]?.text === 'picked');
    expect(slack.ephemerals('alice')[0]?.blocks).toEqual([]);
  });
});

describe('a modal', () => {
  /** Opens the modal by a click on Deny. */
  async function open(register: (app: App) => void = () => {}, view: object = modal('Reason')): Promise<void> {
    const message = await withCard((app) => {
      app.action('deny', async ({ ack, body, client }) => {
        await ack();
        // The tests build views as literals; Slack's side checks them.
        if (body.type === 'block_actions') await client.apiCall('views.open', { trigger_id: body.trigger_id, view });
      });
      register(app);
    });
    await slack.click('alice', { ...on(message), action_id: 'deny' });
    await slack.waitFor(() => slack.modal('alice'));
  }

  it('sends what was typed, and the initial value where nothing was typed', async () => {
    const sent: unknown[] = [];
    await open((app) =>
      app.view('reason', async ({ ack, view }) => {
        sent.push(view.private_metadata, view.state.values);
        await ack();
      }),
    );
    const done = await slack.submit('alice', { why: 'not now' });

    expect(done.acked).toBe(true);
    expect(sent).toEqual([
      'p1',
      {
        why: { text: { type: 'plain_text_input', value: 'not now' } },
        ticket: { text: { type: 'plain_text_input', value: 'OPS-1' } },
      },
    ]);
    expect(slack.modal('alice')).toBeUndefined();
    slack.assertClean();
  });

  it('is its owner’s alone', async () => {
    await open();
    await expect(slack.submit('bob', { why: 'mine now' })).rejects.toThrow('bob has no modal open');
  });

  it('refuses empty required fields and too short text before the bot hears of it', async () => {
    await open();

    expect(await slack.submit('alice', {})).toMatchObject({ errors: { why: 'please complete this required field' } });
    expect(await slack.submit('alice', { why: 'no' })).toMatchObject({ errors: { why: 'at least 3 characters' } });
    await expect(slack.submit('alice', { whom: 'x' })).rejects.toThrow('nothing here is');
    expect(JSON.stringify(slack.deliveries)).not.toContain('view_submission');
  });

  it('stays open with the errors of the bot, under input blocks only', async () => {
    let answer: Record<string, string> = { why: 'be nice' };
    await open((app) => app.view('reason', async ({ ack }) => ack({ response_action: 'errors', errors: answer })));

    expect(await slack.submit('alice', { why: 'idiots' })).toMatchObject({ errors: { why: 'be nice' } });
    const shown = slack.modal('alice');
    expect(shown && slack.viewTranscript(shown)).toContain('! be nice');
    answer = { nowhere: 'x' };
    expect(await slack.submit('alice', { why: 'sorry' })).toMatchObject({ error: 'invalid_response' });
    expect(slack.uiErrors).toMatchObject([{ error: 'invalid_response' }]);
  });

  it('can be replaced or topped by the answer to its submission, three high at most', async () => {
    let action: 'update' | 'push' = 'update';
    await open((app) =>
      // Views are literals here; Slack's side checks them.
      app.view('reason', async ({ ack }) => ack({ response_action: action, view: modal('Again') as never })),
    );
    await slack.submit('alice', { why: 'because' });
    expect(slack.modal('alice')?.title).toMatchObject({ text: 'Again' });
    action = 'push';
    await slack.submit('alice', { why: 'because' });
    await slack.submit('alice', { why: 'because' });
    expect(slack.views).toHaveLength(3);
    expect(await slack.submit('alice', { why: 'because' })).toMatchObject({ error: 'invalid_response' });
    expect(slack.uiErrors[0]?.where).toContain('push_limit_reached');
  });

  it('tells the bot when it is closed, where the bot asked for it', async () => {
    const closed: boolean[] = [];
    await open((app) =>
      app.view({ callback_id: 'reason', type: 'view_closed' }, async ({ ack, body }) => {
        if (body.type === 'view_closed') closed.push(body.is_cleared);
        await ack();
      }),
    );
    await slack.closeView('alice');

    expect(closed).toEqual([false]);
    expect(slack.modal('alice')).toBeUndefined();
  });

  it('is updated under its newest hash only', async () => {
    await open();
    const view = slack.modal('alice');
    const client = clientOf(slack);
    const update = (hash: string) => client.apiCall('views.update', { view_id: view?.id, hash, view: modal('New') });

    await update(view?.hash ?? '');
    expect(slack.modal('alice')?.title).toMatchObject({ text: 'New' });
    expect(await refusal(update(view?.hash ?? ''))).toMatchObject({ error: 'hash_conflict' });
    await slack.closeView('alice');
    expect(await refusal(update(''))).toMatchObject({ error: 'not_found' });
  });

  it('needs a trigger that is fresh and unused', async () => {
    bot = await startBot(slack, (app) => app.command('/promfix', async ({ ack }) => ack()));
    const client = clientOf(slack);
    const trigger = async (): Promise<string> => {
      await slack.command('alice', 'incidents', '/promfix', 'help');
      return String(slack.deliveries.at(-1)?.payload['trigger_id']);
    };
    const openWith = (trigger_id: string, title = 'Reason') =>
      client.apiCall('views.open', { trigger_id, view: modal(title) });

    const used = await trigger();
    expect(await refusal(openWith(used, 'x'.repeat(30)))).toMatchObject({ error: 'invalid_arguments' });
    await openWith(used);
    expect(await refusal(openWith(used))).toMatchObject({ error: 'exchanged_trigger_id' });
    expect(await refusal(openWith('1.2.abc'))).toMatchObject({ error: 'invalid_trigger_id' });
    const old = await trigger();
    now = new Date(now.getTime() + 3_001);
    expect(await refusal(openWith(old))).toMatchObject({ error: 'expired_trigger_id' });
  });

  it('can act on itself, and pushes another on top', async () => {
    const view = { ...modal('Reason'), blocks: [{ type: 'actions', elements: [button('more', 'More')] }] };
    await open(
      (app) =>
        app.action('more', async ({ ack, body, client }) => {
          await ack();
          if (body.type !== 'block_actions') return;
          expect(body.container).toEqual({ type: 'view', view_id: body.view?.id });
          await client.apiCall('views.push', { trigger_id: body.trigger_id, view: modal('On top') });
        }),
      view,
    );
    await slack.click('alice', { view: 'modal', text: 'More' });
    await slack.waitFor(() => slack.views.length === 2);

    const [first, second] = slack.views;
    expect(second).toMatchObject({ previous_view_id: first?.id, root_view_id: first?.id });
  });
});

it('a message shortcut and the home tab reach the bot', async () => {
  const seen: unknown[] = [];
  bot = await startBot(slack, (app) => {
    app.shortcut('explain', async ({ ack, shortcut }) => {
      await ack();
      seen.push(shortcut.type === 'message_action' && shortcut.message.text);
    });
    app.event('app_home_opened', async ({ event, client }) => {
      await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [section('Hello')] } });
      seen.push(event.tab);
    });
  });
  const alert = slack.appPosts('incidents', { app: 'Alertmanager', text: 'PrometheusDown' });
  await slack.shortcut('alice', on(alert), 'explain');
  await slack.openHome('alice');
  const home = await slack.waitFor(() => slack.views.find((one) => one.type === 'home'));

  expect(slack.viewTranscript(home)).toBe('▣ Home\nHello');
  expect(seen[0]).toBe('PrometheusDown');
});
