import { diagnose } from '../../src/diagnosis/diagnose.ts';
import type { Evidence, OperatorView } from '../../src/evidence/types.ts';
import { absent, evidence, log, operator, owned, prometheus, read } from '../builders/evidence.ts';
import { rights } from '../runbooks/rights.ts';

export const SYNCED =
  'ts=2026-03-01T12:00:02Z level=info msg="successfully synced all caches" component=prometheus-controller';

/** Evidence with one operator that may do all it needs and has filled its caches, unless said. */
export const withOperator = (of: Partial<OperatorView>, more: Partial<Evidence> = {}) =>
  evidence({ operators: read([operator({ rights: read(rights()), log: log([SYNCED]), ...of })]), ...more });

export const nothingMade = {
  resource: read(prometheus([])),
  statefulSet: absent(),
  owned: read(owned(0)),
  pods: read([]),
} as const;
/** `broken: CAUSE certainty`, as one line. */
export const verdict = (seen: Evidence) => {
  const { verdict: said, rootCause } = diagnose(seen);
  return `${said}: ${rootCause ? `${rootCause.cause} ${rootCause.certainty}` : 'none'}`;
};

/** The first letters of the rungs' states: reached, not-reached, unknown. */
export const rungs = (seen: Evidence) =>
  diagnose(seen)
    .ladder.map((one) => one.state[0])
    .join('');
