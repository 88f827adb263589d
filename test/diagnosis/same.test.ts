import { expect, it } from 'vitest';
import { saysTheSame } from '../../src/diagnosis/same.ts';
import type { Diagnosis, Values } from '../../src/diagnosis/types.ts';
import { diagnosis } from '../remediations/world.ts';

const seen = (values: Values, more: Partial<Diagnosis> = {}): Diagnosis => ({
  ...diagnosis('crd-race-at-start'),
  byRunbook: [
    {
      runbook: 'operator-pod',
      findings: [
        {
          kind: 'observation',
          code: 'operator-restarts',
          certainty: 'proven',
          values,
          because: [],
          runbook: 'operator-pod',
        },
      ],
    },
  ],
  ...more,
});

it('takes times and counts for the same', () => {
  const later = seen({ pod: 'a', restarts: 4, since: '2026-01-02T00:00:00Z' }, { at: '2026-01-02T00:00:09Z' });

  expect(saysTheSame(seen({ pod: 'a', restarts: 3, since: '2026-01-01T00:00:00Z' }), later)).toBe(true);
});

it.each([
  ['another name', seen({ pod: 'b' })],
  [
    'another certainty',
    seen({ pod: 'a' }, { rootCause: diagnosis('crd-race-at-start', { certainty: 'likely' }).rootCause }),
  ],
  ['another cause', seen({ pod: 'a' }, { rootCause: diagnosis('crd-missing').rootCause })],
  ['another verdict', seen({ pod: 'a' }, { verdict: 'degraded' })],
  ['a rung that is reached no more', seen({ pod: 'a' }, { ladder: [{ rung: 'crd', state: 'not-reached' }] })],
  ['a finding that is gone', seen({ pod: 'a' }, { byRunbook: [] })],
])('tells %s apart', (_, other) => {
  expect(saysTheSame(seen({ pod: 'a' }), other)).toBe(false);
});
