import { asList, asText, type Json, type JsonObject, objectsIn } from './json.ts';

/** Looks up names for ids. */
export interface Names {
  user(id: string): string;
  channel(id: string): string;
  group(id: string): string;
}

/** What a person sees of a text, and whom it notifies. */
export interface Seen {
  readonly text: string;
  readonly users: readonly string[];
  readonly groups: readonly string[];
  /** `channel`, `here`, `everyone`: they notify everybody in the channel. */
  readonly broadcasts: readonly string[];
  readonly links: readonly { readonly url: string; readonly label: string }[];
}

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };
/** The three entities that Slack knows, decoded once: `&amp;lt;` is shown as `&lt;`. */
export const decodeEntities = (text: string): string =>
  text.replace(/&(?:lt|gt|amp);/g, (found) => ENTITIES[found] ?? found);
/** As Slack writes what a person typed. */
export const encodeEntities = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Reads mrkdwn: mentions, links and entities. Code fences do not protect: a mention inside one still counts. */
export function readMrkdwn(source: string, names: Names): Seen {
  const users: string[] = [];
  const groups: string[] = [];
  const broadcasts: string[] = [];
  const links: { url: string; label: string }[] = [];

  const show = (target: string, label: string | undefined): string => {
    const shown = label === undefined ? undefined : decodeEntities(label);
    if (target.startsWith('@')) {
      users.push(target.slice(1));
      return `@${names.user(target.slice(1))}`;
    }
    if (target.startsWith('#')) return `#${shown ?? names.channel(target.slice(1))}`;
    if (target.startsWith('!subteam^')) {
      const group = target.slice('!subteam^'.length);
      groups.push(group);
      return `@${names.group(group)}`;
    }
    if (target.startsWith('!date^')) return shown ?? target;
    if (target.startsWith('!')) {
      const range = target.slice(1);
      if (BROADCASTS.includes(range)) broadcasts.push(range);
      return `@${shown ?? range}`;
    }
    const url = decodeEntities(target);
    links.push({ url, label: shown ?? url });
    return shown === undefined || shown === url ? url : `${shown} (${url})`;
  };

  const pieces = source.split(/(<[^<>]*>)/);
  const text = pieces.map((piece, index) => {
    if (index % 2 === 0) return decodeEntities(piece);
    const [target = '', label] = piece.slice(1, -1).split('|', 2);
    return show(target, label);
  });
  return { text: text.join(''), users, groups, broadcasts, links };
}

const BROADCASTS: readonly string[] = ['channel', 'here', 'everyone', 'group'];

const nameless: Names = { user: (id) => id, channel: (id) => id, group: (id) => id };

/** Every broadcast in a message: in its text, in mrkdwn of its blocks and attachments, and in rich text. */
export function broadcastsIn(
  text: string,
  blocks: readonly JsonObject[],
  attachments: readonly JsonObject[] = [],
): readonly string[] {
  const found = [...readMrkdwn(text, nameless).broadcasts];
  for (const one of objectsIn([...blocks, ...attachments])) {
    if (one['type'] === 'mrkdwn' || one['type'] === 'markdown') {
      found.push(...readMrkdwn(asText(one['text']), nameless).broadcasts);
    }
    if (one['type'] === 'broadcast') found.push(asText(one['range']));
  }
  for (const one of attachments) {
    for (const field of ['text', 'pretext', 'fallback']) {
      found.push(...readMrkdwn(asText(one[field]), nameless).broadcasts);
    }
  }
  return found;
}

/** The rich_text block that Slack makes of what a person typed. */
export function typedRichText(text: string): JsonObject {
  const elements: Json[] = [];
  for (const [index, piece] of text.split(/(<[^<>]*>)/).entries()) {
    if (piece === '') continue;
    const target = piece.slice(1, -1).split('|')[0] ?? '';
    if (index % 2 === 0) elements.push({ type: 'text', text: decodeEntities(piece) });
    else if (target.startsWith('@')) elements.push({ type: 'user', user_id: target.slice(1) });
    else if (target.startsWith('#')) elements.push({ type: 'channel', channel_id: target.slice(1) });
    else if (BROADCASTS.includes(target.slice(1))) elements.push({ type: 'broadcast', range: target.slice(1) });
    else elements.push({ type: 'link', url: decodeEntities(target) });
  }
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: asList(elements) }] };
}
