import { stripVTControlCharacters } from 'node:util';

/**
 * Text from the cluster, from people and from our own sentences on its way into Slack. Only `&`, `<` and `>` can make a mention or a link, so
 * escaping them is what protects; what formats (`*`, `_`, `~`, back-ticks, emoji codes, line-leading `>`) is neutralised so that text looks
 * as it was written. Pure.
 */

/** Characters that no message needs: controls (tab and line feed stay), private ones, and those that hide text or turn it around. */
const UNSEEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Co}\u2028\u2029]/gu;

/** Without control characters, ANSI sequences and lone surrogates; line ends are `\n`. */
export function clean(text: string): string {
  return stripVTControlCharacters(text.toWellFormed()).replace(/\r\n?/g, '\n').replace(UNSEEN, '');
}

/** The three characters that Slack's own grammar is made of. */
export function entities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * Cuts escaped text to `max` UTF-16 units with an ellipsis at the end; never in the middle of an entity, a `<…>` token or a surrogate pair.
 */
export function cut(escaped: string, max: number): string {
  if (escaped.length <= max) return escaped;
  let end = Math.max(0, max - 1);
  const before = escaped.slice(0, end);
  const entity = before.lastIndexOf('&');
  if (entity >= 0 && entity > end - 5 && !before.slice(entity).includes(';')) end = entity;
  const token = escaped.lastIndexOf('<', end - 1);
  if (token >= 0 && !escaped.slice(token, end).includes('>')) end = token;
  const last = escaped.charCodeAt(end - 1);
  if (last >= 0xd800 && last <= 0xdbff) end -= 1;
  return `${escaped.slice(0, end)}…`;
}

/** For `plain_text` objects, where Slack interprets nothing but emoji codes (switched off by `emoji: false`). */
export function plain(text: string, max: number): string {
  return cutPlain(clean(text), max);
}

function cutPlain(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, Math.max(0, max - 1));
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}

/** Characters that format, outside code: look-alikes that don't. An `_` inside a word formats nothing and stays. */
function unformat(text: string): string {
  return text
    .replaceAll('*', '∗')
    .replaceAll('~', '∼')
    .replaceAll('`', 'ˋ')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, 'ˍ')
    .replace(/:(?=[a-z0-9_+'-]*[a-z_+'-][a-z0-9_+'-]*:)/gi, '∶')
    .replace(/^(\s*)>/gm, '$1›');
}

/** A name or a value as inline code: one line, back-ticks replaced. Empty text gives a visible dash. */
export function code(text: string, max = 300): string {
  const line = clean(text).replace(/\s+/g, ' ').replaceAll('`', 'ˋ').trim();
  return line === '' ? '–' : `\`${cut(entities(line), max)}\``;
}

/**
 * A sentence for mrkdwn. Pairs of back-ticks become inline code, since our own sentences mark names with them; everything else is literal.
 */
export function prose(text: string, max = 3000): string {
  const parts = clean(text).split('`');
  // An odd number of parts means that every back-tick has its partner; else the last one stands alone and is literal.
  const last = parts.length % 2 === 1 ? parts.length : parts.length - 2;
  const shown = parts.slice(0, last).map((part, index) => {
    if (index % 2 === 0) return entities(unformat(part));
    return part.trim() === '' || part.includes('\n') ? entities(unformat(`\`${part}\``)) : `\`${entities(part)}\``;
  });
  const rest =
    last < parts.length
      ? entities(
          unformat(
            parts
              .slice(last)
              .map((part, i) => (i === 0 ? part : `\`${part}`))
              .join(''),
          ),
        )
      : '';
  return cutInCode(shown.join('') + rest, max);
}

/** As `cut`, and closes a code span that the cut left open. */
function cutInCode(escaped: string, max: number): string {
  if (escaped.length <= max) return escaped;
  const short = cut(escaped, max - 1);
  return (short.split('`').length - 1) % 2 === 1 ? `${short}\`` : short;
}

/** Several lines as a code block. */
export function codeBlock(lines: readonly string[], max = 2900): string {
  const body = entities(clean(lines.join('\n')).replaceAll('`', 'ˋ'));
  return `\`\`\`\n${cut(body, max - 8)}\n\`\`\``;
}

/** Ids come from Slack or from the config; anything that isn't one is shown as text, never as a mention. */
export function userMention(id: string): string {
  return /^[UW][A-Z0-9]{2,}$/.test(id) ? `<@${id}>` : code(id);
}
export function groupMention(id: string): string {
  return /^S[A-Z0-9]{2,}$/.test(id) ? `<!subteam^${id}>` : code(id);
}
export function channelMention(id: string): string {
  return /^[CG][A-Z0-9]{2,}$/.test(id) ? `<#${id}>` : code(id);
}

/** A person in the plain text of a message, for `notification` to turn into a mention. `clean` takes the marks out of all other text. */
export function personMark(id: string): string {
  return /^[UW][A-Z0-9]{2,}$/.test(id) ? `\ue000${id}\ue001` : clean(id);
}

/** The `text` of a message, which Slack parses like any other: plain text in, escaped text out, cut to `max`. */
export function notification(text: string, max: number): string {
  const parts = text.split(/\ue000([UW][A-Z0-9]{2,})\ue001/);
  return cut(parts.map((part, index) => (index % 2 === 1 ? `<@${part}>` : entities(clean(part)))).join(''), max);
}

/** A link with our own label. `url` must be http(s); anything else gives the label alone. */
export function link(url: string, label: string): string {
  const shown = entities(unformat(clean(label))).replaceAll('|', '¦');
  if (!/^https?:\/\/[^\s<>|"]+$/.test(url)) return shown;
  return `<${url.replaceAll('&', '&amp;')}|${shown}>`;
}

/** A time in the reader's own zone; UTC where Slack can't. `iso` is ISO 8601 in UTC. */
export function time(iso: string): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return code(iso);
  const fallback = `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `<!date^${Math.floor(at / 1000)}^{time}|${fallback}>`;
}
