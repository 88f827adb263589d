import { split } from 'shlex';

/** Spaces that phones and chat clients put in place of the plain one. */
const SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t\r\n]/g;
const INVISIBLE = /[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

/**
 * A command line as it was meant, not as a phone or Slack wrote it: dashes of word processors, curly quotes, no-break spaces,
 * `<@U…|name>`, `<#C…|name>`, `<http://host|host>` and `&amp;`.
 */
export function plainLine(text: string): string {
  return text
    .replace(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g, '$1')
    .replace(/<#([A-Z0-9]+)(?:\|[^>]*)?>/g, '$1')
    .replace(/<!subteam\^([A-Z0-9]+)(?:\|[^>]*)?>/g, '$1')
    .replace(/<(?:https?:\/\/|mailto:|tel:)[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<((?:https?:\/\/|mailto:|tel:)[^|>]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(SPACES, ' ')
    .replace(INVISIBLE, '')
    .replace(/[\u2018\u2019\u201a\u201b\u2032]/g, "'")
    .replace(/[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb]/g, '"')
    .replace(/(^| )[\u2010-\u2015\u2212]{1,2}(?=[a-z])/gi, (_, before: string, at: number, all: string) => {
      const word =
        all
          .slice(at + before.length)
          .replace(/^[\u2010-\u2015\u2212]+/, '')
          .split(/[ =]/, 1)[0] ?? '';
      return `${before}${word.length === 1 ? '-' : '--'}`;
    })
    .trim();
}

/** The words of a line; an apostrophe without a partner (`it's fixed`) is an apostrophe and not an open quote. */
export function wordsOf(text: string): readonly string[] {
  const line = plainLine(text);
  try {
    return split(line);
  } catch {
    return line.split(' ').filter((word) => word !== '');
  }
}
