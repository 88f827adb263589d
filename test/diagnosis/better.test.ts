import { describe, expect, it } from 'vitest';
import { isBetter } from '../../src/diagnosis/better.ts';
import { RUNGS, type Rung } from '../../src/diagnosis/ladder.ts';
import { diagnosis } from '../remediations/world.ts';

/** A diagnosis in which everything below a rung is reached. */
const upTo = (rung: Rung, cause: Parameters<typeof diagnosis>[0]) => ({
  ...diagnosis(cause),
  ladder: RUNGS.map((one, index) => ({
    rung: one,
    state: index < RUNGS.indexOf(rung) ? ('reached' as const) : ('not-reached' as const),
  })),
});

describe('a diagnosis is better than the one before', () => {
  it('when the target is healthy', () => {
    expect(isBetter(diagnosis(null), 'crd-race-at-start')).toBe(true);
  });

  it('when the cause is gone and the rung that it broke is reached', () => {
    expect(isBetter(upTo('pods', 'pod-create-denied'), 'crd-race-at-start')).toBe(true);
    expect(isBetter(upTo('caches', 'rbac-list-informer'), 'crd-race-at-start')).toBe(true);
  });

  it('not while the cause is there, as the root or as what comes next', () => {
    expect(isBetter(upTo('pods', 'crd-race-at-start'), 'crd-race-at-start')).toBe(false);
    const found = {
      kind: 'cause',
      cause: 'crd-race-at-start',
      code: 'x',
      certainty: 'proven',
      values: {},
      because: [],
      runbook: 'operator-logs',
    } as const;
    expect(isBetter({ ...upTo('pods', 'pod-create-denied'), next: [found] }, 'crd-race-at-start')).toBe(false);
  });

  it('not when it breaks lower than before, or at the same rung', () => {
    expect(isBetter(upTo('start-up', 'bad-flag'), 'crd-race-at-start')).toBe(false);
    expect(isBetter(upTo('controller', 'rbac-gate-prometheuses'), 'crd-race-at-start')).toBe(false);
  });

  it('not when nobody could look at that rung', () => {
    const dark = upTo('pods', 'pod-create-denied').ladder.map((one) =>
      one.rung === 'controller' ? { ...one, state: 'unknown' as const } : one,
    );
    expect(isBetter({ ...upTo('pods', 'pod-create-denied'), ladder: dark }, 'crd-race-at-start')).toBe(false);
  });
});
