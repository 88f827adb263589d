import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeLog } from '../../src/evidence/sources/log.ts';

const HEAD = 96 * 1024;
const line = (n: number, text = `line ${n}`): string => `2026-11-25T20:00:00.${String(n).padStart(6, '0')}Z ${text}\n`;
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => line(from + index)).join('');
const merge = (
  head: string,
  tail: string,
  more: { readonly headBytes?: number; readonly started?: string; readonly previous?: boolean } = {},
) =>
  mergeLog({
    pod: 'p',
    container: 'c',
    head,
    headBytes: more.headBytes ?? Buffer.byteLength(head),
    tail,
    previous: more.previous ?? false,
    scrub: (text) => text,
    ...(more.started === undefined ? {} : { started: more.started }),
  });

test('a log that fits into the head has every line once and no gap', () => {
  const log = merge(lines(0, 50), lines(20, 50));
  expect(log.lines.map((entry) => entry.text)).toEqual(Array.from({ length: 50 }, (_, n) => `line ${n}`));
  expect(log).toMatchObject({ gap: false });
});

test('a head that was cut loses its half line, and the tail follows after a gap', () => {
  const log = merge(`${lines(0, 10)}2026-11-25T20:00:00.000010Z lin`, lines(500, 505), { headBytes: HEAD });
  expect(log.lines.map((entry) => [entry.text, entry.part])).toEqual([
    ...Array.from({ length: 10 }, (_, n) => [`line ${n}`, 'head']),
    ...[500, 501, 502, 503, 504].map((n) => [`line ${n}`, 'tail']),
  ]);
  expect(log.gap).toBe(true);
});

test('head and tail that meet leave no gap', () => {
  expect(merge(`${lines(0, 10)}cut`, lines(8, 20), { headBytes: HEAD })).toMatchObject({ gap: false });
});

test('the start counts as read only when the first line is as old as the process', () => {
  expect(merge(lines(0, 3), '', { started: '2026-11-25T19:59:59Z' }).fromStart).toBe(true);
  expect(merge(lines(0, 3), '', { started: '2026-11-25T19:00:00Z' }).fromStart).toBe(false);
  expect(merge(lines(0, 3), '').fromStart).toBe(false);
});

test('lines of a previous process are marked, lines without a time are kept', () => {
  expect(merge('flag provided but not defined: -x\n', '', { previous: true }).lines).toEqual([
    { text: 'flag provided but not defined: -x', part: 'previous' },
  ]);
});

test('any text is taken', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), fc.boolean(), (head, tail, cut) =>
      Array.isArray(merge(head, tail, cut ? { headBytes: HEAD } : {}).lines),
    ),
  );
});
