import { NUDGE_FIELD, nudged } from './nudge.ts';
import { named } from './parts/operator.ts';
import { type Definition, rightsFor } from './parts/planned.ts';
import { check, isRefused, refuse } from './parts/refuse.ts';
import { OWNED, patchesTarget, targetOwnership } from './parts/target-object.ts';
import { whatBecomesOfVolumes } from './parts/volumes.ts';
import { invisibleStatefulSet } from './relabel-statefulset.ts';

/**
 * The other way to a StatefulSet that the operator sees: deletes the one that it does not see, leaves its pods and claims behind, and lets
 * the operator make a new one, which adopts them. For where something keeps taking the label away.
 */
export const orphanDeleteStatefulSet: Definition = {
  id: 'orphan-delete-statefulset',
  risk: 'high',
  writes: [
    { group: 'apps', resource: 'statefulsets', verb: 'delete', fields: [''], limits: OWNED },
    ...patchesTarget(NUDGE_FIELD),
  ],
  deadlineSeconds: 300,
  draft(evidence) {
    const found = invisibleStatefulSet(evidence);
    if (isRefused(found)) return found;
    const { target, view, object, contentHash } = found;
    if (view.meta.finalizers.length > 0)
      return refuse('held-by-finalizer', { object: named(object), finalizers: view.meta.finalizers.join(', ') });
    const { step, line } = nudged(target);
    const { kind } = evidence.target;
    return {
      steps: [{ do: 'delete', object, contentHash, propagation: 'Orphan', owner: target.object.uid ?? '' }, step],
      diff: [
        {
          object: named(object),
          path: 'the object without its pods',
          before: `made ${view.meta.created}`,
          after: null,
        },
        line,
      ],
      checks: [check('statefulset-is-ours', { name: object.name, owner: named(target.object) })],
      effects: [check('pods-are-adopted', { name: object.name }), check('pending-changes-apply', { count: 1 })],
      manages: [{ kind, count: 1 }],
      untouched: [
        check('pods'),
        whatBecomesOfVolumes(evidence, 'orphaned'),
        check('spec'),
        check('secrets'),
        check('git'),
      ],
      undo: { kind: 'none', because: check('operator-makes-it-anew', { object: named(object) }) },
      ownership: [targetOwnership(evidence, target, 'adds')],
      permanent: check('who-took-the-label', { labels: Object.keys(found.labels).join(', ') }),
      rights: [...rightsFor(object, 'statefulsets', 'delete'), ...rightsFor(target.object, target.resource)],
    };
  },
};
