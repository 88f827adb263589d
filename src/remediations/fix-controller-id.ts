import { CONTROLLER_ID } from '../evidence/flags.ts';
import { valuePath } from './parts/chart-values.ts';
import { flag, named, responsibleOperator } from './parts/operator.ts';
import { type Definition, rightsFor } from './parts/planned.ts';
import { check, isRefused, refuse } from './parts/refuse.ts';
import { patchesTarget, targetObject, targetOwnership } from './parts/target-object.ts';

const FLAG = 'controller-id';

/**
 * Makes the annotation that says which operator is responsible fit the one that runs: the operator's own id, or none where it has none.
 * Medium risk: somebody wrote it. Refused where another operator has the id that stands there.
 */
export const fixControllerId: Definition = {
  id: 'fix-controller-id',
  risk: 'medium',
  writes: patchesTarget('/metadata/annotations/operator.prometheus.io~1controller-id'),
  deadlineSeconds: 240,
  draft(evidence) {
    const target = targetObject(evidence);
    if (isRefused(target)) return target;
    const operator = responsibleOperator(evidence);
    if (isRefused(operator)) return operator;
    const before = target.view.meta.annotations[CONTROLLER_ID] ?? null;
    const own = flag(operator.deployment.container.args, FLAG) || null;
    if ((before ?? '') === (own ?? '')) return refuse('controller-id-fits', { id: own ?? '' });
    const others = evidence.operators.state === 'read' ? evidence.operators.value.slice(1) : [];
    const claimant = others.find(({ deployment }) => (flag(deployment.container.args, FLAG) ?? '') === (before ?? ''));
    if (claimant)
      return refuse('another-operator-claims', { operator: claimant.deployment.meta.name, id: before ?? '' });

    const { object, view, resource } = target;
    const { kind, name } = evidence.target;
    const patchTo = (id: string | null) => ({ metadata: { annotations: { [CONTROLLER_ID]: id } } });
    return {
      steps: [{ do: 'patch', object, contentHash: view.contentHash, patch: patchTo(own) }],
      diff: [{ object: named(object), path: `metadata.annotations[${CONTROLLER_ID}]`, before, after: own }],
      checks: [check('operator-id', { operator: operator.deployment.meta.name, id: own ?? '' })],
      effects: [
        check('operator-takes-it', { name, operator: operator.deployment.meta.name }),
        check('blind-until-ready', { kind, name, minutes: 2 }),
      ],
      manages: [{ kind, count: 1 }],
      untouched: [check('spec'), check('secrets'), check('git')],
      undo: { kind: 'steps', steps: [{ do: 'patch', object, contentHash: '', patch: patchTo(before) }] },
      ownership: [targetOwnership(evidence, target, 'corrects')],
      permanent: check('controller-id-at-its-source', {
        name,
        ...valuePath(kind, ['annotations', CONTROLLER_ID]),
      }),
      rights: rightsFor(object, resource),
    };
  },
};
