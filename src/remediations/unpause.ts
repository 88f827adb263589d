import { valuePath } from './parts/chart-values.ts';
import { named } from './parts/operator.ts';
import { type Definition, rightsFor } from './parts/planned.ts';
import { check, isRefused, refuse } from './parts/refuse.ts';
import { patchesTarget, targetObject, targetOwnership } from './parts/target-object.ts';

/** Takes `spec.paused` off the custom resource. Medium risk: somebody set it, and what was held back is carried out at once. */
export const unpause: Definition = {
  id: 'unpause',
  risk: 'medium',
  writes: patchesTarget('/spec/paused'),
  deadlineSeconds: 300,
  draft(evidence) {
    const { target } = evidence;
    const found = targetObject(evidence);
    if (isRefused(found)) return found;
    const { object, view, resource } = found;
    if (view.spec['paused'] !== true) return refuse('not-paused', { name: target.name });

    return {
      steps: [{ do: 'patch', object, contentHash: view.contentHash, patch: { spec: { paused: false } } }],
      diff: [{ object: named(object), path: 'spec.paused', before: 'true', after: 'false' }],
      checks: [check('is-paused', { name: target.name })],
      effects: [
        check('pending-changes-apply', { count: 1 }),
        check('blind-until-ready', { kind: target.kind, name: target.name, minutes: 2 }),
      ],
      manages: [{ kind: target.kind, count: 1 }],
      untouched: [check('secrets'), check('git')],
      undo: { kind: 'steps', steps: [{ do: 'patch', object, contentHash: '', patch: { spec: { paused: true } } }] },
      ownership: [targetOwnership(evidence, found, 'corrects')],
      permanent: check('paused-at-its-source', valuePath(target.kind, ['spec', 'paused'])),
      rights: rightsFor(object, resource),
    };
  },
};
