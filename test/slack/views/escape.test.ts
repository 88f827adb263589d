import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clean,
  code,
  codeBlock,
  cut,
  entities,
  link,
  plain,
  prose,
  time,
  userMention,
} from '../../../src/slack/views/escape.ts';

/** Strings that look like Slack's grammar, and everything else. */
const hostile = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc
    .array(
      fc.constantFrom(
        '<!channel>',
        '<!here|x>',
        '<@U012AB3CD>',
        '<https://evil.example|click>',
        '&lt;',
        '&',
        '<',
        '>',
        '|',
        '`',
        '```',
        '*',
        '_',
        '~',
        ':tada:',
        '\n> ',
        '\u001b[31m',
        '\u202e',
        '\ud83d',
        '😀',
        'word',
        ' ',
        '\n',
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join('')),
);
const max = fc.integer({ min: 12, max: 300 });

/** Every `<` that survives must be one we wrote; nothing from outside may open a token. */
const tokens = (text: string) => text.match(/<[^>]*>?/g) ?? [];
const cutEntity = /&(?!(amp|lt|gt);)/;

describe('escaping', () => {
  it.each([
    ['prose', (text: string, n: number) => prose(text, n)],
    ['code', (text: string, n: number) => code(text, n)],
    ['code block', (text: string, n: number) => codeBlock([text], n)],
  ])('%s never lets text become a mention, a link or half an entity, wherever it is cut', (_, render) => {
    fc.assert(
      fc.property(hostile, max, (text, n) => {
        const shown = render(text, n);

        expect(tokens(shown)).toEqual([]);
        expect(shown).not.toMatch(cutEntity);
        expect(shown.isWellFormed()).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps to the length that was asked for', () => {
    fc.assert(
      fc.property(hostile, max, (text, n) => {
        expect(prose(text, n).length).toBeLessThanOrEqual(n);
        expect(codeBlock([text], n).length).toBeLessThanOrEqual(n);
        expect(plain(text, n).length).toBeLessThanOrEqual(n);
        expect(cut(entities(clean(text)), n).length).toBeLessThanOrEqual(n);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves every back-tick with a partner, so that one value cannot swallow the rest of a message', () => {
    fc.assert(
      fc.property(hostile, max, (text, n) => {
        expect((prose(text, n).split('`').length - 1) % 2).toBe(0);
        expect(code(text, n).replace(/^`|`$/g, '')).not.toContain('`');
      }),
      { numRuns: 500 },
    );
  });

  it('shows names in back-ticks as code and formatting characters as themselves', () => {
    expect(prose('The CRD `prometheuses` came *late*, see my_name and _x_ :fire: <!channel> & co')).toBe(
      'The CRD `prometheuses` came ∗late∗, see my_name and ˍxˍ ∶fire: &lt;!channel&gt; &amp; co',
    );
  });

  it('keeps times as they are', () => {
    expect(prose('at 03:12:45 in a:b')).toBe('at 03:12:45 in a:b');
  });

  it('removes colours and characters that turn text around', () => {
    expect(clean('\u001b[31mred\u001b[0m \u202eabc\u0000')).toBe('red abc');
  });

  it('makes mentions from ids only', () => {
    expect(userMention('U012AB3CD')).toBe('<@U012AB3CD>');
    expect(userMention('!channel>')).toBe('`!channel&gt;`');
  });

  it('links to http only, and the label cannot leave the link', () => {
    expect(link('https://x.example/a?b=1&c=2', 'see > this | that')).toBe(
      '<https://x.example/a?b=1&amp;c=2|see &gt; this ¦ that>',
    );
    expect(link('javascript:alert(1)', 'x')).toBe('x');
    expect(link('https://x.example/|<!channel>', 'x')).toBe('x');
  });

  it('gives times in the reader’s zone with UTC as the fallback', () => {
    expect(time('2026-03-01T03:12:45Z')).toBe('<!date^1772334765^{time}|2026-03-01 03:12 UTC>');
    expect(time('soon')).toBe('`soon`');
  });
});
