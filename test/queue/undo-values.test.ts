import { describe, expect, it } from 'vitest';
import { isMade } from '../../src/queue/jobs/undo-values.ts';

const rules = (value: unknown) => ({ pointer: '/rules', value });

describe('whether a field is as a step sets it', () => {
  it('an empty list is, when the API server keeps it as none', () => {
    for (const object of [{ rules: [] }, { rules: null }, {}]) expect(isMade(object, rules([]))).toBe(true);
    expect(isMade({ rules: [{ verbs: ['list'] }] }, rules([]))).toBe(false);
  });

  it('a field that was removed is, when it is gone or null, and not when it is empty', () => {
    for (const object of [{ rules: null }, {}]) expect(isMade(object, rules(null))).toBe(true);
    expect(isMade({ rules: [] }, rules(null))).toBe(false);
  });

  it('a list with something in it is, when it is the same', () => {
    expect(isMade({ rules: ['a'] }, rules(['a']))).toBe(true);
    for (const object of [{ rules: ['a', 'b'] }, { rules: [] }, { rules: null }, {}])
      expect(isMade(object, rules(['a']))).toBe(false);
  });
});
