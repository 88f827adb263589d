import { blockerGone } from './parts/blockers.ts';
import { NUDGE } from './parts/nudge-annotation.ts';
import { named } from './parts/operator.ts';
import { type Definition, rightsFor } from './parts/planned.ts';
import { check, isRefused } from './parts/refuse.ts';
import { patchesTarget, type TargetObject, targetObject, targetOwnership } from './parts/target-object.ts';
import type { DiffLine, Step } from './types.ts';

export const NUDGE_FIELD = '/metadata/annotations/promfix.io~1nudge';

/** The step that makes the operator try again, and its line in the diff. */
export function nudged({ object, view }: TargetObject): { readonly step: Step; readonly line: DiffLine } {
  return {
    step: { do: 'nudge', object, contentHash: view.contentHash },
    line: { object: named(object), path: `metadata.annotations[${NUDGE}]`, before: null, after: '<time of the nudge>' },
  };
}

/**
 * Makes the operator try again now. After a failed sync it waits longer and longer, up to a quarter of an hour, and it does not see that what
 * was in its way is gone. Offered only when the evidence shows that.
 */
export const nudge: Definition = {
  id: 'nudge',
  risk: 'low',
  writes: patchesTarget(NUDGE_FIELD),
  deadlineSeconds: 240,
  draft(evidence, diagnosis, cause) {
    const target = targetObject(evidence);
    if (isRefused(target)) return target;
    const gone = blockerGone(evidence, diagnosis, cause);
    if (isRefused(gone)) return gone;
    const { step, line } = nudged(target);
    const { kind, namespace, name } = evidence.target;
    return {
      steps: [step],
      diff: [line],
      checks: [gone],
      effects: [
        check('operator-tries-again', { name }),
        check('pending-changes-apply', { count: 1 }),
        check('blind-until-ready', { kind, name, minutes: 2 }),
      ],
      manages: [{ kind, count: 1 }],
      untouched: [check('spec'), check('secrets'), check('git')],
      undo: { kind: 'none', because: check('nudge-needs-none') },
      ownership: [targetOwnership(evidence, target, 'adds')],
      permanent: cause === 'sts-gone-unseen' ? check('name-of-its-own', { namespace }) : check('keep-what-was-mended'),
      rights: rightsFor(target.object, target.resource),
    };
  },
};
