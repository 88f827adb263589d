import { describe, expect, it } from 'vitest';
import { chainEntries, GENESIS } from '../../src/incidents/audit-chain.ts';
import { checkExport } from '../../src/incidents/audit-export.ts';
import { at, BOT } from './examples.ts';

const ENTRIES = chainEntries(
  GENESIS,
  ['asked', 'proposed', 'approved', 'changed'].map((what) => ({
    what: what as 'asked',
    actor: BOT,
    cluster: 'prod-1',
    values: { what },
  })),
  at(0),
);
const lines = (entries: readonly object[]) => `${entries.map((entry) => JSON.stringify(entry)).join('\n')}\n`;
const [one, two, three, four] = ENTRIES;

describe('an export', () => {
  it('is whole from the first entry on, and from any later one', () => {
    expect(checkExport(lines(ENTRIES))).toEqual({
      ok: true,
      entries: 4,
      first: 1,
      head: { seq: 4, hash: four?.hash },
    });
    expect(checkExport(lines(ENTRIES.slice(2)))).toMatchObject({ ok: true, entries: 2, first: 3 });
    expect(checkExport('')).toMatchObject({ ok: true, entries: 0 });
  });

  it.for<[string, string, object]>([
    [
      'an altered entry',
      lines([one, { ...two, actor: { kind: 'system', role: 'worker' } }, three].flatMap((e) => e ?? [])),
      { line: 2, seq: 2, because: 'content' },
    ],
    ['a missing entry', lines([one, three].flatMap((e) => e ?? [])), { line: 2, seq: 2, because: 'gap' }],
    ['entries in another order', lines([one, three, two].flatMap((e) => e ?? [])), { line: 2, seq: 2, because: 'gap' }],
    [
      'a first entry that follows from nothing',
      lines([{ ...one, prev: 'f'.repeat(64) }]),
      { line: 1, seq: 1, because: 'link' },
    ],
    ['a line that is no entry', `${lines(ENTRIES.slice(0, 1))}\nhello\n`, { line: 3, seq: 2, because: 'no-entry' }],
    ['a line that is cut off', lines(ENTRIES).slice(0, -30), { line: 4, seq: 4, because: 'no-entry' }],
  ])('names the first line that is wrong: %s', ([, text, expected]) => {
    expect(checkExport(text)).toEqual({ ok: false, ...expected });
  });
});
