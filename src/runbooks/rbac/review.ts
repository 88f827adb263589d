import type { Because } from '../../diagnosis/types.ts';
import type { AccessAnswer } from '../../evidence/types.ts';
import { because } from '../because.ts';

function rightName(one: Pick<AccessAnswer, 'verb' | 'group' | 'resource' | 'subresource'>): string {
  const resource = one.subresource ? `${one.resource}/${one.subresource}` : one.resource;
  return `${one.verb} ${resource}${one.group ? `.${one.group}` : ''}`;
}

export function deniedProof(one: AccessAnswer): Because {
  const scope = one.namespace ? `in namespace ${one.namespace}` : 'in all namespaces';
  return because('operators', `access review: ${rightName(one)} ${scope}`, {
    quote: one.reason ? `no: ${one.reason}` : 'no',
  });
}

/** All answers in one line, for what they exclude. */
export function reviewProof(answers: readonly AccessAnswer[]): Because {
  const refused = answers.filter((one) => !one.allowed).map(rightName);
  return because('operators', "access reviews of the operator's ServiceAccount", {
    quote:
      refused.length === 0
        ? `${answers.length} of ${answers.length} allowed`
        : `${answers.length - refused.length} of ${answers.length} allowed; refused: ${refused.join(', ')}`,
  });
}

/** The answers about one resource; `subresource` is compared, too. */
export function about(
  answers: readonly AccessAnswer[],
  resource: string,
  subresource?: string,
): readonly AccessAnswer[] {
  return answers.filter((one) => one.resource === resource && one.subresource === subresource);
}

export function denied(
  answers: readonly AccessAnswer[],
  verbs: readonly string[],
  resource: string,
  subresource?: string,
): readonly AccessAnswer[] {
  return about(answers, resource, subresource).filter((one) => !one.allowed && verbs.includes(one.verb));
}
