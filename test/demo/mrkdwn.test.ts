import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMrkdwn, plainOf } from '../../src/demo/page/mrkdwn.ts';
import { readMrkdwn } from '../../src/workspace/mrkdwn.ts';

const nameless = { user: (id: string) => id, channel: (id: string) => id, group: (id: string) => id };
const text = (source: string): string =>
  parseMrkdwn(source)
    .map((part) =>
      plainOf(part.inside, (one) =>
        one.is === 'channel' ? `#${('label' in one && one.label) || one.id}` : `@${one.id}`,
      ),
    )
    .join('\n');

describe('mrkdwn on the page', () => {
  it('knows styles at the edges of words only', () => {
    expect(parseMrkdwn('*bold* a*b*c snake_case_name _it_ ~no~ * no *')).toEqual([
      {
        is: 'lines',
        inside: [
          { is: 'bold', inside: [{ is: 'text', text: 'bold' }] },
          { is: 'text', text: ' a*b*c snake_case_name ' },
          { is: 'italic', inside: [{ is: 'text', text: 'it' }] },
          { is: 'text', text: ' ' },
          { is: 'strike', inside: [{ is: 'text', text: 'no' }] },
          { is: 'text', text: ' * no *' },
        ],
      },
    ]);
  });

  it('leaves styles alone in code and fences, and decodes entities once', () => {
    expect(parseMrkdwn('`*a* &amp;lt;`\n```\n_b_ &lt;c&gt;\n```\n&gt; quoted')).toEqual([
      { is: 'lines', inside: [{ is: 'code', inside: [{ is: 'text', text: '*a* &lt;' }] }] },
      { is: 'fence', inside: [{ is: 'text', text: '_b_ <c>' }] },
      { is: 'quote', inside: [{ is: 'text', text: 'quoted' }] },
    ]);
  });

  it('reads mentions, links and dates', () => {
    expect(
      parseMrkdwn('<@U1> <#C1|ops> <!subteam^S1> <!here> <https://a.example/?x=1&amp;y|y> <!date^1^{time}|1 UTC>')[0]
        ?.inside,
    ).toMatchObject([
      { is: 'user', id: 'U1' },
      {},
      { is: 'channel', id: 'C1', label: 'ops' },
      {},
      { is: 'group', id: 'S1' },
      {},
      { is: 'broadcast', range: 'here' },
      {},
      { is: 'link', url: 'https://a.example/?x=1&y', label: 'y' },
      {},
      { is: 'date', seconds: 1, format: '{time}', fallback: '1 UTC' },
    ]);
  });

  it('shows the same characters as the workspace’s own reading, whatever is written', () => {
    // Without the characters that only format, and without line ends, which fences and quotes swallow.
    const bare = (shown: string): string => shown.replace(/[*_~`>\s]/g, '');
    const piece = fc.oneof(
      fc.constantFrom(
        '*',
        '_',
        '~',
        '`',
        '```',
        '\n',
        ' ',
        '&lt;',
        '&amp;',
        '&gt;',
        '<@U1>',
        '<#C1|x>',
        '<!here>',
        'a',
        '<',
      ),
      fc.string({ maxLength: 5 }).map((one) => one.replace(/[<>|]/g, '')),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const source = pieces.join('');
        expect(bare(text(source))).toBe(bare(readMrkdwn(source, nameless).text));
      }),
    );
  });
});
