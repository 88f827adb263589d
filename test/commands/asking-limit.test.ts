import { expect, it } from 'vitest';
import { createAskingLimit } from '../../src/commands/asking-limit.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);

it('lets a person ask several times at once, then at the given pace, and says how long to wait', () => {
  const limit = createAskingLimit({ burst: 3, everySeconds: 10 });

  expect([0, 0, 0, 0, 4, 10, 10, 20].map((seconds) => limit.ask('ada', at(seconds)))).toEqual([
    0, 0, 0, 10, 6, 0, 10, 0,
  ]);
});

it('counts each person alone', () => {
  const limit = createAskingLimit({ burst: 1, everySeconds: 10 });

  expect([limit.ask('ada', at(0)), limit.ask('ben', at(0)), limit.ask('ada', at(1))]).toEqual([0, 0, 9]);
});

it('makes nobody wait longer than that when the clock steps back', () => {
  const limit = createAskingLimit({ burst: 2, everySeconds: 10 });
  limit.ask('ada', at(3600));
  limit.ask('ada', at(3600));

  expect(limit.ask('ada', at(0))).toBe(10);
  expect(limit.ask('ada', at(10))).toBe(0);
});

it('lets people ask when there are more than it remembers', () => {
  const limit = createAskingLimit({ burst: 1, everySeconds: 10, people: 2 });

  expect(['ada', 'ben', 'cleo', 'ada'].map((person) => limit.ask(person, at(0)))).toEqual([0, 0, 0, 0]);
});
