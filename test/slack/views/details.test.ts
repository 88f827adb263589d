import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detailMessages } from '../../../src/remediations/parts/details.ts';
import type { DiffLine, Plan } from '../../../src/remediations/types.ts';
import { type Block, LIMITS, weight } from '../../../src/slack/views/blocks.ts';
import { planDetails } from '../../../src/slack/views/details.ts';
import { slackText } from '../../../src/texts/en/slack.ts';
import { examplePlan } from '../../incidents/examples.ts';

const withDiff = (diff: readonly DiffLine[]): Plan => ({ ...examplePlan(), diff });
const line = (after: string, path = 'rules'): DiffLine => ({
  object: 'ClusterRole operator',
  path,
  before: null,
  after,
});

/** The code as a person reads it, the ellipses of a line that goes on in the next block taken out. */
function code(blocks: readonly Block[]): string {
  const texts = blocks.flatMap((block) => (block.type === 'section' ? [block.text.text] : []));
  return texts
    .flatMap((text) => /^```\n([\s\S]*)\n```$/.exec(text)?.[1] ?? [])
    .join('\n')
    .replaceAll('…\n…', '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

describe('what a card has no room for', () => {
  it('follows in the thread, whole', () => {
    const [shown, ...more] = planDetails(
      withDiff(Array.from({ length: 9 }, (_, index) => line('x'.repeat(400), `rules[${index}]`))),
      undefined,
    );

    expect(more).toEqual([]);
    expect(shown?.text).toBe('All that will change');
    expect(code(shown?.blocks ?? [])).toContain('+ rules[8]: xxx');
  });

  it('is nothing when the card shows all', () => {
    expect(planDetails(examplePlan(), undefined)).toEqual([]);
  });

  it('goes on in the next message, and each says which of how many it is', () => {
    const shown = planDetails(
      withDiff(Array.from({ length: 90 }, (_, at) => line('x'.repeat(400), `${at}`))),
      undefined,
    );

    expect(shown.map(({ text }) => text)).toEqual([1, 2, 3, 4].map((part) => `All that will change (${part} of 4)`));
  });

  it('never loses a character of what an approval is for, within Slack’s limits and the messages that were foreseen', () => {
    // Nothing that Slack could not show anyway: back-ticks, controls and what hides.
    const text = fc.oneof(
      fc.string({ maxLength: 60, unit: fc.constantFrom('a', '<', '&', '"', '{', 'ä', '😀', ' ') }),
      fc.integer({ min: 1, max: 6_000 }).map((length) => 'a<b&c'.repeat(length / 5 + 1)),
    );
    const lines = fc.array(fc.tuple(text, text), { minLength: 7, maxLength: 30 });
    fc.assert(
      fc.property(lines, (values) => {
        const plan = withDiff(
          values.map(([before, after], at) => ({ object: `Prometheus ${at % 3}`, path: `spec.${at}`, before, after })),
        );
        const shown = planDetails(plan, undefined);
        const whole = code(shown.flatMap(({ blocks }) => blocks));

        for (const [at, [before, after]] of values.entries())
          expect(whole.includes(`- spec.${at}: ${before}\n+ spec.${at}: ${after}`)).toBe(true);
        expect(JSON.stringify(shown)).not.toContain(slackText.omitted);
        expect(shown.length).toBeLessThanOrEqual(detailMessages(plan));
        for (const { blocks } of shown) {
          expect(blocks.length).toBeLessThanOrEqual(LIMITS.blocks);
          expect(blocks.reduce((all, block) => all + weight(block), 0)).toBeLessThanOrEqual(LIMITS.total);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('foresees one message for nearly every plan', () => {
    expect(detailMessages(examplePlan())).toBe(1);
    expect(detailMessages(withDiff([line('x'.repeat(2_000))]))).toBe(1);
  });
});
