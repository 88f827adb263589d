import { describe, expect, it } from 'vitest';
import { pictureId, triedOf } from '../../src/incidents/history.ts';
import { PROPOSAL_STATES, type Proposal } from '../../src/incidents/types.ts';
import { diagnosis } from '../remediations/world.ts';
import { at, exampleProposal } from './examples.ts';

const CAUSE = 'crd-race-at-start';
const proposal = (change: Partial<Proposal> = {}) =>
  exampleProposal({ diagnosis: 'inc-1.d1', finishedAt: at(60), ...change });
const ending = (change: Partial<Proposal>, seen = diagnosis(CAUSE)) => triedOf(proposal(change), seen)?.ending;

describe('what an earlier proposal tells planning', () => {
  it('is how it ended, and nothing where it never came to anything', () => {
    const told = PROPOSAL_STATES.map((state) => [state, ending({ state })]);

    expect(told.filter(([, known]) => known !== undefined)).toEqual([
      ['succeeded', 'helped'],
      ['unhealthy', 'in-vain'],
      ['failed', 'failed'],
      ['unknown', 'unknown'],
      ['denied', 'denied'],
    ]);
  });

  it('tells a repair that was in vain from one whose cause was gone and from one that was put back', () => {
    expect(ending({ state: 'unhealthy' })).toBe('in-vain');
    expect(ending({ state: 'unhealthy' }, diagnosis('pvc-pending'))).toBe('got-further');
    expect(ending({ state: 'unhealthy', outcome: { code: 'put-back', values: {} } })).toBe('put-back');
  });

  it('tells a version that was not better from one that was never brought', () => {
    const returning = (wasSynced: boolean) => ({ returning: { at: at(50), diagnosis: 'inc-1.d2', wasSynced } });

    expect(ending({ state: 'unhealthy', ...returning(true) })).toBe('in-vain');
    expect(ending({ state: 'unhealthy', ...returning(false) })).toBe('not-tested');
  });

  it('is that people took it back, whatever it was before', () => {
    expect(ending({ state: 'succeeded', undoneBy: 'inc-1.p2' })).toBe('undone');
    expect(ending({ state: 'succeeded', remediation: 'undo' })).toBeUndefined();
  });

  it('compares with what was found after a repair that did not help, and before anything else', () => {
    const verified = { verifiedBy: 'inc-1.d2' };

    expect(pictureId(proposal({ state: 'unhealthy', ...verified }))).toBe('inc-1.d2');
    expect(pictureId(proposal({ state: 'unhealthy', ...verified, undoneBy: 'inc-1.p2' }))).toBe('inc-1.d1');
    expect(pictureId(proposal({ state: 'denied' }))).toBe('inc-1.d1');
  });

  it('has the time of its end, and the cause as it was found', () => {
    expect(triedOf(proposal({ state: 'denied' }), diagnosis(CAUSE))).toEqual({
      proposal: 'inc-1.p1',
      remediation: 'restart-operator',
      cause: CAUSE,
      ending: 'denied',
      at: at(60),
      picture: expect.objectContaining({ cause: CAUSE }),
    });
  });
});
