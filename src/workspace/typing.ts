import { encodeEntities } from './mrkdwn.ts';
import type { State } from './state.ts';

/** What a person typed in the message box, as Slack stores it: entities encoded; @names, #channels and links resolved. */
export function typedText(state: State, text: string): string {
  return text
    .split(/(<[@#!][^<>]*>)/)
    .map((piece, index) => (index % 2 === 1 ? piece : resolve(state, encodeEntities(piece), false)))
    .join('');
}

/** The text of a command whose manifest says `should_escape`: names and links in their long form, the rest as typed. */
export const escapedCommand = (state: State, text: string): string => resolve(state, text, true);

function resolve(state: State, text: string, long: boolean): string {
  return text
    .replace(/(^|[\s(])@([a-z0-9._-]*[a-z0-9])/g, (whole, before: string, name: string) => {
      const user = state.data.users.find((one) => one.name === name);
      if (user !== undefined) return `${before}<@${user.id}${long ? `|${name}` : ''}>`;
      const group = state.data.userGroups.find((one) => one.handle === name);
      if (group !== undefined) return `${before}<!subteam^${group.id}|@${name}>`;
      return ['channel', 'here', 'everyone'].includes(name) ? `${before}<!${name}>` : whole;
    })
    .replace(/(^|[\s(])#([a-z0-9_-]+)/g, (whole, before: string, name: string) => {
      const channel = state.data.channels.find((one) => one.name === name);
      return channel === undefined ? whole : `${before}<#${channel.id}|${name}>`;
    })
    .replace(/(?<![<|])https?:\/\/[^\s<>|]+/g, (url) => `<${url}>`);
}
