import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Workspace } from '../../src/workspace/index.ts';
import { CAST, clientOf, quiet, refusal, section } from './bot.ts';

let slack: Workspace;
let client: ReturnType<typeof clientOf>;
let incidents: string;

beforeEach(async () => {
  slack = await Workspace.start({ ...CAST, scopes: [...SCOPES] });
  client = clientOf(slack);
  incidents = slack.channel('incidents');
});
afterEach(() => slack.stop());

const SCOPES = [
  'chat:write',
  'channels:read',
  'channels:history',
  'groups:read',
  'users:read',
  'usergroups:read',
  'reactions:write',
  'files:write',
  'im:write',
  'channels:manage',
  'pins:write',
] as const;

const post = (text: string, more: object = {}) =>
  client.chat.postMessage({ channel: incidents, text, ...quiet, ...more });

describe('authentication', () => {
  it('refuses no token, a wrong token, and a token of the wrong kind', async () => {
    const call = async (headers: Record<string, string>) =>
      (await fetch(`${slack.apiUrl}chat.postMessage`, { method: 'POST', headers })).json();

    expect(await call({})).toMatchObject({ ok: false, error: 'not_authed' });
    expect(await call({ authorization: 'Bearer xoxb-wrong' })).toMatchObject({ error: 'invalid_auth' });
    expect(await call({ authorization: `Bearer ${slack.appToken}` })).toMatchObject({
      error: 'not_allowed_token_type',
    });
    expect(slack.messages('incidents')).toEqual([]);
  });

  it('names the missing scope, and the granted ones in a header', async () => {
    await slack.stop();
    slack = await Workspace.start({ ...CAST, scopes: ['chat:write'] });
    client = clientOf(slack);

    expect(await refusal(client.users.info({ user: slack.user('alice') }))).toMatchObject({
      error: 'missing_scope',
      needed: 'users:read',
      provided: 'chat:write',
    });
    const answer = await client.auth.test();
    expect(answer).toMatchObject({
      user_id: slack.botUserId,
      team_id: slack.teamId,
      response_metadata: { scopes: ['chat:write'] },
    });
  });

  it('needs the scope of the kind of conversation', async () => {
    const answer = await refusal(client.conversations.history({ channel: slack.channel('war-room') }));
    expect(answer).toMatchObject({ error: 'missing_scope', needed: 'groups:history' });
  });

  it('refuses everything once the app was removed', async () => {
    slack.uninstall('account_inactive');
    expect(await refusal(client.auth.test())).toMatchObject({ error: 'account_inactive' });
  });

  it('answers unknown_method, and counts it as a problem', async () => {
    expect(await refusal(client.apiCall('chat.scribble'))).toMatchObject({ error: 'unknown_method' });
    expect(() => slack.assertClean()).toThrow('unknown_method: method=chat.scribble');
  });

  it('listens on loopback only', () => {
    expect(new URL(slack.apiUrl).hostname).toBe('127.0.0.1');
  });
});

describe('membership', () => {
  it('takes no post into a channel that the bot is not in, cannot see, or that is archived', async () => {
    const into = (channel: string) => refusal(client.chat.postMessage({ channel, text: 'hi', ...quiet }));

    expect(await into(slack.channel('lobby'))).toMatchObject({ error: 'not_in_channel' });
    expect(await into(slack.channel('secret'))).toMatchObject({ error: 'channel_not_found' });
    expect(await into('C0NOSUCH')).toMatchObject({ error: 'channel_not_found' });
    expect(await into(slack.channel('old'))).toMatchObject({ error: 'is_archived' });
  });

  it('whispers only to members', async () => {
    const whisper = (user: string) => client.chat.postEphemeral({ channel: incidents, user, text: 'psst' });

    expect(await refusal(whisper(slack.user('gil')))).toMatchObject({ error: 'user_not_in_channel' });
    await whisper(slack.user('alice'));
    expect(slack.ephemerals('alice').map((one) => one.text)).toEqual(['psst']);
    expect(slack.ephemerals('bob')).toEqual([]);
  });

  it('opens direct messages with people, not with nobody or itself', async () => {
    const open = (users: string) => client.conversations.open({ users });

    expect(await refusal(open('U0NOBODY'))).toMatchObject({ error: 'user_not_found' });
    expect(await refusal(open(slack.botUserId))).toMatchObject({ error: 'cannot_dm_bot' });
    const first = await open(slack.user('alice'));
    const again = await open(slack.user('alice'));
    expect(first.channel?.id).toBe(again.channel?.id);
  });

  it('tells guests, strangers and deactivated people apart', async () => {
    const info = async (name: string) => (await client.users.info({ user: slack.user(name) })).user;

    expect(await info('gil')).toMatchObject({ is_restricted: true, is_ultra_restricted: false });
    expect(await info('sue')).toMatchObject({ is_restricted: true, is_ultra_restricted: true });
    expect(await info('dan')).toMatchObject({ deleted: true });
    const eve = await info('eve');
    expect(eve).toMatchObject({ is_stranger: true });
    expect(eve?.team_id).not.toBe(slack.teamId);
    expect((await info('alice'))?.profile).not.toHaveProperty('email');
    const partners = await client.conversations.info({ channel: slack.channel('partners') });
    expect(partners.channel).toMatchObject({ is_ext_shared: true });
  });

  it('lists the members of a user group as they are now', async () => {
    const members = async () => (await client.usergroups.users.list({ usergroup: slack.group('sre') })).users;

    expect(await members()).toEqual([slack.user('alice'), slack.user('bob')]);
    slack.setGroup('sre', ['bob']);
    expect(await members()).toEqual([slack.user('bob')]);
    expect(await refusal(client.usergroups.users.list({ usergroup: 'S0NONE' }))).toMatchObject({
      error: 'no_such_subteam',
    });
  });
});

describe('messages', () => {
  it('cannot be posted where only some people may, or to people of an app without a messages tab', async () => {
    await slack.stop();
    slack = await Workspace.start({ ...CAST, channels: [{ name: 'news', readOnly: true }], messagesTab: false });
    client = clientOf(slack);
    const into = (channel: string) => refusal(client.chat.postMessage({ channel, text: 'hi', ...quiet }));

    expect(await into(slack.channel('news'))).toMatchObject({ error: 'restricted_action_read_only_channel' });
    expect(await into(slack.user('alice'))).toMatchObject({ error: 'messages_tab_disabled' });
  });

  it('take blocks as a list or as its JSON text, not encoded twice', async () => {
    const blocks = [section('card')];
    const call = async (body: object) =>
      (
        await fetch(`${slack.apiUrl}chat.postMessage`, {
          method: 'POST',
          headers: { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json; charset=utf-8' },
          body: JSON.stringify({ channel: incidents, text: 'card', ...quiet, ...body }),
        })
      ).json();

    expect(await call({ blocks })).toMatchObject({ ok: true });
    expect(await call({ blocks: JSON.stringify(blocks) })).toMatchObject({ ok: true });
    expect(await call({ blocks: JSON.stringify(JSON.stringify(blocks)) })).toMatchObject({
      error: 'invalid_blocks_format',
    });
    expect(await call({ blocks: '[{' })).toMatchObject({ error: 'invalid_blocks_format' });
    expect(await call({ thread_ts: 1700000000.000001 })).toMatchObject({ error: 'invalid_arguments' });
    expect(await call({ markdown_text: '# card' })).toMatchObject({ error: 'markdown_text_conflict' });
  });

  it('need text, blocks or attachments', async () => {
    expect(await refusal(client.apiCall('chat.postMessage', { channel: incidents }))).toMatchObject({
      error: 'no_text',
    });
    expect(await refusal(client.apiCall('chat.postMessage', { text: 'hi' }))).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: ['[ERROR] missing required field: channel [json-pointer:/channel]'] },
    });
  });

  it('are cut at 40 000 characters when posted, and refused above 4 000 when updated', async () => {
    const { ts } = await post('x'.repeat(50_000));

    expect(slack.messages('incidents')[0]?.text).toHaveLength(40_000);
    const update = client.chat.update({ channel: incidents, ts: ts ?? '', text: 'x'.repeat(4_001) });
    expect(await refusal(update)).toMatchObject({ error: 'msg_too_long' });
  });

  it('lose their blocks when updated with text alone', async () => {
    const { ts } = await post('card', { blocks: [section('card')] });
    await client.chat.update({ channel: incidents, ts: ts ?? '', text: 'done' });

    expect(slack.messages('incidents')[0]).toMatchObject({
      text: 'done',
      blocks: [],
      edited: { user: slack.botUserId },
    });
  });

  it('of others can be neither updated nor deleted', async () => {
    const { ts } = slack.say('alice', 'incidents', 'mine');

    expect(await refusal(client.chat.update({ channel: incidents, ts, text: 'x' }))).toMatchObject({
      error: 'cant_update_message',
    });
    expect(await refusal(client.chat.delete({ channel: incidents, ts }))).toMatchObject({
      error: 'cant_delete_message',
    });
    expect(await refusal(client.chat.update({ channel: incidents, ts: '1.000001', text: 'x' }))).toMatchObject({
      error: 'message_not_found',
    });
  });

  it('keep metadata through an update, lose it for an empty one, and show it only where asked', async () => {
    const metadata = { event_type: 'promfix_proposal', event_payload: { proposal: 'p1', tries: 2 } };
    const { ts } = await post('card', { metadata });
    await client.chat.update({ channel: incidents, ts: ts ?? '', text: 'card 2' });

    const plain = await client.conversations.history({ channel: incidents });
    const full = await client.conversations.history({ channel: incidents, include_all_metadata: true });
    expect(plain.messages?.[0]).not.toHaveProperty('metadata');
    expect(full.messages?.[0]?.metadata).toEqual(metadata);

    await client.apiCall('chat.update', { channel: incidents, ts, text: 'card 3', metadata: {} });
    expect(slack.messages('incidents')[0]).not.toHaveProperty('metadata');
  });

  it('refuse metadata without a type, with nested objects, or too much of it', async () => {
    const withPayload = (event_payload: object) =>
      refusal(
        client.apiCall('chat.postMessage', {
          channel: incidents,
          text: 'x',
          metadata: { event_type: 'e', event_payload },
        }),
      );

    expect(
      await refusal(
        client.apiCall('chat.postMessage', { channel: incidents, text: 'x', metadata: { event_type: 'e' } }),
      ),
    ).toMatchObject({
      error: 'invalid_metadata_format',
    });
    expect(await withPayload({ a: { b: { c: 1 } } })).toMatchObject({ error: 'invalid_metadata_schema' });
    expect(await withPayload({ a: 'x'.repeat(20_000) })).toMatchObject({ error: 'metadata_too_large' });
  });

  it('form threads under an existing parent only', async () => {
    const { ts } = await post('parent');
    const reply = await post('reply', { thread_ts: ts });

    expect(await refusal(post('x', { thread_ts: reply.ts }))).toMatchObject({ error: 'invalid_thread_ts' });
    expect(await refusal(post('x', { thread_ts: '1.000001' }))).toMatchObject({ error: 'invalid_thread_ts' });
    const replies = await client.conversations.replies({ channel: incidents, ts: ts ?? '' });
    expect(replies.messages?.map((one) => one.text)).toEqual(['parent', 'reply']);
    expect(replies.messages?.[0]).toMatchObject({ reply_count: 1, latest_reply: reply.ts, thread_ts: ts });
    const history = await client.conversations.history({ channel: incidents });
    expect(history.messages?.map((one) => one.text)).toEqual(['parent']);
  });

  it('come page by page, newest first, with borders left out', async () => {
    const stamps: string[] = [];
    for (const text of ['one', 'two', 'three']) stamps.push((await post(text)).ts ?? '');

    const first = await client.conversations.history({ channel: incidents, limit: 2 });
    expect(first.messages?.map((one) => one.text)).toEqual(['three', 'two']);
    expect(first.has_more).toBe(true);
    const second = await client.conversations.history({
      channel: incidents,
      limit: 2,
      cursor: first.response_metadata?.next_cursor ?? '',
    });
    expect(second.messages?.map((one) => one.text)).toEqual(['one']);
    const after = await client.conversations.history({ channel: incidents, oldest: stamps[0] ?? '' });
    expect(after.messages?.map((one) => one.text)).toEqual(['three', 'two']);
    expect(await refusal(client.conversations.history({ channel: incidents, cursor: 'nonsense' }))).toMatchObject({
      error: 'invalid_cursor',
    });
  });

  it('leave a tombstone when deleted above their replies', async () => {
    const { ts } = await post('parent');
    await post('reply', { thread_ts: ts });
    await client.chat.delete({ channel: incidents, ts: ts ?? '' });

    expect(slack.messages('incidents').map((one) => one.subtype ?? one.text)).toEqual(['tombstone', 'reply']);
  });

  it('have a permalink, with the thread for a reply', async () => {
    const { ts } = await post('parent');
    const reply = await post('reply', { thread_ts: ts });
    const link = await client.chat.getPermalink({ channel: incidents, message_ts: reply.ts ?? '' });

    expect(link.permalink).toContain(
      `/archives/${incidents}/p${reply.ts?.replace('.', '')}?thread_ts=${ts}&cid=${incidents}`,
    );
    expect(await refusal(client.chat.getPermalink({ channel: incidents, message_ts: '1.000001' }))).toMatchObject({
      error: 'message_not_found',
    });
  });

  it('have timestamps that only rise, also after going back to a snapshot', async () => {
    const first = await post('one');
    const before = slack.snapshot();
    const second = await post('two');
    slack.restore(before);
    const third = await post('three');

    expect(slack.messages('incidents').map((one) => one.text)).toEqual(['one', 'three']);
    expect([first.ts, second.ts, third.ts].toSorted()).toEqual([first.ts, second.ts, third.ts]);
  });

  it('are still there when Slack comes back at the same address', async () => {
    const { ts } = await post('before');
    const { port } = slack;
    const tokens = { bot: slack.botToken, app: slack.appToken };
    const snapshot = slack.snapshot();
    await slack.stop();
    await expect(post('lost')).rejects.toThrow();
    slack = await Workspace.start({ ...CAST, snapshot, port, tokens });

    await client.chat.update({ channel: incidents, ts: ts ?? '', text: 'after' });
    expect(slack.messages('incidents').map((one) => one.text)).toEqual(['after']);
  });
});

describe('reactions, pins, channels and files', () => {
  it('puts a reaction once and takes it away once', async () => {
    const { ts } = await post('card');
    const on = { channel: incidents, timestamp: ts ?? '', name: 'eyes' };

    await client.reactions.add(on);
    expect(await refusal(client.reactions.add(on))).toMatchObject({ error: 'already_reacted' });
    await client.reactions.remove(on);
    expect(await refusal(client.reactions.remove(on))).toMatchObject({ error: 'no_reaction' });
    expect(await refusal(client.reactions.add({ ...on, name: 'No Such!' }))).toMatchObject({ error: 'invalid_name' });
  });

  it('pins a message once', async () => {
    const { ts } = await post('card');
    await client.pins.add({ channel: incidents, timestamp: ts ?? '' });
    expect(await refusal(client.pins.add({ channel: incidents, timestamp: ts ?? '' }))).toMatchObject({
      error: 'already_pinned',
    });
  });

  it('creates channels with proper names, and invites people once', async () => {
    expect(await refusal(client.conversations.create({ name: 'Has Caps!' }))).toMatchObject({
      error: 'invalid_name_specials',
    });
    expect(await refusal(client.conversations.create({ name: 'incidents' }))).toMatchObject({ error: 'name_taken' });
    const { channel } = await client.conversations.create({ name: 'inc-1' });
    const invite = (users: string) => client.conversations.invite({ channel: channel?.id ?? '', users });
    await invite(slack.user('alice'));
    expect(await refusal(invite(slack.user('alice')))).toMatchObject({ error: 'already_in_channel' });
    expect(await refusal(invite(slack.botUserId))).toMatchObject({ error: 'cant_invite_self' });
    const members = await client.conversations.members({ channel: channel?.id ?? '', limit: 1 });
    expect(members.members).toEqual([slack.botUserId]);
    expect(members.response_metadata?.next_cursor).not.toBe('');
  });

  it('shares a file after all three steps of an upload', async () => {
    await client.files.uploadV2({
      channel_id: incidents,
      filename: 'operator.log',
      content: 'a line\n',
      initial_comment: 'the log',
    });

    expect(slack.messages('incidents')[0]).toMatchObject({
      text: 'the log',
      files: [{ name: 'operator.log', size: 7 }],
    });
    expect(slack.state.data.files[0]).toMatchObject({ content: 'a line\n', completed: true });
    slack.assertClean();
  });

  it('keeps a file invisible that was not completed', async () => {
    const { file_id } = await client.files.getUploadURLExternal({ filename: 'a.log', length: 3 });
    const completed = client.files.completeUploadExternal({
      files: [{ id: file_id ?? '', title: 'a' }],
      channel_id: incidents,
    });

    expect(await refusal(completed)).toMatchObject({ error: 'file_not_found' });
    expect(slack.messages('incidents')).toEqual([]);
  });
});

describe('what a bot should not do', () => {
  it('is told apart from what Slack refuses', async () => {
    await client.apiCall('chat.postMessage', { channel: incidents, blocks: [section('no words')] });

    expect(slack.problems).toEqual([
      { kind: 'lint', rule: 'no_fallback_text', method: 'chat.postMessage', text: '' },
      { kind: 'lint', rule: 'unfurls_left_on', method: 'chat.postMessage', text: '' },
    ]);
  });

  it.each([
    ['in the text', { text: 'log: <!channel> fire' }],
    ['in a block', { text: 'log', blocks: [section('```<!here|x>```')] }],
    [
      'in rich text',
      {
        text: 'log',
        blocks: [
          {
            type: 'rich_text',
            elements: [{ type: 'rich_text_section', elements: [{ type: 'broadcast', range: 'everyone' }] }],
          },
        ],
      },
    ],
    ['in an attachment', { text: 'log', attachments: [{ text: '<!everyone>', fallback: 'x' }] }],
  ])('a mention of everybody counts as a problem: %s', async (_where, message) => {
    await client.apiCall('chat.postMessage', { channel: incidents, ...quiet, ...message });

    expect(slack.problems).toMatchObject([{ kind: 'broadcast' }]);
    expect(() => slack.assertClean()).toThrow('broadcast');
  });

  it('an escaped mention is no problem', async () => {
    await post('log: &lt;!channel&gt; fire', { blocks: [section('&lt;!channel&gt;')] });

    slack.assertClean();
    expect(slack.transcript('incidents')).toContain('<!channel>');
  });

  it('an expected problem that does not happen is reported, too', () => {
    slack.expect({ kind: 'refused', method: 'chat.postMessage', error: 'not_in_channel' });
    expect(() => slack.assertClean()).toThrow('did not happen');
  });
});
