import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RUNGS, type RungState } from '../../src/diagnosis/ladder.ts';
import { ladderLine } from '../../src/render/ladder-line.ts';

const ladder = (states: readonly RungState[]) =>
  RUNGS.map((rung, index) => ({ rung, state: states[index] ?? 'unknown' }));
const fill = (state: RungState, ...first: RungState[]): readonly RungState[] =>
  RUNGS.map((_, index) => first[index] ?? state);

describe('the ladder in one line', () => {
  it('names the first rung that is not reached', () => {
    expect(ladderLine(ladder(fill('not-reached', 'reached', 'reached')))).toBe(
      '✓✓✗········· stops at 3/12: operator pod',
    );
  });

  it('says where knowledge ends when nothing is known to be broken', () => {
    expect(ladderLine(ladder(fill('unknown', 'reached')))).toBe('✓??????????? not known from 2/12: resource');
  });

  it('says in words that all is reached', () => {
    expect(ladderLine(ladder(fill('reached')))).toBe('✓✓✓✓✓✓✓✓✓✓✓✓ all 12 steps reached');
  });

  it('fits a phone whatever the states are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<RungState>('reached', 'not-reached', 'unknown'), { minLength: 12, maxLength: 12 }),
        (states) => {
          const line = ladderLine(ladder(states));
          expect(line.length).toBeLessThanOrEqual(48);
          expect(line).not.toContain('\n');
        },
      ),
    );
  });
});
