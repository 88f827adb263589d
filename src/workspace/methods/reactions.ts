import type { Args } from '../args.ts';
import type { Message } from '../data.ts';
import { Refusal } from '../refusal.ts';
import { botIn, type Slack } from '../slack.ts';
import { findChannel, findMessage } from './find.ts';
import type { Method } from './method.ts';

function target(slack: Slack, args: Args): { message: Message; name: string; bot: string } {
  const name = args.text('name');
  if (name === undefined || !/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(name)) throw new Refusal('invalid_name');
  const channel = findChannel(slack, args);
  if (!botIn(slack, channel)) throw new Refusal('not_in_channel');
  if (channel.is_archived) throw new Refusal('is_archived');
  return { message: findMessage(slack, channel, args.required('timestamp')), name, bot: slack.state.data.app.botUser };
}

export const REACTIONS = {
  'reactions.add': {
    token: 'bot',
    scopes: ['reactions:write'],
    tier: 3,
    handle: (slack, args) => {
      const { message, name, bot } = target(slack, args);
      const users = message.reactions.find((one) => one.name === name)?.users ?? [];
      if (users.includes(bot)) throw new Refusal('already_reacted');
      const others = message.reactions.filter((one) => one.name !== name);
      slack.state.change(message, { ...message, reactions: [...others, { name, users: [...users, bot] }] });
      return {};
    },
  },
  'reactions.remove': {
    token: 'bot',
    scopes: ['reactions:write'],
    tier: 2,
    handle: (slack, args) => {
      const { message, name, bot } = target(slack, args);
      const users = message.reactions.find((one) => one.name === name)?.users ?? [];
      if (!users.includes(bot)) throw new Refusal('no_reaction');
      const left = users.filter((one) => one !== bot);
      const others = message.reactions.filter((one) => one.name !== name);
      slack.state.change(message, {
        ...message,
        reactions: left.length > 0 ? [...others, { name, users: left }] : others,
      });
      return {};
    },
  },
} as const satisfies Readonly<Record<string, Method>>;
