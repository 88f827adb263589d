import { ErrorCode } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CallFault, Workspace } from '../../src/workspace/index.ts';
import { CAST, clientOf, quiet, startBot } from './bot.ts';

let slack: Workspace;
let now: Date;
const hello = () => ({ channel: slack.channel('incidents'), text: 'hello', ...quiet });
const retrying = { retryConfig: { retries: 2, minTimeout: 1, maxTimeout: 2, factor: 1 } };

beforeEach(async () => {
  now = new Date('2026-01-02T03:04:05Z');
  slack = await Workspace.start({ ...CAST, now: () => now, rateLimits: true });
});
afterEach(() => slack.stop());

describe('rate limits', () => {
  it('take a burst of posts into one channel, then about one a second, with Retry-After', async () => {
    const client = clientOf(slack, { rejectRateLimitedCalls: true });
    for (let count = 0; count < 4; count += 1) await client.chat.postMessage(hello());

    await expect(client.chat.postMessage(hello())).rejects.toMatchObject({
      code: ErrorCode.RateLimitedError,
      retryAfter: 4,
    });
    await client.chat.postMessage({ ...hello(), channel: slack.dm('alice').id });
    now = new Date(now.getTime() + 4_001);
    await client.chat.postMessage(hello());
    expect(slack.messages('incidents')).toHaveLength(5);
    slack.expect({ kind: 'refused', method: 'chat.postMessage', error: 'ratelimited' });
    slack.assertClean();
  });

  it('count the calls of a method per minute by its tier', async () => {
    const client = clientOf(slack, { rejectRateLimitedCalls: true });
    const { ts } = await client.chat.postMessage(hello());
    const edit = () => client.chat.update({ channel: slack.channel('incidents'), ts: ts ?? '', text: 'edited' });
    await Promise.all(Array.from({ length: 50 }, edit));

    await expect(edit()).rejects.toMatchObject({ code: ErrorCode.RateLimitedError, retryAfter: 60 });
    await client.users.info({ user: slack.user('alice') });
  });
});

describe('faults', () => {
  it('an answer lost after the post was made leads a client that retries to post twice', async () => {
    slack.faults.add({ method: 'chat.postMessage', fault: 'drop_after_commit' });
    await clientOf(slack, retrying).chat.postMessage(hello());

    expect(slack.messages('incidents')).toHaveLength(2);
    expect(slack.calls.map((call) => [call.status, call.fault])).toEqual([
      [null, 'drop_after_commit'],
      [200, undefined],
    ]);
    slack.assertClean();
  });

  it('a connection lost before anything happened leads to one post', async () => {
    slack.faults.add({ fault: 'drop' });
    await clientOf(slack, retrying).chat.postMessage(hello());

    expect(slack.messages('incidents')).toHaveLength(1);
  });

  it('are used up after as many calls as they were asked for', async () => {
    slack.faults.add({ fault: 'http', status: 503, times: 2 });
    await clientOf(slack, retrying).chat.postMessage(hello());

    expect(slack.calls.map((call) => call.status)).toEqual([503, 503, 200]);
  });

  it.each<[string, CallFault, object]>([
    ['429', { fault: 'ratelimited', retryAfter: 7 }, { code: ErrorCode.RateLimitedError, retryAfter: 7 }],
    ['internal_error', { fault: 'error', error: 'internal_error' }, { data: { error: 'internal_error' } }],
    ['a page', { fault: 'html' }, { code: ErrorCode.PlatformError }],
    ['503', { fault: 'http', status: 503 }, { code: ErrorCode.HTTPError, statusCode: 503 }],
  ])('reach the client as %s, and change nothing', async (_what, fault, error) => {
    slack.faults.add(fault);

    await expect(clientOf(slack, { rejectRateLimitedCalls: true }).chat.postMessage(hello())).rejects.toMatchObject(
      error,
    );
    expect(slack.messages('incidents')).toEqual([]);
    slack.assertClean();
  });

  it('can break the connection in the middle of a command', async () => {
    const bot = await startBot(slack, (app) => app.command('/promfix', () => new Promise(() => {})));
    const gone = new Promise((resolve) => bot.receiver.client.once('disconnected', resolve));
    slack.faults.add({ fault: 'disconnect', envelope: 'slash_commands' });
    const done = slack.command('alice', 'incidents', '/promfix', 'help');
    await gone;

    expect((await done).error).toBe('operation_timeout');
  });

  it('can throttle the app with an envelope that has no event', async () => {
    const bot = await startBot(slack);
    const client = bot.receiver.client;
    // The frame makes the client throw in an async listener: caught here as a supervisor does.
    const raw = client.listeners('ws_message');
    const caught: unknown[] = [];
    client.removeAllListeners('ws_message');
    for (const one of raw) {
      // Listeners of this event take the frame and whether it is binary.
      const listener = one as (data: unknown, isBinary: boolean) => Promise<void>;
      client.on('ws_message', (data, isBinary) => listener(data, isBinary).catch((error) => void caught.push(error)));
    }

    expect(await slack.rateLimitEvents()).toBe(false);
    expect(caught).toHaveLength(1);
    await bot.stop();
  });
});

describe('waiting', () => {
  it('ends with the change that was waited for', async () => {
    const waited = slack.waitFor(() => slack.messages('incidents')[0]);
    slack.say('alice', 'incidents', 'here');

    expect((await waited).text).toBe('here');
  });

  it('fails with the transcript when it takes too long', async () => {
    slack.say('alice', 'incidents', 'somebody there?');
    const waited = slack.waitFor(() => undefined, { timeoutMs: 20, what: 'an answer' });

    await expect(waited).rejects.toThrow(/20 ms for an answer in vain[\s\S]*somebody there\?/);
  });

  it('tells a listener every change, until it unsubscribes', () => {
    const seen: string[] = [];
    const off = slack.onChange((change) => seen.push(change.type));
    slack.say('alice', 'incidents', 'one');
    off();
    slack.say('alice', 'incidents', 'two');

    expect(seen).toEqual(['message_posted']);
  });
});
