import { describe, expect, it } from 'vitest';
import { approvalMac, isApprovalMac } from '../../src/incidents/approval-mac.ts';
import { type BreakGlassQuestion, breaksGlass, mayBeBroken, refusalToBreak } from '../../src/incidents/break-glass.ts';
import { ruleOfPlan } from '../../src/incidents/policy.ts';
import type { Plan } from '../../src/remediations/types.ts';
import { at, CLUSTER, examplePlan, RULE, TEAM } from './examples.ts';

const plan = examplePlan();
/** The example's plan with a step on a kind of this group. */
const changing = (apiVersion: string): Plan => ({
  ...plan,
  steps: plan.steps.map((step) => ({ ...step, object: { ...step.object, apiVersion } })),
});
const ASK: BreakGlassQuestion = { users: ['U0ANN'], plan, user: 'U0ANN', fullMember: true, reason: 'nobody answers' };

describe('who may approve alone', () => {
  it.for<[string, BreakGlassQuestion, string | undefined]>([
    ['a listed person with a reason', ASK, undefined],
    ['somebody else', { ...ASK, user: 'U0BEN' }, 'not-listed-for-emergencies'],
    ['anybody where nobody is listed', { ...ASK, users: [] }, 'not-listed-for-emergencies'],
    ['a listed guest', { ...ASK, fullMember: false }, 'not-a-full-member'],
    ['without a reason', { ...ASK, reason: ' ' }, 'reason-needed'],
    ['a change of rights', { ...ASK, plan: changing('rbac.authorization.k8s.io/v1') }, 'never-in-an-emergency'],
    ['a change of an Application', { ...ASK, plan: changing('argoproj.io/v1alpha1') }, 'never-in-an-emergency'],
    ['a change of a webhook', { ...ASK, plan: changing('admissionregistration.k8s.io/v1') }, 'never-in-an-emergency'],
  ])('%s', ([, question, expected]) => {
    expect(refusalToBreak(question)).toBe(expected);
  });

  it('one step that never may be is enough', () => {
    const mixed = { steps: [...plan.steps, ...changing('rbac.authorization.k8s.io/v1').steps] };

    expect(mayBeBroken(mixed)).toBe(false);
  });

  it('a re-creation that has an Application refresh is one of those', () => {
    const named = { namespace: 'monitoring', name: 'main', uid: 'uid' };
    const step = {
      do: 'recreate',
      object: { apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus', ...named },
      contentHash: 'h',
      propagation: 'Background',
      without: [],
    } as const;
    const refresh = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', ...named };

    expect(mayBeBroken({ steps: [{ ...step, by: 'promfix' }] })).toBe(true);
    expect(mayBeBroken({ steps: [{ ...step, by: 'argocd', refresh }] })).toBe(false);
  });

  it('is on the card only where somebody is listed and the plan allows it', () => {
    const low = { ...RULE, users: [...RULE.users], groups: [], expires: 1800 };
    const approvals = { low, breakGlass: { users: ['U0ANN'] } };

    expect(ruleOfPlan(approvals, plan)?.breakGlass).toEqual(['U0ANN']);
    expect(ruleOfPlan({ low }, plan)?.breakGlass).toBeUndefined();
    expect(ruleOfPlan(approvals, changing('argoproj.io/v1alpha1'))?.breakGlass).toBeUndefined();
    expect(ruleOfPlan({ breakGlass: { users: ['U0ANN'] } }, plan)).toBeUndefined();
  });
});

describe('an approval given alone, as the worker reads it', () => {
  const approval = { by: { team: TEAM, user: 'U0ANN' }, at: at(1), mac: 'm', reason: 'why', breakGlass: true } as const;

  it('counts by the worker’s own list, with its reason, for plans that allow it', () => {
    expect(breaksGlass(approval, ['U0ANN'], plan)).toBe(true);
    expect(breaksGlass(approval, ['U0BEN'], plan)).toBe(false);
    expect(breaksGlass({ ...approval, reason: '' }, ['U0ANN'], plan)).toBe(false);
    expect(breaksGlass({ ...approval, breakGlass: false }, ['U0ANN'], plan)).toBe(false);
    expect(breaksGlass(approval, ['U0ANN'], changing('rbac.authorization.k8s.io/v1'))).toBe(false);
  });

  it('is covered by its MAC: an ordinary approval can’t be turned into one, nor get another reason', () => {
    const key = 'k'.repeat(32);
    const claim = { proposal: 'inc-1.p1', by: approval.by, planHash: 'plan', cluster: CLUSTER, expiresAt: at(9) };
    const mac = approvalMac(key, { ...claim, reason: 'why' });

    expect(isApprovalMac(key, { ...claim, reason: 'why' }, mac)).toBe(true);
    expect(isApprovalMac(key, { ...claim, reason: 'why', breakGlass: true }, mac)).toBe(false);
    expect(isApprovalMac(key, { ...claim, reason: 'other' }, mac)).toBe(false);
    expect(isApprovalMac(key, claim, mac)).toBe(false);
  });
});
