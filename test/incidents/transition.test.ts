import { describe, expect, it } from 'vitest';
import { isFinal, PREPARE_SECONDS, START_GRACE_SECONDS } from '../../src/incidents/proposal.ts';
import { transition } from '../../src/incidents/transition.ts';
import {
  type Approval,
  PROPOSAL_STATES,
  type Proposal,
  type ProposalEvent,
  type ProposalState,
} from '../../src/incidents/types.ts';
import { at, examplePlan, exampleProposal, RULE, TEAM, user } from './examples.ts';

const EXPIRES = 1800;
const FENCE = { job: 100, attempt: 2 };

function approval(name: string): Approval {
  return { by: { team: TEAM, user: name }, at: at(60), mac: 'mac' };
}

/** A proposal of two steps, as it stands in a state; it needs two approvals and has one while it is `proposed`. */
function inState(state: ProposalState): Proposal {
  if (state === 'preparing') return exampleProposal();
  const proposed = exampleProposal({
    state: 'proposed',
    plan: examplePlan(['one', 'two']),
    planHash: 'plan',
    proposedAt: at(10),
    expiresAt: at(EXPIRES),
    rule: { ...RULE, approvals: 2 },
    approvals: [approval('U0ANN')],
  });
  if (state === 'proposed') return proposed;
  const approved = { ...proposed, state, approvals: [approval('U0ANN'), approval('U0BEN')], decidedAt: at(60) };
  if (state === 'approved' || state === 'queued') return approved;
  const running: Proposal = {
    ...approved,
    startedAt: at(70),
    fence: FENCE,
    journal: [{ step: 0, state: 'intent', at: at(71) }],
  };
  if (state === 'running') return running;
  const done = [0, 1].flatMap((step) =>
    (['intent', 'done'] as const).map((word) => ({ step, state: word, at: at(72) })),
  );
  const applied = { ...running, journal: done };
  return state === 'unknown' ? { ...applied, lookAgain: true } : applied;
}

const WAY_BACK = examplePlan(['one']).steps;
const RETURNING = { at: at(81), diagnosis: 'inc-1.d2', wasSynced: true };
const TWICE = [2].flatMap((step) => (['intent', 'done'] as const).map((word) => ({ step, state: word, at: at(82) })));

/** The same with a way back of one step in its plan: not taken yet, being taken, taken. */
function withWayBack(state: ProposalState, returning = false): Proposal {
  const proposal = inState(state === 'running' && returning ? 'verifying' : state);
  const { plan } = proposal;
  return {
    ...proposal,
    state,
    ...(plan && { plan: { ...plan, otherwise: WAY_BACK } }),
    ...(returning && { returning: RETURNING }),
    ...(returning && state === 'verifying' && { journal: [...proposal.journal, ...TWICE] }),
  };
}

const COLUMNS: readonly (readonly [heading: string, proposal: Proposal])[] = [
  ...PROPOSAL_STATES.filter((state) => !isFinal(state)).map((state) => [state, inState(state)] as const),
  ['verifying, way back', withWayBack('verifying')],
  ['running back', withWayBack('running', true)],
  ['verifying, back', withWayBack('verifying', true)],
  ['unknown, back', withWayBack('unknown', true)],
];

const EVENTS: Readonly<Record<string, ProposalEvent>> = {
  prepared: { on: 'prepared', at: at(10), plan: examplePlan(), planHash: 'plan', rule: RULE, expiresAt: at(EXPIRES) },
  'prepared, out of time': {
    on: 'prepared',
    at: at(EXPIRES),
    plan: examplePlan(),
    planHash: 'plan',
    rule: RULE,
    expiresAt: at(EXPIRES),
  },
  refused: {
    on: 'refused',
    at: at(10),
    refusal: { refused: true, remediation: 'restart-operator', code: 'quota', values: {} },
  },
  'approve by another': { on: 'approve', at: at(60), approval: approval('U0BEN'), planHash: 'plan' },
  'approve by the same': { on: 'approve', at: at(60), approval: approval('U0ANN'), planHash: 'plan' },
  'break the glass': {
    on: 'approve',
    at: at(60),
    approval: { ...approval('U0CID'), breakGlass: true, reason: 'alone' },
    planHash: 'plan',
  },
  'break glass too late': {
    on: 'approve',
    at: at(EXPIRES),
    approval: { ...approval('U0CID'), breakGlass: true, reason: 'alone' },
    planHash: 'plan',
  },
  'approve another plan': { on: 'approve', at: at(60), approval: approval('U0BEN'), planHash: 'older' },
  'approve too late': { on: 'approve', at: at(EXPIRES), approval: approval('U0BEN'), planHash: 'plan' },
  deny: { on: 'deny', at: at(60), by: user('U0BEN') },
  'expire early': { on: 'expire', at: at(100) },
  'expire at its time': { on: 'expire', at: at(EXPIRES) },
  'expire after the grace': { on: 'expire', at: at(EXPIRES + START_GRACE_SECONDS) },
  supersede: { on: 'supersede', at: at(60) },
  enqueued: { on: 'enqueued', at: at(61) },
  'start, later attempt': { on: 'start', at: at(70), fence: { job: 100, attempt: 3 } },
  'start, same attempt': { on: 'start', at: at(70), fence: FENCE },
  'start, earlier attempt': { on: 'start', at: at(70), fence: { job: 100, attempt: 1 } },
  'start, older job': { on: 'start', at: at(70), fence: { job: 99, attempt: 9 } },
  'start too late': { on: 'start', at: at(EXPIRES + START_GRACE_SECONDS), fence: { job: 100, attempt: 3 } },
  drifted: { on: 'drifted', at: at(71), fence: FENCE, values: {} },
  'intent 0': { on: 'step-intent', at: at(71), fence: FENCE, step: 0 },
  'intent 1': { on: 'step-intent', at: at(71), fence: FENCE, step: 1 },
  'done 0': { on: 'step-done', at: at(72), fence: FENCE, step: 0 },
  'done 1': { on: 'step-done', at: at(72), fence: FENCE, step: 1 },
  'done 2': { on: 'step-done', at: at(72), fence: FENCE, step: 2 },
  'intent 2': { on: 'step-intent', at: at(82), fence: FENCE, step: 2 },
  'intent 3': { on: 'step-intent', at: at(82), fence: FENCE, step: 3 },
  'done 0, stale': { on: 'step-done', at: at(72), fence: { job: 100, attempt: 1 }, step: 0 },
  applied: { on: 'applied', at: at(73), fence: FENCE },
  'turn back': { on: 'turn-back', at: at(80), fence: FENCE, diagnosis: 'inc-1.d2', wasSynced: true, values: {} },
  'turn back, stale': {
    on: 'turn-back',
    at: at(80),
    fence: { job: 100, attempt: 1 },
    diagnosis: 'inc-1.d2',
    wasSynced: true,
    values: {},
  },
  'verified healthy': { on: 'verified', at: at(80), fence: FENCE, diagnosis: 'inc-1.d2', healthy: true },
  'verified unhealthy': { on: 'verified', at: at(80), fence: FENCE, diagnosis: 'inc-1.d2', healthy: false },
  'verified, stale': {
    on: 'verified',
    at: at(80),
    fence: { job: 100, attempt: 1 },
    diagnosis: 'inc-1.d2',
    healthy: true,
  },
  fail: { on: 'fail', at: at(71), fence: FENCE, code: 'forbidden', values: {} },
  'another holds a lock': { on: 'locked', at: at(70), owner: 'inc-2.p1' },
  lost: { on: 'lost', at: at(71), fence: FENCE, code: 'no-answer', values: {} },
  'it happened': { on: 'resolve-unknown', at: at(90), by: user('U0BEN'), happened: true, reason: 'seen' },
  'ask again': { on: 'ask-again', at: at(90), by: user('U0BEN') },
  'seen again': { on: 'looked-again', at: at(91), fence: FENCE, found: true, code: 'found-done', values: {} },
  'not seen again': { on: 'looked-again', at: at(91), fence: FENCE, found: false, code: 'unmarked', values: {} },
  'seen again, stale': {
    on: 'looked-again',
    at: at(91),
    fence: { job: 100, attempt: 1 },
    found: true,
    code: 'found-done',
    values: {},
  },
  'it did not': { on: 'resolve-unknown', at: at(90), by: user('U0BEN'), happened: false, reason: 'seen' },
};

function outcome(proposal: Proposal, event: ProposalEvent): string {
  const moved = transition(proposal, event);
  if (!moved.ok) return `- ${moved.refusal.code}`;
  const { next } = moved;
  if (next.state !== proposal.state) return `> ${next.state}`;
  return next.journal.length > proposal.journal.length ? '= noted' : '= same';
}

describe('the proposal state machine', () => {
  it('answers every event in every state as the table says', async () => {
    const widths = [24, ...COLUMNS.map(() => 26)];
    const line = (cells: readonly string[]) =>
      cells
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('')
        .trimEnd();

    const rows = Object.entries(EVENTS).map(([name, event]) =>
      line([name, ...COLUMNS.map(([, proposal]) => outcome(proposal, event))]),
    );

    await expect([line(['', ...COLUMNS.map(([heading]) => heading)]), ...rows, ''].join('\n')).toMatchFileSnapshot(
      './transition-table.txt',
    );
  });

  it.for(PROPOSAL_STATES.filter(isFinal))('lets nothing happen to a proposal that is %s', (state) => {
    for (const event of Object.values(EVENTS))
      expect(transition(inState(state), event)).toEqual({
        ok: false,
        refusal: { code: 'already-decided', values: { state } },
      });
  });

  it('gives up a proposal that nobody prepared', () => {
    const early = transition(inState('preparing'), { on: 'expire', at: at(PREPARE_SECONDS - 1) });
    const late = transition(inState('preparing'), { on: 'expire', at: at(PREPARE_SECONDS) });

    expect(early.ok).toBe(false);
    expect(late).toMatchObject({ ok: true, next: { state: 'expired' } });
  });

  it('voids on drift only while no step is done', () => {
    const untouched = { ...inState('running'), journal: [] };

    expect(outcome(untouched, { on: 'drifted', at: at(71), fence: FENCE, values: {} })).toBe('> voided');
    expect(outcome(inState('running'), { on: 'drifted', at: at(71), values: {} })).toBe('> voided');
    const written = { ...inState('verifying'), state: 'running' } as const;
    expect(outcome(written, { on: 'drifted', at: at(71), values: {} })).toBe('- already-changed');
  });

  it('goes to verifying only when every step is done', () => {
    const oneDone: Proposal = {
      ...inState('running'),
      journal: [
        { step: 0, state: 'intent', at: at(71) },
        { step: 0, state: 'done', at: at(72) },
      ],
    };

    expect(outcome(oneDone, { on: 'applied', at: at(73), fence: FENCE })).toBe('- steps-missing');
    expect(outcome(oneDone, { on: 'step-intent', at: at(73), fence: FENCE, step: 1 })).toBe('= noted');
    expect(outcome({ ...inState('verifying'), state: 'running' }, { on: 'applied', at: at(73) })).toBe('> verifying');
  });

  it('takes the way back once, after the steps, and only when the plan has one', () => {
    const turn = EVENTS['turn back'] ?? { on: 'supersede', at: at(0) };
    expect(outcome(inState('verifying'), turn)).toBe('- no-way-back');
    const turned = transition(withWayBack('verifying'), turn);
    if (!turned.ok) throw new Error(turned.refusal.code);

    expect(turned.next).toMatchObject({ state: 'running', returning: { diagnosis: 'inc-1.d2', wasSynced: true } });
    expect(outcome(turned.next, { on: 'applied', at: at(82), fence: FENCE })).toBe('- steps-missing');
    expect(outcome(turned.next, { on: 'step-intent', at: at(82), fence: FENCE, step: 0 })).toBe('- step-out-of-order');
    expect(outcome(turned.next, { on: 'step-intent', at: at(82), fence: FENCE, step: 2 })).toBe('= noted');
    expect(outcome(withWayBack('verifying', true), turn)).toBe('- no-way-back');
  });

  it('can go back although nobody knows by itself that the steps were made', () => {
    const seen = { ...withWayBack('running', true), journal: [{ step: 0, state: 'intent', at: at(71) } as const] };

    expect(outcome(seen, { on: 'step-intent', at: at(82), fence: FENCE, step: 2 })).toBe('= noted');
    expect(outcome(seen, { on: 'drifted', at: at(82), fence: FENCE, values: {} })).toBe('- already-changed');
  });

  it('says of a way back that could not be taken that the repair stands, with the diagnosis after it', () => {
    const failed = transition(withWayBack('running', true), {
      on: 'fail',
      at: at(83),
      fence: FENCE,
      code: 'object-changed',
      values: {},
    });

    expect(failed).toMatchObject({
      ok: true,
      next: {
        state: 'unhealthy',
        verifiedBy: 'inc-1.d2',
        outcome: { code: 'not-returned', values: { because: 'object-changed' } },
      },
    });
    expect(outcome(withWayBack('unknown', true), EVENTS['it did not'] ?? { on: 'supersede', at: at(0) })).toBe(
      '> unhealthy',
    );
  });

  it('refuses to start what Redis calls approved without a quorum', () => {
    const forged = { ...inState('approved'), approvals: [approval('U0ANN')] };

    expect(outcome(forged, { on: 'start', at: at(70), fence: FENCE })).toBe('- not-approved');
  });

  it('lets a later attempt take over and turns the earlier one away afterwards', () => {
    const taken = transition(inState('running'), { on: 'start', at: at(75), fence: { job: 100, attempt: 3 } });
    if (!taken.ok) throw new Error(taken.refusal.code);

    expect(outcome(taken.next, { on: 'step-done', at: at(76), fence: FENCE, step: 0 })).toBe('- stale-fence');
    expect(outcome(taken.next, { on: 'step-done', at: at(76), fence: { job: 100, attempt: 3 }, step: 0 })).toBe(
      '= noted',
    );
  });
});
