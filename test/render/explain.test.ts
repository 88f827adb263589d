import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { causesPage } from '../../scripts/causes-page.ts';
import { CAUSES, type Cause, type CauseSlug } from '../../src/diagnosis/causes.ts';
import { chosenRepair } from '../../src/remediations/index.ts';
import { explainJson, findCause } from '../../src/render/explain-json.ts';
import { explainText } from '../../src/render/explain-text.ts';
import { byHandText } from '../../src/texts/en/by-hand.ts';
import { repairSentence } from '../../src/texts/en/results.ts';
import { diagnosis } from '../remediations/world.ts';

// The keys of CAUSES are exactly the slugs.
const slugs = Object.keys(CAUSES) as CauseSlug[];
const aliases = slugs.flatMap((slug): [string, CauseSlug][] => {
  const { aliases: own }: Cause = CAUSES[slug];
  return own.map((alias) => [alias, slug]);
});

describe('explain', () => {
  it.each(aliases)('finds %s as %s', (alias, slug) => {
    expect(findCause(alias)).toBe(slug);
  });

  it('has every alias once, and none that is a cause itself', () => {
    const names = aliases.map(([alias]) => alias);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => name in CAUSES)).toEqual([]);
  });

  it('finds nothing for another word', () => {
    expect(findCause('constructor')).toBeUndefined();
  });

  it.each(slugs)('explains %s in full', (slug) => {
    const one = explainJson(slug);
    for (const text of [one.what, one.effect, one.proof, one.repair.text]) expect(text).toMatch(/[.:]$/);
    expect(one.vain.length).toBeGreaterThan(0);
    expect(explainText(slug)).toContain(one.title);
  });

  it('names the repairs that promfix can make, best first', () => {
    expect(explainJson('crd-race-at-start').remediations[0]).toEqual({
      remediation: 'restart-operator',
      title: 'Restart the operator',
    });
  });
});

describe('what stays advice', () => {
  const repaired = (slug: CauseSlug) => explainJson(slug).remediations.length > 0;

  it('has its reason for every cause without a repair', () => {
    expect(slugs.filter((slug) => !repaired(slug) && byHandText[slug] === undefined)).toEqual([]);
    for (const reason of Object.values(byHandText)) expect(reason).toMatch(/^[A-Z].*\.$/);
  });

  it('is listed in the page with the reason, once as a cause of its own and once in the table', () => {
    const page = causesPage();
    for (const [slug, reason] of Object.entries(byHandText)) {
      expect(page.split(reason).length - 1, slug).toBeGreaterThanOrEqual(2);
      expect(page).toContain(`| \`${slug}\` |`);
    }
  });

  it('is said to whoever asks for a repair, and by explain', () => {
    const reason = byHandText['policy-denies-sts'] ?? '';
    const refusal = chosenRepair(diagnosis('policy-denies-sts'), undefined);

    expect('refused' in refusal && repairSentence(refusal)).toContain(reason);
    expect(explainText('policy-denies-sts').replaceAll(/\s+/g, ' ')).toContain(reason);
    expect(explainText('paused')).not.toContain('Why by hand');
  });
});

it('docs/causes.md is the one of the table', () => {
  expect(readFileSync(new URL('../../docs/causes.md', import.meta.url), 'utf8')).toBe(causesPage());
});
