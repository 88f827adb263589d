import { describe, expect, it } from 'vitest';
import { CAUSES, type Cause, type CauseSlug } from '../../src/diagnosis/causes.ts';
import { RUNBOOKS } from '../../src/runbooks/index.ts';
import { causeTexts } from '../../src/texts/en/causes.ts';
import { consequenceTexts } from '../../src/texts/en/consequences.ts';
import { findingTexts } from '../../src/texts/en/findings.ts';

// The keys of CAUSES are exactly the slugs.
const slugs = Object.keys(CAUSES) as CauseSlug[];

describe('the words', () => {
  it.each(slugs)('of %s have a title that fits the first line on a phone', (slug) => {
    const { title } = causeTexts[slug];
    expect(title.length).toBeLessThanOrEqual(60);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
  });

  it('have different titles for different causes', () => {
    const titles = slugs.map((slug) => causeTexts[slug].title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it.each(RUNBOOKS.map((runbook) => [runbook.id, runbook] as const))(
    'of the runbook %s cover every code it may report',
    (id, runbook) => {
      expect(runbook.codes.length).toBeGreaterThan(0);
      expect(runbook.codes.filter((code) => findingTexts[id]?.[code] === undefined)).toEqual([]);
    },
  );

  it('say why for every observation that a cause explains', () => {
    const explained = new Set(
      slugs.flatMap((slug) => {
        const { explains }: Cause = CAUSES[slug];
        return explains.filter((code) => !(code in CAUSES));
      }),
    );
    expect([...explained].filter((code) => !(code in consequenceTexts))).toEqual([]);
  });

  it('explain only observations that some runbook reports', () => {
    const codes = new Set(RUNBOOKS.flatMap((runbook) => runbook.codes));
    expect(Object.keys(consequenceTexts).filter((code) => !codes.has(code))).toEqual([]);
  });
});
