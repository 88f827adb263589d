import { REFRESH_FIELD } from '../../remediations/argocd/refresh-annotation.ts';
import { groupOf } from '../../remediations/parts/object-ref.ts';
import type { DeclaredWrite, ObjectRef, Step, StepOf } from '../../remediations/types.ts';
import { isWithin, patchedFields } from './fields.ts';
import { resourceOf } from './objects.ts';
import { patchOf } from './requests.ts';
import { fieldsOf, isResolved } from './resolve.ts';

/** The first field (or the deletion) that the remediation has not declared: such a step is not sent. */
export function undeclared(step: Step, time: string, writes: readonly DeclaredWrite[]): string | undefined {
  const { object } = step;
  if (resourceOf(object) === undefined) return object.kind;
  if (step.do === 'delete') return unlisted(object, writes, 'delete');
  if (step.do === 'recreate') return undeclaredRecreate(step, writes);
  const declared = declaredFields(object, writes);
  const fields = isResolved(step) ? fieldsOf(step) : patchedFields(patchOf(step, time));
  return fields.find((field) => !declared.some((one) => isWithin(field, one)));
}

/** Kinds of which promfix keeps no copy, whatever is declared. */
const NEVER_COPIED = ['Secret', 'ConfigMap'];

function undeclaredRecreate(
  { object, refresh }: StepOf<'recreate'>,
  writes: readonly DeclaredWrite[],
): string | undefined {
  if (NEVER_COPIED.includes(object.kind)) return `${object.kind} (copy)`;
  const isRefreshDeclared =
    refresh === undefined ||
    writes.some(
      ({ resource, verb, fields }) => resource === 'applications' && verb === 'patch' && fields.includes(REFRESH_FIELD),
    );
  return (
    unlisted(object, writes, 'delete') ??
    unlisted(object, writes, 'create') ??
    (isRefreshDeclared ? undefined : REFRESH_FIELD)
  );
}

/** The whole object, where deleting or creating it is not declared. */
function unlisted(object: ObjectRef, writes: readonly DeclaredWrite[], verb: 'delete' | 'create'): string | undefined {
  return declaredFields(object, writes, verb).length > 0 ? undefined : `${object.kind} (${verb})`;
}

/** What a remediation may change of an object. */
export function declaredFields(
  object: ObjectRef,
  writes: readonly DeclaredWrite[],
  verb: DeclaredWrite['verb'] = 'patch',
): readonly string[] {
  return writes
    .filter((one) => one.verb === verb && one.group === groupOf(object) && one.resource === resourceOf(object))
    .flatMap((one) => one.fields);
}
