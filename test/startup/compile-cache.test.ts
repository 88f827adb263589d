import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderFor, keepCompiled } from '../../src/startup/compile-cache.js';

test('what is compiled is kept where it is said, or in a folder of the user’s own', () => {
  expect(folderFor({ NODE_COMPILE_CACHE: '/app/.compiled', XDG_CACHE_HOME: '/x' })).toBe('/app/.compiled');
  expect(folderFor({ XDG_CACHE_HOME: '/x' })).toBe('/x/promfix/compiled');
  expect(folderFor({ NODE_COMPILE_CACHE: '', XDG_CACHE_HOME: '' })).toBe(
    join(homedir(), '.cache', 'promfix', 'compiled'),
  );
});

test('processes that are started from here are told where', () => {
  const variables: Record<string, string | undefined> = { NODE_COMPILE_CACHE: '/nowhere/that/can/be/written' };
  keepCompiled(variables);
  expect(variables).toEqual({ NODE_COMPILE_CACHE: '/nowhere/that/can/be/written' });
});
