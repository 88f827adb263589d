import { describe, expect, it } from 'vitest';
import { type ApprovalQuestion, checkPolicy, mayApprove } from '../../src/incidents/policy.ts';
import { ASKER, RULE, TEAM } from './examples.ts';

const ASK: ApprovalQuestion = {
  rule: { ...RULE, groups: ['S0SRE'] },
  risk: 'low',
  requester: ASKER,
  approver: { team: TEAM, user: 'U0ANN' },
  groupMembers: ['U0GRP'],
  fullMember: true,
};
const SELF: ApprovalQuestion = {
  ...ASK,
  rule: { ...RULE, users: ['U0ASKER'], self: 'with-reason' },
  approver: { team: TEAM, user: 'U0ASKER' },
  reason: 'nobody else is awake',
};

describe('who may approve', () => {
  it.for<[string, ApprovalQuestion, string]>([
    ['a listed person', ASK, 'allowed'],
    ['a member of a listed group', { ...ASK, approver: { team: TEAM, user: 'U0GRP' } }, 'allowed'],
    ['anybody, without a rule', { ...ASK, rule: undefined }, 'no-rule'],
    ['somebody else', { ...ASK, approver: { team: TEAM, user: 'U0OTHER' } }, 'not-an-approver'],
    ['a listed guest', { ...ASK, fullMember: false }, 'not-a-full-member'],
    ['a listed person at high risk', { ...ASK, risk: 'high' }, 'allowed'],
    [
      'a group member at high risk',
      { ...ASK, risk: 'high', approver: { team: TEAM, user: 'U0GRP' } },
      'group-not-enough',
    ],
    ['the requester with a reason at low risk', SELF, 'allowed'],
    ['the requester with a blank reason', { ...SELF, reason: '  ' }, 'reason-needed'],
    ['the requester at medium risk', { ...SELF, risk: 'medium' }, 'self-approval'],
    ['the requester where the rule says never', { ...SELF, rule: { ...RULE, users: ['U0ASKER'] } }, 'self-approval'],
    [
      'the requester who asked from another workspace',
      { ...SELF, risk: 'medium', requester: { kind: 'user', team: 'T02', user: 'U0ASKER' } },
      'self-approval',
    ],
  ])('%s', ([, question, expected]) => {
    const answer = mayApprove(question);

    expect(answer.allowed ? 'allowed' : answer.code).toBe(expected);
  });
});

describe('the check of the rules', () => {
  const rule = { ...RULE, users: ['U0ANN', 'U0BEN', 'U0CID'], groups: [] as string[], expires: 1800 };
  const good = { low: rule, medium: rule, high: { ...rule, approvals: 2 } };

  it('has nothing to say about rules that can be met', () => {
    expect(checkPolicy(good)).toEqual([]);
  });

  it('says which risk nobody may approve', () => {
    expect(checkPolicy({})).toEqual([
      { level: 'warning', code: 'no-rule', risk: 'low' },
      { level: 'warning', code: 'no-rule', risk: 'medium' },
      { level: 'warning', code: 'no-rule', risk: 'high' },
    ]);
  });

  it('warns when too few are listed, or when the requester would be missed', () => {
    const problems = checkPolicy({ ...good, high: { ...rule, approvals: 4 }, medium: { ...rule, approvals: 3 } });

    expect(problems).toEqual([
      { level: 'warning', code: 'requester-blocks', risk: 'medium', needed: 3 },
      { level: 'warning', code: 'cannot-be-met', risk: 'high', needed: 4, listed: 3 },
    ]);
  });

  it('refuses groups at high risk and self-approval above low', () => {
    const problems = checkPolicy({
      low: rule,
      medium: { ...rule, self: 'with-reason' },
      high: { ...rule, groups: ['S0SRE'] },
    });

    expect(problems).toEqual([
      { level: 'error', code: 'self-approval-above-low', risk: 'medium' },
      { level: 'error', code: 'groups-at-high-risk', risk: 'high' },
    ]);
  });

  it('refuses a group that holds the whole workspace', () => {
    const everybody = ['U0ANN', 'U0BEN', 'U0CID', 'U0DAN', 'U0EVE'];

    const problems = checkPolicy(
      { ...good, low: { ...rule, groups: ['S0ALL'] } },
      { groups: { S0ALL: everybody }, workspaceMembers: 5 },
    );

    expect(problems).toEqual([{ level: 'error', code: 'everybody-may-approve', risk: 'low' }]);
  });
});
