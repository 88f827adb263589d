import { type Args, page } from '../args.ts';
import type { Channel, Message } from '../data.ts';
import { randomId } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import { Refusal } from '../refusal.ts';
import { botIn, type Slack } from '../slack.ts';
import { wireChannel, wireMessage } from '../wire.ts';
import { directMessages, findChannel, findMessage, findUser, needScope } from './find.ts';
import { HISTORY_SCOPES, type Method, READ_SCOPES } from './method.ts';

/** A channel whose messages the bot may read. */
function readable(slack: Slack, args: Args): Channel {
  const channel = findChannel(slack, args);
  needScope(slack, channel, 'history');
  if (!botIn(slack, channel)) throw new Refusal('not_in_channel');
  return channel;
}

/** Microseconds, so that `12`, `12.5` and `12.500000` compare as numbers. */
const micros = (ts: string): number => Math.round(Number(ts) * 1_000_000);

/** Messages between `oldest` and `latest`, without their borders unless `inclusive`. */
function within(args: Args, messages: readonly Message[]): readonly Message[] {
  const oldest = micros(args.text('oldest') ?? '0');
  const latest = micros(args.text('latest') ?? '99999999999');
  if (Number.isNaN(oldest)) throw new Refusal('invalid_ts_oldest');
  if (Number.isNaN(latest)) throw new Refusal('invalid_ts_latest');
  const inclusive = args.flag('inclusive');
  return messages.filter((one) => {
    const at = micros(one.ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  });
}

function messagesPage(slack: Slack, args: Args, messages: readonly Message[]): JsonObject {
  const { items, next } = page(args, messages, 100, 999);
  const metadata = args.flag('include_all_metadata');
  return {
    messages: items.map((one) => wireMessage(slack.state, one, { metadata })),
    has_more: next !== '',
    response_metadata: { next_cursor: next },
  };
}

export const CONVERSATIONS = {
  'conversations.history': {
    token: 'bot',
    scopes: HISTORY_SCOPES,
    tier: 3,
    handle: (slack, args) => {
      const channel = readable(slack, args);
      const roots = slack.state.data.messages.filter(
        (one) => one.channel === channel.id && (one.thread_ts === undefined || one.thread_ts === one.ts),
      );
      return messagesPage(slack, args, within(args, roots).toReversed());
    },
  },
  'conversations.replies': {
    token: 'bot',
    scopes: HISTORY_SCOPES,
    tier: 3,
    handle: (slack, args) => {
      const channel = readable(slack, args);
      const ts = args.required('ts');
      const parent = slack.state.message(channel.id, ts);
      if (parent === undefined) throw new Refusal('thread_not_found');
      return messagesPage(slack, args, [parent, ...within(args, slack.state.replies(channel.id, ts))]);
    },
  },
  'conversations.info': {
    token: 'bot',
    scopes: READ_SCOPES,
    tier: 3,
    handle: (slack, args) => {
      const channel = findChannel(slack, args);
      needScope(slack, channel, 'read');
      const members = args.flag('include_num_members') ? { num_members: channel.members.length } : {};
      return { channel: { ...wireChannel(slack.state, channel), ...members } };
    },
  },
  'conversations.members': {
    token: 'bot',
    scopes: READ_SCOPES,
    tier: 4,
    handle: (slack, args) => {
      const channel = findChannel(slack, args);
      needScope(slack, channel, 'read');
      const { items, next } = page(args, channel.members, 100, 1_000);
      return { members: items, response_metadata: { next_cursor: next } };
    },
  },
  'conversations.list': {
    token: 'bot',
    scopes: READ_SCOPES,
    tier: 2,
    handle: (slack, args) => {
      const types = args.has('types') ? args.ids('types') : ['public_channel'];
      const kinds = types.map((type) => ({ public_channel: 'public', private_channel: 'private', im: 'im' })[type]);
      const visible = slack.state.data.channels.filter(
        (one) =>
          kinds.includes(one.kind) &&
          (one.kind === 'public' || botIn(slack, one)) &&
          !(args.flag('exclude_archived') && one.is_archived),
      );
      for (const channel of visible) needScope(slack, channel, 'read');
      const { items, next } = page(args, visible, 100, 1_000);
      return { channels: items.map((one) => wireChannel(slack.state, one)), response_metadata: { next_cursor: next } };
    },
  },
  'conversations.open': {
    token: 'bot',
    scopes: ['im:write', 'mpim:write', 'channels:manage', 'groups:write'],
    tier: 3,
    handle: (slack, args) => {
      const users = args.ids('users');
      if (users.length !== 1) throw new Refusal(users.length === 0 ? 'users_list_not_supplied' : 'too_many_users');
      const channel = directMessages(slack, findUser(slack, users[0] ?? ''));
      return { channel: { id: channel.id } };
    },
  },
  'conversations.create': {
    token: 'bot',
    scopes: ['channels:manage', 'groups:write'],
    tier: 2,
    handle: (slack, args) => {
      const name = args.text('name');
      if (name === undefined) throw new Refusal('invalid_name_required');
      if (name.length > 80) throw new Refusal('invalid_name_maxlength');
      if (!/^[a-z0-9_-]+$/.test(name)) throw new Refusal('invalid_name_specials');
      if (slack.state.data.channels.some((one) => one.name === name)) throw new Refusal('name_taken');
      const { botUser } = slack.state.data.app;
      const channel = slack.state.addChannel({
        id: randomId('C'),
        name,
        kind: args.flag('is_private') ? 'private' : 'public',
        created: Math.floor(slack.state.now().getTime() / 1_000),
        creator: botUser,
        is_archived: false,
        is_ext_shared: false,
        is_read_only: false,
        members: [botUser],
        topic: '',
      });
      return { channel: wireChannel(slack.state, channel) };
    },
  },
  'conversations.invite': {
    token: 'bot',
    scopes: ['channels:write.invites', 'channels:manage', 'groups:write', 'groups:write.invites'],
    tier: 3,
    handle: (slack, args) => {
      const channel = findChannel(slack, args);
      if (!botIn(slack, channel)) throw new Refusal('not_in_channel');
      if (channel.is_archived) throw new Refusal('is_archived');
      const users = args.ids('users').map((id) => findUser(slack, id));
      if (users.length === 0) throw new Refusal('no_user');
      if (users.some((one) => one.id === slack.state.data.app.botUser)) throw new Refusal('cant_invite_self');
      if (users.some((one) => channel.members.includes(one.id))) throw new Refusal('already_in_channel');
      const members = [...channel.members, ...users.map((one) => one.id)];
      return { channel: wireChannel(slack.state, slack.state.changeChannel(channel, { ...channel, members })) };
    },
  },
  'conversations.join': {
    token: 'bot',
    scopes: ['channels:join'],
    tier: 3,
    handle: (slack, args) => {
      const channel = findChannel(slack, args);
      if (channel.kind !== 'public') throw new Refusal('method_not_supported_for_channel_type');
      if (channel.is_archived) throw new Refusal('is_archived');
      if (botIn(slack, channel)) return { channel: wireChannel(slack.state, channel), warning: 'already_in_channel' };
      const members = [...channel.members, slack.state.data.app.botUser];
      return { channel: wireChannel(slack.state, slack.state.changeChannel(channel, { ...channel, members })) };
    },
  },
  'conversations.leave': {
    token: 'bot',
    scopes: ['channels:manage', 'groups:write'],
    tier: 3,
    handle: (slack, args) => {
      const channel = findChannel(slack, args);
      if (!botIn(slack, channel)) return { not_in_channel: true };
      const members = channel.members.filter((id) => id !== slack.state.data.app.botUser);
      slack.state.changeChannel(channel, { ...channel, members });
      return {};
    },
  },
  'conversations.archive': {
    token: 'bot',
    scopes: ['channels:manage', 'groups:write'],
    tier: 2,
    handle: (slack, args) => {
      const channel = findChannel(slack, args);
      if (!botIn(slack, channel)) throw new Refusal('not_in_channel');
      if (channel.is_archived) throw new Refusal('already_archived');
      slack.state.changeChannel(channel, { ...channel, is_archived: true });
      return {};
    },
  },
  'conversations.setTopic': {
    token: 'bot',
    scopes: ['channels:manage', 'channels:write.topic', 'groups:write', 'groups:write.topic'],
    tier: 2,
    handle: (slack, args) => {
      const channel = findChannel(slack, args);
      if (!botIn(slack, channel)) throw new Refusal('not_in_channel');
      if (channel.is_archived) throw new Refusal('is_archived');
      const topic = args.text('topic') ?? '';
      if (topic.length > 250) throw new Refusal('too_long');
      return { channel: wireChannel(slack.state, slack.state.changeChannel(channel, { ...channel, topic })) };
    },
  },
  'bookmarks.add': {
    token: 'bot',
    scopes: ['bookmarks:write'],
    tier: 2,
    handle: (slack, args) => {
      const channel = findChannel(slack, args, 'channel_id');
      if (!botIn(slack, channel)) throw new Refusal('not_in_channel');
      const [title, type, link] = ['title', 'type', 'link'].map((name) => args.required(name));
      if (type !== 'link') throw new Refusal('invalid_bookmark_type');
      if (!URL.canParse(link ?? '')) throw new Refusal('invalid_link');
      return { bookmark: { id: randomId('Bk'), channel_id: channel.id, title, type, link } };
    },
  },
  'pins.add': {
    token: 'bot',
    scopes: ['pins:write'],
    tier: 2,
    handle: (slack, args) => {
      const channel = findChannel(slack, args);
      if (!botIn(slack, channel)) throw new Refusal('not_in_channel');
      const message = findMessage(slack, channel, args.required('timestamp'));
      if (message.pinned === true) throw new Refusal('already_pinned');
      slack.state.change(message, { ...message, pinned: true });
      return {};
    },
  },
} as const satisfies Readonly<Record<string, Method>>;
