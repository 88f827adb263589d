import type { Ink } from '../../texts/ink.ts';
import { channelMention, code, personMark, plain, prose, time, userMention } from './escape.ts';

/** Values in mrkdwn: escaped, names as code, people and channels as Slack's mentions, times in the reader's zone. */
export const slackInk: Ink = {
  code: (value) => code(value),
  text: (value) => prose(value, 1500),
  who: (actor) => {
    if (actor.kind === 'user') return userMention(actor.user);
    return actor.kind === 'terminal' ? prose(`${actor.name} (terminal)`, 100) : 'promfix';
  },
  channel: (id) => channelMention(id),
  at: (iso) => time(iso),
  bold: (value) => `*${prose(value, 200)}*`,
};

/** The same for the `text` of a message, which is read aloud and shown in notifications: no markup. */
export const plainInk: Ink = {
  code: (value) => plain(value, 300),
  text: (value) => plain(value, 1500),
  who: (actor) =>
    actor.kind === 'user' ? personMark(actor.user) : actor.kind === 'terminal' ? plain(actor.name, 100) : 'promfix',
  channel: (id) => id,
  at: (iso) => `${iso.slice(11, 16)} UTC`,
  bold: (value) => plain(value, 200),
};
