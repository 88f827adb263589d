import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayApprove } from '../../src/incidents/policy.ts';
import { isFinal, START_GRACE_SECONDS } from '../../src/incidents/proposal.ts';
import { transition } from '../../src/incidents/transition.ts';
import type { Proposal, ProposalEvent } from '../../src/incidents/types.ts';
import { at, examplePlan, exampleProposal, RULE, TEAM, user } from './examples.ts';

const PEOPLE = ['U0ANN', 'U0BEN', 'U0CID', 'U0ASKER', 'U0OTHER'] as const;
const RULES = fc.record({
  approvals: fc.integer({ min: 1, max: 3 }),
  self: fc.constantFrom('never' as const, 'with-reason' as const),
});

type Act =
  | { readonly kind: 'click'; readonly by: string; readonly hash: string; readonly reason: boolean }
  | { readonly kind: 'event'; readonly event: (time: string) => ProposalEvent };

const fences = fc.record({ job: fc.integer({ min: 1, max: 2 }), attempt: fc.integer({ min: 1, max: 3 }) });
const EXPIRES = at(1000);

/** Anything that people, workers and sweeps may do, sensible or not. */
const acts: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    kind: fc.constant('click' as const),
    by: fc.constantFrom(...PEOPLE),
    hash: fc.constantFrom('plan', 'plan', 'older'),
    reason: fc.boolean(),
  }),
  fc
    .oneof(
      fc.constantFrom<(time: string) => ProposalEvent>(
        (time) => ({ on: 'enqueued', at: time }),
        (time) => ({ on: 'expire', at: time }),
        (time) => (time > at(500) ? { on: 'deny', at: time, by: user('U0BEN') } : { on: 'enqueued', at: time }),
        (time) => (time > at(700) ? { on: 'supersede', at: time } : { on: 'enqueued', at: time }),
        (time) => ({ on: 'resolve-unknown', at: time, by: user('U0BEN'), happened: true, reason: 'seen' }),
      ),
      fc
        .tuple(fences, fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 7 }))
        .map(([fence, step, which]) => (time: string): ProposalEvent => {
          switch (which) {
            case 0:
              return { on: 'step-intent', at: time, fence, step };
            case 1:
              return { on: 'step-done', at: time, fence, step };
            case 2:
              return { on: 'applied', at: time, fence };
            case 3:
              return { on: 'verified', at: time, fence, diagnosis: 'inc-1.d2', healthy: true };
            case 5:
              return { on: 'turn-back', at: time, fence, diagnosis: 'inc-1.d2', wasSynced: true, values: {} };
            case 4:
              return { on: 'lost', at: time, fence, code: 'no-answer', values: {} };
            default:
              return { on: 'start', at: time, fence };
          }
        }),
    )
    .map((event) => ({ kind: 'event' as const, event })),
);

function proposed(rule: { approvals: number; self: 'never' | 'with-reason' }): Proposal {
  const moved = transition(exampleProposal(), {
    on: 'prepared',
    at: at(1),
    plan: { ...examplePlan(['one', 'two']), otherwise: examplePlan(['one', 'two']).steps },
    planHash: 'plan',
    rule: { ...RULE, users: ['U0ANN', 'U0BEN', 'U0CID', 'U0ASKER'], ...rule },
    expiresAt: EXPIRES,
  });
  if (!moved.ok) throw new Error(moved.refusal.code);
  return moved.next;
}

/** What the bot does with a click: policy first, then the event. */
function eventOf(act: Act, proposal: Proposal, time: string): ProposalEvent | undefined {
  if (act.kind === 'event') return act.event(time);
  const by = { team: TEAM, user: act.by };
  const reason = act.reason ? { reason: 'because' } : {};
  const answer = mayApprove({
    rule: proposal.rule,
    risk: proposal.risk,
    requester: proposal.requestedBy,
    approver: by,
    groupMembers: [],
    fullMember: true,
    ...reason,
  });
  return answer.allowed
    ? { on: 'approve', at: time, planHash: act.hash, approval: { by, at: time, mac: 'mac', ...reason } }
    : undefined;
}

/** What each act comes to, at the second `time`, from the proposal as the acts before it left it. */
function* played(rule: Parameters<typeof proposed>[0], play: readonly (readonly [act: Act, later: number])[]) {
  let before = proposed(rule);
  let time = 2;
  for (const [act, later] of play) {
    time += later;
    const event = eventOf(act, before, at(time));
    if (event === undefined) continue;
    const moved = transition(before, event);
    yield { before, moved, time };
    if (moved.ok) before = moved.next;
  }
}

describe('the proposal state machine, whatever happens', () => {
  it('never executes without a quorum of allowed, distinct people, on the approved plan, in time', () => {
    let executions = 0;
    fc.assert(
      fc.property(
        RULES,
        fc.array(fc.tuple(acts, fc.integer({ min: 0, max: 100 })), { maxLength: 40, size: 'max' }),
        (rule, play) => {
          for (const { before, moved, time } of played(rule, play)) {
            if (!moved.ok) continue;
            const proposal = moved.next;
            const started = before.startedAt === undefined && proposal.startedAt !== undefined;
            if (!started) continue;
            executions += 1;

            const people = new Set(proposal.approvals.map(({ by }) => by.user));
            expect(people.size).toBe(proposal.approvals.length);
            expect(people.size).toBeGreaterThanOrEqual(rule.approvals);
            expect(people).not.toContain('U0OTHER');
            if (rule.self === 'never') expect(people).not.toContain('U0ASKER');
            expect(proposal.planHash).toBe('plan');
            expect(proposal.approvals.every((given) => given.at < EXPIRES)).toBe(true);
            expect(time).toBeLessThan(1000 + START_GRACE_SECONDS);
          }
        },
      ),
      { numRuns: 2000 },
    );
    // A machine that refuses everything would be safe, too.
    expect(executions).toBeGreaterThan(200);
  });

  it('lets every fresh approval reach execution and its end, whichever allowed people give it', () => {
    fc.assert(
      fc.property(
        RULES,
        fc.shuffledSubarray(['U0ANN', 'U0BEN', 'U0CID'], { minLength: 3 }),
        fc.integer({ min: 2, max: 999 }),
        fc.boolean(),
        fences,
        (rule, order, clickAt, marked, fence) => {
          const approvers = order.slice(0, rule.approvals);
          const events: ProposalEvent[] = [
            ...approvers.map(
              (name): ProposalEvent => ({
                on: 'approve',
                at: at(clickAt),
                planHash: 'plan',
                approval: { by: { team: TEAM, user: name }, at: at(clickAt), mac: 'mac' },
              }),
            ),
            // The worker may be faster than the mark.
            ...(marked ? [{ on: 'enqueued', at: at(clickAt + 1) } as const] : []),
            { on: 'start', at: at(clickAt + START_GRACE_SECONDS - 1), fence },
            { on: 'step-intent', at: at(5000), fence, step: 0 },
            { on: 'step-done', at: at(5000), fence, step: 0 },
            { on: 'step-intent', at: at(5000), fence, step: 1 },
            { on: 'step-done', at: at(5000), fence, step: 1 },
            { on: 'applied', at: at(5000), fence },
            { on: 'verified', at: at(5001), fence, diagnosis: 'inc-1.d2', healthy: true },
          ];

          let proposal = proposed(rule);
          for (const event of events) {
            const moved = transition(proposal, event);
            if (!moved.ok) throw new Error(`${event.on}: ${moved.refusal.code}`);
            proposal = moved.next;
          }

          expect(proposal.state).toBe('succeeded');
        },
      ),
    );
  });

  it('never leaves a final state, never goes back to before the start, never lowers its fence', () => {
    fc.assert(
      fc.property(
        RULES,
        fc.array(fc.tuple(acts, fc.integer({ min: 0, max: 60 })), { maxLength: 60, size: 'max' }),
        (rule, play) => {
          for (const { before: proposal, moved } of played(rule, play)) {
            if (isFinal(proposal.state)) expect(moved.ok).toBe(false);
            if (!moved.ok) continue;
            const { next } = moved;
            if (proposal.startedAt !== undefined) expect(['proposed', 'approved', 'queued']).not.toContain(next.state);
            expect(next.journal.length).toBeGreaterThanOrEqual(proposal.journal.length);
            // The way back begins after the way there, and is never left again.
            if (proposal.returning !== undefined) expect(next.returning).toEqual(proposal.returning);
            if (next.journal.some(({ step }) => step >= 2)) expect(next.returning).toBeDefined();
            if (next.returning !== undefined && next.state === 'verifying' && proposal.state === 'running')
              expect(next.journal.filter(({ state }) => state === 'done').map(({ step }) => step)).toContain(3);
            const before = proposal.fence;
            if (before !== undefined && next.fence !== undefined)
              expect(next.fence.job * 10 + next.fence.attempt).toBeGreaterThanOrEqual(before.job * 10 + before.attempt);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
