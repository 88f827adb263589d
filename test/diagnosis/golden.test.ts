import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAUSES, type Cause } from '../../src/diagnosis/causes.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Verdict } from '../../src/diagnosis/types.ts';
import type { Evidence, OperatorView } from '../../src/evidence/types.ts';
import { unread } from '../builders/evidence.ts';
import { deepFreeze, shuffled } from '../builders/order.ts';

const folder = join(import.meta.dirname, '../golden');
const read = (id: string, file: string): unknown => JSON.parse(readFileSync(join(folder, id, file), 'utf8'));

interface Expected {
  readonly cause: string | null;
  readonly verdict: Verdict;
  /** What is said to come next: of two faults at once the upper one, where it shows. */
  readonly next?: readonly string[];
}

/** Evidence that was read from real control planes, one fault in each, or two; log lines are thinned out. */
const CASES = readdirSync(folder).map((id) => ({
  id,
  // Both files are written by the suite that captures them.
  expected: read(id, 'expected.json') as Expected,
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

      const next = first.next.map((one) => one.cause);
      expect({ cause: first.rootCause?.cause ?? null, verdict: first.verdict, next }).toEqual({
        next: [],
        ...expected,
      });
      for (const seed of [1, 2]) expect(diagnose(deepFreeze(shuffled(evidence, seed)))).toEqual(first);
    },
  );
});

const withOperators = (evidence: Evidence, change: (one: OperatorView) => OperatorView): Evidence =>
  evidence.operators.state === 'read'
    ? { ...evidence, operators: { ...evidence.operators, value: evidence.operators.value.map(change) } }
    : evidence;

/** What promfix may lack the right to read. */
const TAKEN: Readonly<Record<string, (evidence: Evidence) => Evidence>> = {
  'log and metrics': (one) =>
    withOperators(one, (operator) => ({ ...operator, log: unread(), previousLog: unread(), metrics: unread() })),
  'access reviews': (one) =>
    withOperators(one, (operator) => ({ ...operator, rights: unread(), bindings: unread(), roles: unread() })),
  'operator pods': (one) => withOperators(one, (operator) => ({ ...operator, pods: unread() })),
  events: (one) => ({ ...withOperators(one, (operator) => ({ ...operator, events: unread() })), events: unread() }),
  resource: (one) => ({ ...one, resource: unread() }),
  crds: (one) => ({ ...one, crds: unread(), served: unread() }),
  operators: (one) => ({ ...one, operators: unread() }),
  statefulSet: (one) => ({ ...one, statefulSet: unread() }),
  webhooks: (one) => ({ ...one, webhooks: unread() }),
};

/** Causes that say the same with fewer words. */
const coarser = (slug: string): readonly string[] =>
  Object.entries<Cause>(CAUSES).find(([key]) => key === slug)?.[1].refines ?? [];

/** Of two faults the other one may be all that is left to see. */
const SINGLE = CASES.filter(({ id }) => !id.includes('+'));

describe('evidence of a real control plane without', () => {
  it.each(Object.entries(TAKEN))(
    '%s gives the same cause, a coarser one, or none; never another, and never healthy',
    (_, take) => {
      const wrong = SINGLE.flatMap(({ id, evidence, expected }) => {
        const { verdict, rootCause } = diagnose(take(evidence));
        // A mere candidate is no verdict.
        const named = rootCause?.certainty === 'possible' ? null : (rootCause?.cause ?? null);
        const allowed = expected.cause === null ? [null] : [expected.cause, null, ...coarser(expected.cause)];
        const fine = allowed.includes(named) && (verdict !== 'healthy' || expected.verdict === 'healthy');
        return fine ? [] : [`${id}: ${verdict} ${rootCause?.cause}`];
      });

      expect(wrong).toEqual([]);
    },
  );
});
