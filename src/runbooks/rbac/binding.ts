import type { Values } from '../../diagnosis/types.ts';
import { TARGETS } from '../../evidence/targets.ts';
import type { AccessAnswer, BindingView, Evidence } from '../../evidence/types.ts';
import { because, readValue } from '../because.ts';
import { responsible } from '../operator-story.ts';
import type { Coded } from '../types.ts';
import { about, reviewProof } from './review.ts';

export const BINDING_CODES = ['binding-missing', 'binding-wrong-subject'] as const;
type Found = Coded<(typeof BINDING_CODES)[number]>;
interface Account {
  readonly name: string;
  readonly namespace: string;
}
type Seen = Pick<Evidence, 'target' | 'operators'>;

/**
 * No right at all: the binding is gone or names another ServiceAccount. Current rights tell what holds now; a controller that was
 * switched off at start stays off after the binding is right again.
 */
export function judgeBinding(seen: Seen, answers: readonly AccessAnswer[]): Found | undefined {
  const operator = responsible(seen);
  if (!operator || answers.length === 0) return undefined;
  const { plural } = TARGETS[seen.target.kind];
  const own = about(answers, plural);
  const refused = answers.filter((one) => !one.allowed);
  if (own.length === 0 || own.some((one) => one.allowed) || refused.length < answers.length * 0.8) return undefined;
  const bindings = readValue(operator.bindings);
  const account = { name: operator.deployment.serviceAccount, namespace: operator.deployment.meta.namespace ?? '' };
  const values = { serviceAccount: account.name, namespace: account.namespace };
  const meant = bindings?.find((one) => misses(one, account));
  const proof = [reviewProof(answers)];
  if (meant) {
    const subjects =
      meant.subjects.map((one) => `${one.kind} ${one.namespace ? `${one.namespace}/` : ''}${one.name}`).join(', ') ||
      'none';
    return {
      kind: 'cause',
      cause: 'crb-wrong-subject',
      code: 'binding-wrong-subject',
      certainty: 'proven',
      values: { ...values, binding: `${meant.kind}/${meant.meta.name}`, subjects, ...correction(meant, account) },
      because: [because('operators', `${meant.kind}/${meant.meta.name}: subjects`, { quote: subjects }), ...proof],
    };
  }
  const read = bindings !== undefined;
  return {
    kind: 'cause',
    cause: 'crb-wrong-subject',
    code: 'binding-missing',
    certainty: read ? 'proven' : 'likely',
    values,
    because: [
      ...proof,
      ...(read
        ? [
            because('operators', 'bindings of the ServiceAccount', {
              quote: bindings.length === 0 ? 'none' : bindings.map((one) => one.meta.name).join(', '),
            }),
          ]
        : []),
    ],
  };
}

/** As a JSON patch that replaces the wrong subject, where one subject is the wrong one beyond doubt; it fails on a binding that has changed. */
function correction(binding: BindingView, account: Account): Values {
  const wrong = binding.subjects.length === 1 ? 0 : binding.subjects.findIndex((one) => one.name === account.name);
  const subject = binding.subjects[wrong];
  if (binding.kind !== 'ClusterRoleBinding' || !subject) return { wrongSubjectStays: true };
  const path = `/subjects/${wrong}`;
  return {
    subjectsPatch: JSON.stringify([
      { op: 'test', path: `${path}/name`, value: subject.name },
      { op: 'replace', path, value: { kind: 'ServiceAccount', ...account } },
    ]),
  };
}

/** A binding that looks meant for this ServiceAccount (same name elsewhere, or another name in the same namespace) and does not name it. */
function misses(binding: BindingView, account: Account): boolean {
  const named = binding.subjects.some(
    (one) => one.kind === 'ServiceAccount' && one.name === account.name && one.namespace === account.namespace,
  );
  if (named) return false;
  return (
    binding.role.name === account.name ||
    binding.meta.name === account.name ||
    binding.subjects.some((one) => one.name === account.name)
  );
}
