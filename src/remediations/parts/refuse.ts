import type { Values } from '../../diagnosis/types.ts';
import type { Read, Right } from '../../evidence/types.ts';
import type { CheckCode, EffectCode, NoUndoCode, PermanentCode, RefusalCode, UntouchedCode } from '../codes.ts';
import type { Check, Plan, Refusal } from '../types.ts';

/** A refusal whose remediation is filled in by the registry. */
export type Reason = Omit<Refusal, 'remediation'>;

export function refuse(code: RefusalCode, values: Values = {}, needs?: Right): Reason {
  return { refused: true, code, values, ...(needs && { needs }) };
}

export function isRefused(answer: object): answer is { readonly refused: true } {
  return 'refused' in answer;
}

/** Type guard for what a remediation answers. */
export function isPlan(answer: Plan | Refusal): answer is Plan {
  return !isRefused(answer);
}

/** A fact with its sentence's code. */
export function check(
  code: CheckCode | EffectCode | UntouchedCode | NoUndoCode | PermanentCode,
  values: Values = {},
): Check {
  return { code, values };
}

/**
 * What was not read is never guessed: the repair is refused with the right that is missing. `what` names it for people
 * (`quotas of monitoring`).
 */
export function unread(what: string, read: Extract<Read<unknown>, { state: 'unread' }>): Reason {
  return refuse('not-checked', { what, because: read.because }, read.needs);
}

/** A right as the values of a sentence. */
export function rightValues({ verb, group, resource, namespace, name }: Right): Values {
  return {
    verb,
    group,
    resource,
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
  };
}
