import { describe, expect, test } from 'vitest';
import { CAUSES, type Cause } from '../../../src/diagnosis/causes.ts';
import { RUNGS, rungIndex } from '../../../src/diagnosis/ladder.ts';
import { both, idOf, PAIRS, SHORT } from '../../diagnosis/pairs.ts';
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
  test('leaves words and pairs to other tests', () =>
    expect(select(scenarios, 'kinds,F02,F14+F44,chart-version').map(({ id }) => id)).toEqual(['F02']));
  test('refuses an id that there is not', () => expect(() => select(scenarios, 'F99')).toThrow('no scenario F99'));
  test('knows the degraded ones', () => expect(select(scenarios, DEGRADED.join(','))).toHaveLength(DEGRADED.length));
});

describe('the pairs of faults', () => {
  test('are of scenarios that there are, each once', () => {
    expect(new Set(PAIRS.map(idOf)).size).toBe(PAIRS.length);
    expect(PAIRS.map(idOf)).toContain(SHORT);
  });
  test('have the lower rung first', () => {
    // Neighbours and what is healthy come last.
    const order = (slug: string): number => {
      const rung = Object.entries<Cause>(CAUSES).find(([key]) => key === slug)?.[1].rung;
      return rung ? rungIndex(rung) : RUNGS.length;
    };
    for (const pair of PAIRS) {
      const { lower, upper } = both(pair, scenarios);
      expect(order(lower.cause), idOf(pair)).toBeLessThanOrEqual(order(upper.cause));
    }
  });
});
