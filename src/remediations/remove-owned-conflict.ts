import type { CauseSlug } from '../diagnosis/causes.ts';
import type { Diagnosis } from '../diagnosis/types.ts';
import type { Evidence, OwnedObject } from '../evidence/types.ts';
import { NUDGE_FIELD, nudged } from './nudge.ts';
import { named } from './parts/operator.ts';
import { type Definition, rightsFor } from './parts/planned.ts';
import { check, isRefused, type Reason, refuse, unread } from './parts/refuse.ts';
import { OWNED, patchesTarget, type TargetObject, targetObject, targetOwnership } from './parts/target-object.ts';
import type { ObjectRef } from './types.ts';

/** An object in the operator's way that the custom resource itself owns. */
interface Conflict {
  readonly object: ObjectRef;
  readonly hash: string;
  readonly created: string;
}

/** Which kinds a cause can be about; anything else is never deleted. */
const KINDS: Partial<Record<CauseSlug, OwnedObject['kind']>> = {
  'rules-configmap-taken': 'ConfigMap',
  'owned-secret-immutable': 'Secret',
};
const RESOURCES = { ConfigMap: 'configmaps', Secret: 'secrets' } as const;

/** The object that the operator's message names: `ConfigMap "x"`, `Secret "x" is invalid`. */
function nameIn(message: string, kind: OwnedObject['kind']): string | undefined {
  return new RegExp(`\\b${kind}s? ["']([^"']{1,253})["']`, 'i').exec(message)?.[1];
}

/** The object of this resource that its cause is about; or why it is not to be deleted. */
export function conflictOf(
  evidence: Evidence,
  { rootCause }: Diagnosis,
  cause: CauseSlug,
  target: TargetObject,
): Conflict | Reason {
  const { owned } = evidence;
  const kind = KINDS[cause];
  const name = kind && nameIn(String(rootCause?.values['message'] ?? ''), kind);
  if (kind === undefined || name === undefined) return refuse('not-judged', { what: cause });
  if (owned.state === 'unread') return unread(`${kind} ${name}`, owned);
  const one = owned.state === 'read' ? owned.value.find((made) => made.kind === kind && made.name === name) : undefined;
  // A name that the operator would never give: none of its own objects is meant.
  if (!one) return refuse('not-owned', { object: `${kind} ${name}` });
  if (one.object.state === 'unread') return unread(`${kind} ${name}`, one.object);
  if (one.object.state === 'absent') return refuse('object-gone');
  const { uid, owners, finalizers, deleting, created } = one.object.value;
  if (!owners.some((owner) => owner.uid === target.object.uid))
    return refuse('not-owned', { object: `${kind} ${name}` });
  if (deleting !== undefined) return refuse('being-deleted', { object: `${kind} ${name}` });
  if (finalizers.length > 0)
    return refuse('held-by-finalizer', { object: `${kind} ${name}`, finalizers: finalizers.join(', ') });
  if (one.hash === undefined) return refuse('not-judged', { what: `${kind} ${name}` });
  const { namespace } = evidence.target;
  return { object: { apiVersion: 'v1', kind, namespace, name, uid }, hash: one.hash, created };
}

/**
 * Deletes an object that the operator made for this resource and can neither find nor change any more; it makes it anew in the next sync.
 * An object that somebody else made is never deleted.
 */
export const removeOwnedConflict: Definition = {
  id: 'remove-owned-conflict',
  risk: 'medium',
  writes: [
    ...Object.values(RESOURCES).map((resource) => ({
      group: '',
      resource,
      verb: 'delete' as const,
      fields: [''],
      limits: OWNED,
    })),
    ...patchesTarget(NUDGE_FIELD),
  ],
  deadlineSeconds: 240,
  draft(evidence, diagnosis, cause) {
    const target = targetObject(evidence);
    if (isRefused(target)) return target;
    const conflict = conflictOf(evidence, diagnosis, cause, target);
    if (isRefused(conflict)) return conflict;
    const { object, hash, created } = conflict;
    const { step, line } = nudged(target);
    const owner = target.object.uid ?? '';
    const resource = object.kind === 'Secret' ? RESOURCES.Secret : RESOURCES.ConfigMap;
    const { kind, name } = evidence.target;
    return {
      steps: [{ do: 'delete', object, contentHash: hash, propagation: 'Background', owner }, step],
      diff: [{ object: named(object), path: 'the whole object', before: `made ${created}`, after: null }, line],
      checks: [check('object-is-ours', { object: named(object), owner: named(target.object) })],
      effects: [
        check('made-anew', { object: named(object) }),
        check('pending-changes-apply', { count: 1 }),
        check('blind-until-ready', { kind, name, minutes: 2 }),
      ],
      manages: [{ kind, count: 1 }],
      untouched: [check('workloads'), check('spec'), check('git')],
      undo: { kind: 'none', because: check('operator-makes-it-anew', { object: named(object) }) },
      ownership: [targetOwnership(evidence, target, 'adds')],
      permanent: check('who-changed-the-object', { object: named(object) }),
      rights: [...rightsFor(object, resource, 'delete'), ...rightsFor(target.object, target.resource)],
    };
  },
};
