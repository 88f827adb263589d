import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approvalMac, isApprovalMac } from '../../src/incidents/approval-mac.ts';
import { chainEntries, GENESIS, verifyChain } from '../../src/incidents/audit-chain.ts';
import { contentHash, planHash } from '../../src/incidents/plan-hash.ts';
import type { AuditDraft } from '../../src/incidents/types.ts';
import { at, BOT, CLUSTER, examplePlan, TEAM } from './examples.ts';

describe('the hash of a plan', () => {
  const plan = examplePlan();
  const [step] = plan.steps;
  if (step === undefined) throw new Error('the example has a step');

  it.for<[string, object]>([
    ['prose', { permanent: { code: 'other', values: { text: 'reworded' } }, checks: [{ code: 'x', values: {} }] }],
    ['the configured name of the cluster', { cluster: { ...CLUSTER, name: 'renamed' } }],
    ['what came of an earlier attempt', { warnings: [{ code: 'before-in-vain', values: {} }] }],
    ['the diff', { diff: [{ object: 'a', path: 'b', before: null, after: 'c' }] }],
  ])('does not depend on %s', ([, change]) => {
    expect(planHash({ ...plan, ...change })).toBe(planHash(plan));
  });

  it.for<[string, object]>([
    ['another cluster', { cluster: { ...CLUSTER, uid: 'other' } }],
    ['another CA', { cluster: { ...CLUSTER, caFingerprint: 'other' } }],
    ['another remediation', { remediation: 'other' }],
    ['another uid', { steps: [{ ...step, object: { ...step.object, uid: 'other' } }] }],
    ['other content', { steps: [{ ...step, contentHash: 'other' }] }],
    ['one step more', { steps: [step, step] }],
    ['a way back', { otherwise: [step] }],
    ['a step that can be taken back', { undo: { kind: 'steps', steps: [step] } }],
  ])('changes with %s', ([, change]) => {
    expect(planHash({ ...plan, ...change })).not.toBe(planHash(plan));
  });
});

describe('the hash of a plan with a way back', () => {
  const plan = { ...examplePlan(), otherwise: examplePlan(['back']).steps };
  const [back] = plan.otherwise;
  if (back === undefined) throw new Error('the example has a step');

  it.for<[string, object]>([
    ['another object', { ...back, object: { ...back.object, uid: 'other' } }],
    ['other content', { ...back, contentHash: 'other' }],
    ['another change', { do: 'scale', object: back.object, contentHash: back.contentHash, from: 1, to: 0 }],
  ])('changes with %s in it', ([, changed]) => {
    expect(planHash({ ...plan, otherwise: [changed as typeof back] })).not.toBe(planHash(plan));
  });

  it('tells a step of the way back from one of the way there', () => {
    const { otherwise, ...there } = plan;

    expect(planHash({ ...there, steps: [...plan.steps, ...otherwise] })).not.toBe(planHash(plan));
  });
});

describe('the hash of an object', () => {
  const object = { kind: 'Deployment', metadata: { name: 'operator', resourceVersion: '1' }, spec: { replicas: 1 } };

  it('leaves out what changes by itself, and nothing else', () => {
    const later = {
      spec: { replicas: 1 },
      status: { ready: 1 },
      kind: 'Deployment',
      metadata: { managedFields: [], resourceVersion: '2', name: 'operator' },
    };

    expect(contentHash(later)).toBe(contentHash(object));
    expect(contentHash({ ...object, spec: { replicas: 2 } })).not.toBe(contentHash(object));
    expect(contentHash({ ...object, metadata: { name: 'other' } })).not.toBe(contentHash(object));
  });
});

describe('the MAC of an approval', () => {
  const key = 'k'.repeat(32);
  const claim = {
    proposal: 'inc-1.p1',
    by: { team: TEAM, user: 'U0ANN' },
    planHash: 'plan',
    cluster: CLUSTER,
    expiresAt: at(1800),
  };
  const mac = approvalMac(key, claim);

  it('vouches for its own claim only', () => {
    expect(isApprovalMac(key, claim, mac)).toBe(true);
    for (const forged of [
      { ...claim, proposal: 'inc-2.p1' },
      { ...claim, by: { team: TEAM, user: 'U0BEN' } },
      { ...claim, planHash: 'other' },
      { ...claim, cluster: { ...CLUSTER, uid: 'other' } },
      { ...claim, expiresAt: at(3600) },
    ])
      expect(isApprovalMac(key, forged, mac)).toBe(false);
  });

  it.for(['', 'zz', `${mac}00`, mac.slice(2), mac.toUpperCase()])('refuses %j', (given) => {
    expect(isApprovalMac(key, claim, given)).toBe(false);
  });

  it('needs the key', () => {
    expect(isApprovalMac('x'.repeat(32), claim, mac)).toBe(false);
  });
});

describe('the audit chain', () => {
  const drafts = fc.array(
    fc.record({
      what: fc.constantFrom('asked', 'approved', 'changed'),
      actor: fc.constant(BOT),
      cluster: fc.constant('prod-1'),
      values: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
    }),
    { minLength: 1, maxLength: 8 },
  ) as fc.Arbitrary<readonly AuditDraft[]>;

  it('verifies what it chained, also read back from JSON and in pieces', () => {
    fc.assert(
      fc.property(drafts, drafts, (one, two) => {
        const first = chainEntries(GENESIS, one, at(1));
        const head = verifyChain(first);
        if (!head.ok) throw new Error('the first piece is wrong');
        const second = chainEntries(head.head, two, at(2));

        const stored = JSON.parse(JSON.stringify([...first, ...second]));

        expect(verifyChain(stored)).toEqual({ ok: true, head: { seq: stored.length, hash: stored.at(-1).hash } });
        expect(verifyChain(second, head.head).ok).toBe(true);
      }),
    );
  });

  it('names the first entry that was altered, taken out or moved', () => {
    fc.assert(
      fc.property(drafts, fc.nat(), (some, pick) => {
        const entries = chainEntries(GENESIS, [...some, ...some], at(1));
        const index = pick % entries.length;
        const seq = index + 1;

        const altered = entries.with(index, { ...at_(entries, index), cluster: 'other' });
        const added = entries.with(index, { ...at_(entries, index), proposal: 'inc-9.p9' });
        expect(verifyChain(altered)).toEqual({ ok: false, seq, because: 'content' });
        expect(verifyChain(added)).toEqual({ ok: false, seq, because: 'content' });
        if (index < entries.length - 1)
          expect(verifyChain(entries.toSpliced(index, 1))).toEqual({ ok: false, seq, because: 'gap' });
        // Somebody who computes the hashes anew still breaks the link to what follows.
        const [forged] = chainEntries(
          { seq: index, hash: at_(entries, index).prev },
          [{ ...at_(some, 0), cluster: 'x' }],
          at(1),
        );
        if (forged !== undefined && index < entries.length - 1)
          expect(verifyChain(entries.with(index, forged))).toEqual({ ok: false, seq: seq + 1, because: 'link' });
      }),
    );
  });

  function at_<T>(list: readonly T[], index: number): T {
    const found = list[index];
    if (found === undefined) throw new Error('no such entry');
    return found;
  }
});
