import type { Values } from '../../diagnosis/types.ts';
import type { PolicyProblem } from '../../incidents/policy.ts';
import { valueText } from '../value-text.ts';

type Sentence = (values: Values) => string;

/** What is wrong with the approval rules, each with what to change in promfix.yaml. */
const policyText = {
  'no-rule': (v) =>
    `Nobody may approve repairs of ${valueText(v, 'risk')} risk. Add approvals.${valueText(v, 'risk')} to promfix.yaml if that is not intended.`,
  'cannot-be-met': (v) =>
    `${valueText(v, 'risk')} risk needs ${valueText(v, 'needed')} approvals; people listed: ${valueText(v, 'listed')}. List more in approvals.${valueText(v, 'risk')}.users.`,
  'requester-blocks': (v) =>
    `${valueText(v, 'risk')} risk cannot be approved when one of the approvers is the requester. List one more person in approvals.${valueText(v, 'risk')}.users.`,
  'groups-at-high-risk': () => 'High risk is approved by people listed by id: move approvals.high.groups to users.',
  'self-approval-above-low': (v) =>
    `Self-approval is for low risk only: set approvals.${valueText(v, 'risk')}.self to never.`,
  'everybody-may-approve': (v) =>
    `Everybody could approve ${valueText(v, 'risk')} risk, so an approval would mean nothing. Name fewer people or a smaller group in approvals.${valueText(v, 'risk')}.`,
} as const satisfies Record<PolicyProblem['code'], Sentence>;

export function policySentence(code: string, values: Values): string {
  const known = Object.entries(policyText).find(([key]) => key === code)?.[1];
  return known ? known(values) : `The approval rules have a problem: ${code}.`;
}
