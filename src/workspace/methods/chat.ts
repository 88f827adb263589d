import { LIMITS } from '../blocks/limits.ts';
import { lintContent, readContent, readMetadata } from '../content.ts';
import { permalink } from '../ids.ts';
import { compact } from '../json.ts';
import { postEphemeral, postMessage } from '../posting.ts';
import { Refusal } from '../refusal.ts';
import { wireMessage } from '../wire.ts';
import { findChannel, findMessage, findThread, findUser, joinedChannel, postTarget } from './find.ts';
import type { Method } from './method.ts';

export const CHAT = {
  'chat.postMessage': {
    token: 'bot',
    scopes: ['chat:write'],
    tier: 'post',
    handle: (slack, args) => {
      const channel = postTarget(slack, args);
      const content = readContent(slack, args);
      const metadata = readMetadata(args);
      const thread = findThread(slack, channel, args);
      lintContent(slack, 'chat.postMessage', args, content);
      const message = postMessage(slack, channel, content, compact({ thread_ts: thread, metadata }));
      return { channel: channel.id, ts: message.ts, message: wireMessage(slack.state, message, { metadata: true }) };
    },
  },
  'chat.update': {
    token: 'bot',
    scopes: ['chat:write'],
    tier: 3,
    handle: (slack, args) => {
      const channel = findChannel(slack, args);
      const old = findMessage(slack, channel, args.required('ts'));
      const { app } = slack.state.data;
      if (old.bot_id !== app.botId) throw new Refusal('cant_update_message');
      if (channel.is_archived) throw new Refusal('is_archived');
      const text = args.text('text');
      if ((text ?? '').length > LIMITS.message.updateText) throw new Refusal('msg_too_long');
      const content = readContent(slack, args);
      const metadata = args.has('metadata') ? readMetadata(args) : old.metadata;
      lintContent(slack, 'chat.update', args, content);
      const { metadata: _old, attachments: _attachments, ...kept } = old;
      const next = slack.state.change(old, {
        ...kept,
        ...content,
        text: text ?? args.text('markdown_text') ?? old.text,
        edited: { user: app.botUser, ts: slack.state.nextTs() },
        ...(metadata === undefined || Object.keys(metadata).length === 0 ? {} : { metadata }),
      });
      return {
        channel: channel.id,
        ts: next.ts,
        text: next.text,
        message: wireMessage(slack.state, next, { metadata: true }),
      };
    },
  },
  'chat.delete': {
    token: 'bot',
    scopes: ['chat:write'],
    tier: 3,
    handle: (slack, args) => {
      const channel = findChannel(slack, args);
      const message = findMessage(slack, channel, args.required('ts'));
      if (message.bot_id !== slack.state.data.app.botId) throw new Refusal('cant_delete_message');
      const hasReplies = slack.state.replies(channel.id, message.ts).length > 0;
      if (hasReplies) {
        const { attachments: _attachments, metadata: _metadata, ...rest } = message;
        slack.state.change(message, { ...rest, subtype: 'tombstone', text: 'This message was deleted.', blocks: [] });
      } else slack.state.remove(message);
      return { channel: channel.id, ts: message.ts };
    },
  },
  'chat.postEphemeral': {
    token: 'bot',
    scopes: ['chat:write'],
    tier: 4,
    handle: (slack, args) => {
      const channel = joinedChannel(slack, args);
      const user = findUser(slack, args.required('user'));
      if (!channel.members.includes(user.id)) throw new Refusal('user_not_in_channel');
      const content = readContent(slack, args);
      const thread = findThread(slack, channel, args);
      lintContent(slack, 'chat.postEphemeral', args, content);
      const message = postEphemeral(slack, channel, user.id, content, compact({ thread_ts: thread }));
      return { message_ts: message.ts };
    },
  },
  'chat.getPermalink': {
    token: 'bot',
    scopes: [],
    tier: 'special',
    handle: (slack, args) => {
      const channel = findChannel(slack, args);
      const message = findMessage(slack, channel, args.required('message_ts'));
      const { domain } = slack.state.data.team;
      return { channel: channel.id, permalink: permalink(domain, channel.id, message.ts, message.thread_ts) };
    },
  },
} as const satisfies Readonly<Record<string, Method>>;
