import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CAUSES, type Cause, type CauseSlug } from '../../src/diagnosis/causes.ts';
import { causesPage } from '../../src/render/causes-page.ts';
import { explainJson, findCause } from '../../src/render/explain-json.ts';
import { explainText } from '../../src/render/explain-text.ts';

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

it('docs/causes.md is the one of the table', () => {
  expect(readFileSync(new URL('../../docs/causes.md', import.meta.url), 'utf8')).toBe(causesPage());
});
