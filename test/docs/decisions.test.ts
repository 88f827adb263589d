import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

it('docs/decisions.md says of every package of package.json what it is for', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'));
  const packages = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !name.startsWith('@types/'));
  const decisions = read('docs/decisions.md').toLowerCase();

  expect(packages.length).toBeGreaterThan(20);
  const isNamed = (name: string) =>
    ['**', '`'].some((mark) => decisions.includes(`${mark}${name.replace('@biomejs/', '')}${mark}`));
  expect(packages.filter((name) => !isNamed(name))).toEqual([]);
});
