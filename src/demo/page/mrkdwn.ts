import { decodeEntities } from '../../workspace/mrkdwn.ts';

/** A piece of mrkdwn as it is shown. Text is text: nothing in it is markup any more. */
export type Inline =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'bold' | 'italic' | 'strike' | 'code'; readonly inside: readonly Inline[] }
  | { readonly is: 'link'; readonly url: string; readonly label: string }
  | { readonly is: 'user' | 'group' | 'channel'; readonly id: string; readonly label?: string }
  | { readonly is: 'broadcast'; readonly range: string }
  | { readonly is: 'date'; readonly seconds: number; readonly format: string; readonly fallback: string };
type Part =
  | { readonly is: 'lines'; readonly inside: readonly Inline[] }
  | { readonly is: 'quote'; readonly inside: readonly Inline[] }
  | { readonly is: 'fence'; readonly inside: readonly Inline[] };

const STYLES = { '*': 'bold', _: 'italic', '~': 'strike' } as const;
const WORD = /[\p{L}\p{N}]/u;

/** Reads mrkdwn as Slack shows it: fences, quotes, styles, code, links, mentions, dates; the three entities are decoded once. */
export function parseMrkdwn(source: string): readonly Part[] {
  return source.split('```').flatMap((piece, index, all): readonly Part[] => {
    if (index % 2 === 1 && index < all.length - 1)
      return [{ is: 'fence', inside: tokens(piece.replace(/^\n|\n$/g, '')) }];
    const text = index % 2 === 1 ? `\`\`\`${piece}` : trimAround(piece, index > 0, index < all.length - 1);
    return text === '' ? [] : paragraphs(text);
  });
}

const trimAround = (text: string, before: boolean, after: boolean): string => {
  const start = before ? text.replace(/^\n/, '') : text;
  return after ? start.replace(/\n$/, '') : start;
};

/** Lines that begin with `>` are quotes. */
function paragraphs(text: string): Part[] {
  const parts: { is: 'lines' | 'quote'; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const quoted = /^(?:&gt;|>)\s?/.exec(line);
    const is = quoted ? 'quote' : 'lines';
    const shown = quoted ? line.slice(quoted[0].length) : line;
    const last = parts.at(-1);
    if (last?.is === is) last.lines.push(shown);
    else parts.push({ is, lines: [shown] });
  }
  return parts.map(({ is, lines }) => ({ is, inside: inline(lines.join('\n')) }));
}

/** Only what stands in angle brackets means something: inside code and fences. */
function tokens(source: string): Inline[] {
  return source
    .split(/(<[^<>]*>)/)
    .map((piece, index) => (index % 2 === 1 ? token(piece) : ({ is: 'text', text: decodeEntities(piece) } as const)))
    .filter((one) => one.is !== 'text' || one.text !== '');
}

function inline(source: string): Inline[] {
  const found: Inline[] = [];
  let plain = '';
  let at = 0;
  const flush = (): void => {
    if (plain !== '') found.push({ is: 'text', text: decodeEntities(plain) });
    plain = '';
  };
  while (at < source.length) {
    const span = spanAt(source, at);
    if (span === undefined) {
      plain += source[at];
      at += 1;
      continue;
    }
    flush();
    found.push(span.shown);
    at = span.end;
  }
  flush();
  return found;
}

function spanAt(source: string, at: number): { readonly shown: Inline; readonly end: number } | undefined {
  const char = source[at] ?? '';
  if (char === '<') {
    const whole = /^<[^<>]*>/.exec(source.slice(at))?.[0];
    return whole === undefined ? undefined : { shown: token(whole), end: at + whole.length };
  }
  if (char === '`') {
    const whole = /^`([^`\n]+)`/.exec(source.slice(at));
    return whole === null
      ? undefined
      : { shown: { is: 'code', inside: tokens(whole[1] ?? '') }, end: at + whole[0].length };
  }
  const style = Object.entries(STYLES).find(([mark]) => mark === char)?.[1];
  if (style === undefined || WORD.test(source[at - 1] ?? ' ')) return undefined;
  const end = closing(source, at);
  return end === undefined
    ? undefined
    : { shown: { is: style, inside: inline(source.slice(at + 1, end)) }, end: end + 1 };
}

/** Where a style ends: the same mark on the same line, after something and before no word. */
function closing(source: string, at: number): number | undefined {
  const mark = source[at] ?? '';
  if (/^\s?$/.test(source[at + 1] ?? '')) return undefined;
  for (let end = at + 2; end < source.length; end += 1) {
    if (source[end] === '\n') return undefined;
    if (source[end] === mark && !/\s/.test(source[end - 1] ?? ' ') && !WORD.test(source[end + 1] ?? ' ')) return end;
  }
  return undefined;
}

function token(whole: string): Inline {
  const [target = '', label] = whole.slice(1, -1).split('|', 2);
  const shown = label === undefined ? undefined : decodeEntities(label);
  const named = shown === undefined ? {} : { label: shown };
  if (target.startsWith('@')) return { is: 'user', id: target.slice(1) };
  if (target.startsWith('#')) return { is: 'channel', id: target.slice(1), ...named };
  if (target.startsWith('!subteam^')) return { is: 'group', id: target.slice('!subteam^'.length) };
  const date = /^!date\^(\d{1,12})\^([^^]*)/.exec(target);
  if (date) return { is: 'date', seconds: Number(date[1]), format: date[2] ?? '', fallback: shown ?? target };
  if (target.startsWith('!')) return { is: 'broadcast', range: shown ?? target.slice(1) };
  const url = decodeEntities(target);
  return { is: 'link', url, label: shown ?? url };
}

/** The same as plain text, as `readMrkdwn` gives it without the marks of styles. */
export function plainOf(parts: readonly Inline[], name: (one: Inline & { readonly id: string }) => string): string {
  return parts
    .map((one) => {
      switch (one.is) {
        case 'text':
          return one.text;
        case 'link':
          return one.label;
        case 'date':
          return one.fallback;
        case 'broadcast':
          return `@${one.range}`;
        case 'user':
        case 'group':
        case 'channel':
          return name(one);
        default:
          return plainOf(one.inside, name);
      }
    })
    .join('');
}
