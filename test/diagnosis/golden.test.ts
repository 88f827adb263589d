import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Verdict } from '../../src/diagnosis/types.ts';
import type { Evidence } from '../../src/evidence/types.ts';
import { deepFreeze, shuffled } from '../builders/order.ts';

const folder = join(import.meta.dirname, '../golden');
const read = (id: string, file: string): unknown => JSON.parse(readFileSync(join(folder, id, file), 'utf8'));

/** Evidence that was read from real control planes, one fault in each; log lines are thinned out. */
const CASES = readdirSync(folder).map((id) => ({
  id,
  // Both files are written by the suite that captures them.
  expected: read(id, 'expected.json') as { readonly cause: string | null; readonly verdict: Verdict },
  evidence: read(id, 'evidence.json') as Evidence,
}));

describe('evidence of a real control plane', () => {
  it('is there', () => {
    expect(CASES.length).toBeGreaterThan(25);
  });

  it.each(CASES)(
    '$id is called $expected.cause ($expected.verdict), frozen and in any order',
    ({ evidence, expected }) => {
      const first = diagnose(deepFreeze(evidence));

      expect({ cause: first.rootCause?.cause ?? null, verdict: first.verdict }).toEqual(expected);
      for (const seed of [1, 2]) expect(diagnose(deepFreeze(shuffled(evidence, seed)))).toEqual(first);
    },
  );
});
