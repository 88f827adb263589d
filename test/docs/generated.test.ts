import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../../scripts/generated.ts';
import { NEEDS } from '../../src/evidence/needs.ts';
import { readingRules, writingRules } from '../../src/remediations/parts/rules.ts';

describe('files that are made from the code', () => {
  it.each(Object.entries(generatedFiles()))('%s is up to date (npm run docs)', (file, text) => {
    expect(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')).toBe(text);
  });
});

describe('rights', () => {
  it('never list, watch or write Secrets, and never let an account grant itself more', () => {
    const rules = [...readingRules(), ...writingRules()];

    expect(rules.filter(({ resources }) => resources.includes('secrets'))).toEqual([]);
    expect(
      NEEDS.filter(({ resource, verbs }) => resource === 'secrets' && verbs.some((verb) => verb !== 'get')),
    ).toEqual([]);
    expect(
      rules.filter(({ verbs, resources, apiGroups }) => [...verbs, ...resources, ...apiGroups].includes('*')),
    ).toEqual([]);
    expect(
      rules
        .flatMap(({ verbs }) => verbs)
        .filter((verb) => ['escalate', 'bind', 'impersonate', 'deletecollection'].includes(verb)),
    ).toEqual([]);
  });

  it('of reading are reads: nothing that the bot is granted changes an object', () => {
    const writes = readingRules().filter(
      ({ verbs, resources }) =>
        verbs.some((verb) => !['get', 'list'].includes(verb)) && !resources.includes('subjectaccessreviews'),
    );

    expect(writes).toEqual([]);
  });
});
