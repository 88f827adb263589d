import { SocketModeClient } from '@slack/socket-mode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Workspace } from '../../src/workspace/index.ts';
import { type Bot, CAST, clientOf, refusal, startBot } from './bot.ts';

let slack: Workspace;
const bots: Bot[] = [];

async function bot(...args: Parameters<typeof startBot> extends [unknown, ...infer Rest] ? Rest : never): Promise<Bot> {
  const started = await startBot(slack, ...args);
  bots.push(started);
  return started;
}

beforeEach(async () => {
  slack = await Workspace.start(CAST);
});
afterEach(async () => {
  await Promise.all(bots.splice(0).map((one) => one.stop()));
  await slack.stop();
});

describe('delivery by Socket Mode', () => {
  it('brings a command to the bot and shows its answer to that person only', async () => {
    await bot((app) => app.command('/promfix', async ({ ack, command }) => ack(`you said ${command.text}`)));

    const done = await slack.command('alice', 'incidents', '/promfix', 'diagnose @bob');

    expect(done).toMatchObject({ acked: true, response: { text: `you said diagnose <@${slack.user('bob')}|bob>` } });
    expect(slack.ephemerals('alice')).toHaveLength(1);
    expect(slack.messages('incidents')).toEqual([]);
    slack.assertClean();
  });

  it('tells the person about a timeout when the ack comes too late, and ignores the late ack', async () => {
    let late: Promise<void> = Promise.resolve();
    await bot((app) =>
      app.command('/promfix', ({ ack }) => {
        late = new Promise((resolve) => setTimeout(() => resolve(ack('too late')), 350));
        return Promise.resolve();
      }),
    );

    const done = await slack.command('alice', 'incidents', '/promfix', 'diagnose');
    await late;

    expect(done).toEqual({ acked: false, ackMs: 300, error: 'operation_timeout' });
    expect(slack.uiErrors).toEqual([{ user: 'alice', error: 'operation_timeout', where: '/promfix diagnose' }]);
    expect(slack.ephemerals('alice')).toEqual([]);
    expect(() => slack.assertClean()).toThrow('operation_timeout');
    slack.expect({ kind: 'ui_error', error: 'operation_timeout' });
    slack.assertClean();
  });

  it('fails a command at once when nobody is connected', async () => {
    expect(await slack.command('alice', 'incidents', '/promfix', 'help')).toMatchObject({ error: 'dispatch_failed' });
  });

  it('fails a command that the app does not have', async () => {
    await bot();

    expect(await slack.command('alice', 'incidents', '/other', 'help')).toMatchObject({ error: 'invalid_command' });
    expect(slack.deliveries).toEqual([]);
  });

  it('gives each envelope to exactly one of two sockets', async () => {
    const seen: string[] = [];
    for (const name of ['one', 'two']) {
      await bot((app) =>
        app.command('/promfix', async ({ ack }) => {
          seen.push(name);
          await ack();
        }),
      );
    }

    for (let count = 0; count < 4; count += 1) await slack.command('alice', 'incidents', '/promfix', 'help');

    expect(seen.toSorted()).toEqual(['one', 'one', 'two', 'two']);
    expect(slack.deliveries.every((one) => one.outcome === 'acked')).toBe(true);
  });

  it('sends nothing to a socket that was asked to go, and the other one takes over', async () => {
    for (const _ of ['one', 'two']) await bot((app) => app.command('/promfix', ({ ack }) => ack()));

    slack.disconnect('refresh_requested');
    const done = await Promise.all([1, 2, 3].map(() => slack.command('alice', 'incidents', '/promfix', 'help')));

    expect(done.map((one) => one.acked)).toEqual([true, true, true]);
    expect(new Set(slack.deliveries.map((one) => one.socket))).toEqual(new Set([2]));
  });

  it('breaks the connection without a word when a test says so', async () => {
    const { receiver } = await bot();
    const gone = new Promise((resolve) => receiver.client.once('disconnected', resolve));

    slack.disconnect('dropped');
    await gone;

    expect(slack.sockets).toBe(0);
  });

  it('refuses the eleventh socket', async () => {
    const open = async (): Promise<{ socket: WebSocket; first: string }> => {
      const answer = await clientOf(slack, { headers: {} }).apps.connections.open({ token: slack.appToken });
      const socket = new WebSocket(answer.url ?? '');
      const first = await new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))));
      return { socket, first };
    };
    const opened = [];
    for (let count = 0; count < 11; count += 1) opened.push(await open());

    expect(opened.slice(0, 10).every((one) => one.first.includes('"hello"'))).toBe(true);
    expect(JSON.parse(opened[9]?.first ?? '')).toMatchObject({ num_connections: 10 });
    expect(JSON.parse(opened[10]?.first ?? '')).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
    for (const one of opened) one.socket.terminate();
  });

  it('takes a ticket once', async () => {
    const { url } = await clientOf(slack).apps.connections.open({ token: slack.appToken });
    const first = new WebSocket(url ?? '');
    await new Promise((resolve) => first.once('message', resolve));
    const second = new WebSocket(url ?? '');
    const status = await new Promise((resolve) =>
      second.once('unexpected-response', (_request, answer) => resolve(answer.statusCode)),
    );

    expect(status).toBe(401);
    second.on('error', () => {});
    second.terminate();
    first.terminate();
  });

  it('notices acks that nobody waits for', async () => {
    const { url } = await clientOf(slack).apps.connections.open({ token: slack.appToken });
    const socket = new WebSocket(url ?? '');
    await new Promise((resolve) => socket.once('message', resolve));
    socket.send(JSON.stringify({ envelope_id: 'no such envelope', payload: {} }));
    await slack.waitFor(() => slack.problems.length > 0);

    expect(slack.problems).toEqual([{ kind: 'protocol', detail: 'a frame that acks nothing' }]);
    socket.terminate();
  });
});

describe('events', () => {
  it('fires app_mention and message for one mention in a channel', async () => {
    const seen: string[] = [];
    await bot((app) => {
      app.event('app_mention', async ({ event }) => void seen.push(`mention ${event.text}`));
      app.message(async ({ message }) => void seen.push(`message ${message.type}`));
    });

    const done = await slack.mention('alice', 'incidents', 'diagnose <this>');
    await slack.waitFor(() => slack.deliveries.filter((one) => one.outcome === 'acked').length === 2);

    expect(done).toMatchObject({ acked: true, attempts: 1 });
    expect(seen.toSorted()).toEqual([`mention <@${slack.botUserId}> diagnose &lt;this&gt;`, 'message message']);
    slack.assertClean();
  });

  it('delivers an event that was not acked again, under the same event_id', async () => {
    await bot();
    slack.faults.add({ fault: 'late_ack', envelope: 'events_api', times: 4 });

    const done = await slack.mention('alice', 'incidents', 'diagnose');
    const mentions = slack.deliveries.filter((one) => JSON.stringify(one.payload).includes('"app_mention"'));

    expect(mentions.map((one) => one.attempt)).toEqual(mentions.map((_, index) => index));
    expect(mentions.length).toBeGreaterThan(1);
    expect(new Set(mentions.map((one) => one.payload['event_id']))).toEqual(new Set([done.eventId]));
    expect(new Set(mentions.map((one) => one.envelopeId)).size).toBe(mentions.length);
  });

  it('tells Bolt the number of the redelivery', async () => {
    const retries: (number | undefined)[] = [];
    await bot((app) => app.event('app_mention', async ({ context }) => void retries.push(context.retryNum)));
    slack.faults.add({ fault: 'late_ack', envelope: 'events_api', times: 2 });

    const done = await slack.mention('alice', 'incidents', 'diagnose');

    expect(retries).toEqual(
      slack.deliveries.filter((one) => one.payload['event_id'] === done.eventId).map((one) => one.attempt),
    );
    expect(retries.length).toBeGreaterThan(1);
  });

  it('can overtake each other', async () => {
    const seen: string[] = [];
    await bot((app) =>
      app.event('app_mention', async ({ event }) => void seen.push(event.text.split(' ').at(-1) ?? '')),
    );
    slack.faults.add({ fault: 'postpone', envelope: 'events_api', ms: 50 });

    await Promise.all([slack.mention('alice', 'incidents', 'first'), slack.mention('alice', 'incidents', 'second')]);

    expect(seen).toEqual(['second', 'first']);
  });

  it('can deliver one event twice at the same time', async () => {
    const ids: string[] = [];
    await bot((app) => app.event('app_mention', async ({ body }) => void ids.push(body.event_id)));
    slack.faults.add({ fault: 'duplicate', envelope: 'events_api', times: 2 });

    const done = await slack.mention('alice', 'incidents', 'diagnose');

    expect(ids).toEqual([done.eventId, done.eventId]);
  });

  it('keeps events from a bot that is not in the channel, not subscribed, or lacks the scope', async () => {
    await bot();
    expect(await slack.mention('alice', 'lobby', 'hi')).toMatchObject({ withheld: 'bot_not_in_channel' });
    await bots.pop()?.stop();
    await slack.stop();

    slack = await Workspace.start({ ...CAST, scopes: ['chat:write'], events: ['app_mention'] });
    expect(await slack.mention('alice', 'incidents', 'hi')).toMatchObject({ withheld: 'missing_scope' });
    await slack.stop();

    slack = await Workspace.start({ ...CAST, events: [] });
    expect(await slack.mention('alice', 'incidents', 'hi')).toMatchObject({ withheld: 'not_subscribed' });
  });
});

describe('apps.connections.open', () => {
  it('takes the app token only', async () => {
    expect(await refusal(clientOf(slack).apps.connections.open({}))).toMatchObject({ error: 'not_allowed_token_type' });
    expect(await refusal(clientOf(slack).auth.test({ token: slack.appToken }))).toMatchObject({
      error: 'not_allowed_token_type',
    });
  });

  it('lets a client that was disconnected come back', async () => {
    const client = new SocketModeClient({
      appToken: slack.appToken,
      autoReconnectEnabled: false,
      clientOptions: { slackApiUrl: slack.apiUrl },
    });
    await client.start();
    const gone = new Promise((resolve) => client.once('disconnected', resolve));
    slack.disconnect('warning', { all: true });
    await gone;
    await client.start();

    expect(slack.sockets).toBe(1);
    const left = new Promise((resolve) => client.once('disconnected', resolve));
    await client.disconnect();
    await left;
  });
});
