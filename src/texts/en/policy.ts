import type { Values } from '../../diagnosis/types.ts';
import type { PolicyProblem } from '../../incidents/policy.ts';

type Sentence = (values: Values) => string;
const text = (values: Values, key: string): string => String(values[key] ?? '');

/** What is wrong with the approval rules, each with what to change in promfix.yaml. */
const policyText = {
  'no-rule': (v) =>
    `Nobody may approve repairs of ${text(v, 'risk')} risk. Add approvals.${text(v, 'risk')} to promfix.yaml if that is not meant.`,
  'cannot-be-met': (v) =>
    `${text(v, 'risk')} risk needs ${text(v, 'needed')} approvals; people listed: ${text(v, 'listed')}. List more in approvals.${text(v, 'risk')}.users.`,
  'requester-blocks': (v) =>
    `${text(v, 'risk')} risk cannot be approved when one of the approvers is the requester. List one more person in approvals.${text(v, 'risk')}.users.`,
  'groups-at-high-risk': () => 'High risk is approved by people listed by id: move approvals.high.groups to users.',
  'self-approval-above-low': (v) =>
    `Self-approval is for low risk only: set approvals.${text(v, 'risk')}.self to never.`,
  'everybody-may-approve': (v) =>
    `Everybody could approve ${text(v, 'risk')} risk, so an approval would mean nothing. Name fewer people or a smaller group in approvals.${text(v, 'risk')}.`,
} as const satisfies Record<PolicyProblem['code'], Sentence>;

export function policySentence(code: string, values: Values): string {
  const known = Object.entries(policyText).find(([key]) => key === code)?.[1];
  return known ? known(values) : `The approval rules have a problem: ${code}.`;
}
