import { namespaceScope } from '../../evidence/flags.ts';
import { resourceName } from '../../evidence/rights.ts';
import { MONITORING, TARGETS } from '../../evidence/targets.ts';
import type { AccessAnswer, OperatorView, TargetKind } from '../../evidence/types.ts';

/** A right that the operator's own ServiceAccount must have. */
interface OperatorRight {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
}

/**
 * What the operator asks for at its start, or waits for without end: without the first group it leaves a kind alone until its next start,
 * without the lists its caches never fill. `patch` on the status is what it writes back with.
 */
export function startUpRights(kind: TargetKind, args: readonly string[]): readonly OperatorRight[] {
  const { plural, siblings, lists } = TARGETS[kind];
  const monitoring = (verb: string, resource: string, subresource?: string): OperatorRight => ({
    verb,
    group: MONITORING,
    resource,
    ...(subresource !== undefined && { subresource }),
  });
  return [
    ...['get', 'list', 'watch'].map((verb) => monitoring(verb, plural)),
    ...['update', 'patch'].map((verb) => monitoring(verb, plural, 'status')),
    // With a list of namespaces the operator does without: it polls them.
    ...(namespaceScope(args, kind).allowed
      ? []
      : ['list', 'watch'].map((verb) => ({ verb, group: '', resource: 'namespaces' }))),
    ...siblings.map((sibling) => monitoring('list', sibling.plural)),
    ...lists.map((one) => ({ verb: 'list', group: one.group, resource: one.plural })),
  ];
}

export interface MissingRight {
  readonly right: OperatorRight;
  /** Else it was not asked about. */
  readonly denied: boolean;
  /** Where it is denied, unless in the whole cluster. */
  readonly namespace?: string;
}

function answersFor(right: OperatorRight, answers: readonly AccessAnswer[]): readonly AccessAnswer[] {
  return answers.filter(
    (answer) =>
      answer.verb === right.verb && answer.group === right.group && resourceName(answer) === resourceName(right),
  );
}

/**
 * The first right that is denied or was not asked about. Each answer for it has to be yes: an operator with a list of namespaces needs it in
 * every one of them.
 */
export function firstMissing(
  rights: readonly OperatorRight[],
  answers: readonly AccessAnswer[],
): MissingRight | undefined {
  for (const right of rights) {
    const given = answersFor(right, answers);
    const denied = given.find((answer) => !answer.allowed);
    if (denied) return { right, denied: true, ...(denied.namespace !== undefined && { namespace: denied.namespace }) };
    if (given.length === 0) return { right, denied: false };
  }
  return undefined;
}

/** `system:serviceaccount:monitoring:prometheus-operator` */
export function accountOf({ deployment }: OperatorView): string {
  return `system:serviceaccount:${deployment.meta.namespace ?? ''}:${deployment.serviceAccount}`;
}
