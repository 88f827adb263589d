import { describe, expect, it } from 'vitest';
import { forgettable, pictureId, triedOf } from '../../src/incidents/history.ts';
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

describe('an incident need not name a proposal any more', () => {
  /** As many newer ones as are kept whatever became of them. */
  const newer = Array.from({ length: 40 }, (_, index) => proposal({ id: `new-${index}`, state: 'superseded' }));
  const old = (id: string, change: Partial<Proposal>) => proposal({ id, ...change });
  const gone = (...proposals: readonly Proposal[]) => forgettable([...proposals, ...newer]);

  it('that is old, over and says nothing', () => {
    const quiet = (['superseded', 'expired', 'voided'] as const).map((state) => old(state, { state }));

    expect(gone(...quiet, old('undo', { state: 'succeeded', remediation: 'undo' }))).toEqual([
      'superseded',
      'expired',
      'voided',
      'undo',
    ]);
    expect(forgettable(quiet)).toEqual([]);
  });

  it('that was followed by one which ended alike', () => {
    const denied = (id: string, change: Partial<Proposal> = {}) => old(id, { state: 'denied', ...change });

    expect(gone(denied('a'), denied('b'), denied('c', { cause: 'pvc-pending' }), denied('d'))).toEqual(['a', 'b']);
    expect(gone(denied('a'), old('b', { state: 'failed' }), old('c', { state: 'unhealthy' }))).toEqual([]);
    expect(forgettable([denied('a'), ...newer, denied('z')])).toEqual(['a', 'new-0']);
  });

  it('but every one that is not over', () => {
    const live = PROPOSAL_STATES.filter((state) => ending({ state }) === undefined || state === 'unknown')
      .filter((state) => !['superseded', 'expired', 'voided'].includes(state))
      .map((state) => old(state, { state }));

    expect(live.map(({ id }) => id)).toContain('running');
    expect(gone(...live, ...live)).toEqual([]);
  });
});
