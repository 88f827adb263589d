import { at, type Json, string } from '../../evidence/json.ts';
import { isProtected } from '../../remediations/parts/object-ref.ts';
import type { Expected, Step, StepOf } from '../../remediations/types.ts';
import { unfitApplication } from './chart-version.ts';
import { atPointer } from './fields.ts';
import { unfitRights } from './rights-guard.ts';

type UnfitCode =
  | 'deployment-paused'
  | 'object-changed'
  | 'being-deleted'
  | 'not-owned'
  | 'protected-namespace'
  | 'held-by-finalizer'
  | 'application-hydrated'
  | 'operation-in-progress'
  | 'not-as-expected'
  | NonNullable<ReturnType<typeof unfitRights>>;

/** Whether the object read just before the write still is one that the step makes sense on; a code of a refusal if not. */
export function unfit(step: Step, object: Json): UnfitCode | undefined {
  if (step.do === 'delete') return undeletable(step, object);
  if (step.do === 'recreate') return unrecreatable(step, object);
  if (step.do === 'set-chart-version') return unfitApplication(step, object);
  if (step.do === 'restart' && at(object, 'spec', 'paused') === true) return 'deployment-paused';
  if (step.do === 'scale' && at(object, 'spec', 'replicas') !== step.from) return 'object-changed';
  if (step.do === 'patch' && at(object, 'metadata', 'deletionTimestamp') !== undefined) return 'being-deleted';
  if (step.do === 'patch' && !isAsExpected(step.expects, object)) return 'not-as-expected';
  if (step.do === 'patch') return unfitRights(step, object);
  return undefined;
}

/** Whether each of these fields has one of its values. */
export function isAsExpected(expected: readonly Expected[] | undefined, object: Json): boolean {
  return (expected ?? []).every(({ path, is }) => {
    const found = atPointer(object, path) ?? null;
    return is === 'present' ? found !== null : is.some((one) => one === found);
  });
}

function undeletable({ object: ref, owner }: StepOf<'delete'>, object: Json): ReturnType<typeof unfit> {
  if (isProtected(ref)) return 'protected-namespace';
  return isOwnedBy(owner, object) ? undefined : 'not-owned';
}

/** Whether an object names this uid among its owners. */
export function isOwnedBy(uid: string | undefined, object: unknown): boolean {
  const owners = at(object, 'metadata', 'ownerReferences');
  return Array.isArray(owners) && owners.some((one) => string(one, 'uid') === uid);
}

function unrecreatable({ object: ref }: StepOf<'recreate'>, object: Json): ReturnType<typeof unfit> {
  if (isProtected(ref)) return 'protected-namespace';
  const finalizers = at(object, 'metadata', 'finalizers');
  return Array.isArray(finalizers) && finalizers.length > 0 ? 'held-by-finalizer' : undefined;
}
