import type { Args } from '../args.ts';
import type { Channel, Message, User } from '../data.ts';
import { randomId } from '../ids.ts';
import { Refusal } from '../refusal.ts';
import { botIn, type Slack } from '../slack.ts';

const SCOPE_FAMILY = { public: 'channels', private: 'groups', im: 'im' } as const;

/** Throws `missing_scope` unless the app has the scope of this kind of conversation, e.g. `groups:history`. */
export function needScope(slack: Slack, channel: Channel, right: 'read' | 'history'): void {
  const needed = `${SCOPE_FAMILY[channel.kind]}:${right}`;
  if (slack.installation.scopes.includes(needed)) return;
  throw new Refusal('missing_scope', { needed, provided: slack.installation.scopes.join(',') });
}

/** A channel that the bot can know of. Throws `channel_not_found`, also for a private channel it is not in. */
export function findChannel(slack: Slack, args: Args, name = 'channel'): Channel {
  const reference = args.required(name);
  const channel =
    slack.state.channel(reference) ??
    slack.state.data.channels.find((one) => one.kind !== 'im' && `#${one.name}` === reference);
  if (channel === undefined || (channel.kind !== 'public' && !botIn(slack, channel))) {
    throw new Refusal('channel_not_found');
  }
  return channel;
}

/** A channel that the bot is a member of. Throws `channel_not_found`, `not_in_channel`, `is_archived`. */
export function joinedChannel(slack: Slack, args: Args): Channel {
  const channel = findChannel(slack, args);
  if (!botIn(slack, channel)) throw new Refusal('not_in_channel');
  if (channel.is_archived) throw new Refusal('is_archived');
  return channel;
}

/** Where a post goes: a channel the bot may write to, or the direct messages with a person. */
export function postTarget(slack: Slack, args: Args): Channel {
  const reference = args.required('channel');
  if (/^[UW]/.test(reference) && slack.state.channel(reference) === undefined) {
    return writable(slack, directMessages(slack, findUser(slack, reference)));
  }
  const channel = findChannel(slack, args);
  const mayPost = channel.kind === 'public' && slack.installation.scopes.includes('chat:write.public');
  if (!botIn(slack, channel) && !mayPost) throw new Refusal('not_in_channel');
  return writable(slack, channel);
}

function writable(slack: Slack, channel: Channel): Channel {
  if (channel.is_archived) throw new Refusal('is_archived');
  if (channel.is_read_only) throw new Refusal('restricted_action_read_only_channel');
  if (channel.kind === 'im' && !slack.installation.messagesTab) throw new Refusal('messages_tab_disabled');
  return channel;
}

export function findUser(slack: Slack, id: string): User {
  const user = slack.state.user(id);
  if (user === undefined) throw new Refusal('user_not_found');
  return user;
}

/** The conversation between the bot and a person; opened when there is none yet. */
export function directMessages(slack: Slack, user: User): Channel {
  const { botUser } = slack.state.data.app;
  if (user.is_bot) throw new Refusal('cannot_dm_bot');
  if (user.deleted) throw new Refusal('user_disabled');
  const open = slack.state.data.channels.find((one) => one.kind === 'im' && one.members.includes(user.id));
  return (
    open ??
    slack.state.addChannel({
      id: randomId('D'),
      name: '',
      kind: 'im',
      created: Math.floor(slack.state.now().getTime() / 1_000),
      creator: botUser,
      is_archived: false,
      is_ext_shared: false,
      is_read_only: false,
      members: [botUser, user.id],
      topic: '',
    })
  );
}

export function findMessage(slack: Slack, channel: Channel, ts: string): Message {
  const message = slack.state.message(channel.id, ts);
  if (message === undefined || message.subtype === 'tombstone') throw new Refusal('message_not_found');
  return message;
}

/** The thread of a reply: the ts of an existing message that is no reply itself. */
export function findThread(slack: Slack, channel: Channel, args: Args): string | undefined {
  const ts = args.text('thread_ts');
  if (ts === undefined) return undefined;
  const parent = slack.state.message(channel.id, ts);
  const isReply = parent?.thread_ts !== undefined && parent.thread_ts !== parent.ts;
  if (parent === undefined || isReply) throw new Refusal('invalid_thread_ts');
  return ts;
}
