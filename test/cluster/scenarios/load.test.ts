import { describe, expect, test } from 'vitest';
import { CAUSES } from '../../../src/diagnosis/causes.ts';
import { DEFAULT_SELECTION, DEGRADED, loadScenarios, select } from './load.ts';

const scenarios = await loadScenarios(null);

describe('the scenarios', () => {
  test('are many, and no two have the same id', () => {
    expect(scenarios.length).toBeGreaterThan(80);
    expect(new Set(scenarios.map(({ id }) => id)).size).toBe(scenarios.length);
  });
  test('name causes that a diagnosis can name', () => {
    const known = [...Object.keys(CAUSES), 'healthy'];
    expect(scenarios.filter(({ cause }) => !known.includes(cause)).map(({ id }) => id)).toEqual([]);
  });
  test('that are broken can be repaired', () => {
    expect(scenarios.filter(({ cause, fix }) => cause !== 'healthy' && !fix).map(({ id }) => id)).toEqual([]);
  });
});

describe('a selection of scenarios', () => {
  test('is the short one unless another is asked for', () => {
    expect(select(scenarios, '').map(({ id }) => id)).toEqual(DEFAULT_SELECTION);
    expect(select(scenarios, 'F02,F58').map(({ id }) => id)).toEqual(['F02', 'F58']);
    expect(select(scenarios, 'all')).toHaveLength(scenarios.length);
  });
  test('refuses an id that there is not', () => expect(() => select(scenarios, 'F99')).toThrow('no scenario F99'));
  test('knows the degraded ones', () => expect(select(scenarios, DEGRADED.join(','))).toHaveLength(DEGRADED.length));
});
