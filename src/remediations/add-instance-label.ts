import { TARGETS } from '../evidence/targets.ts';
import { neededLabels } from '../parse/label-selector.ts';
import { valuePath } from './parts/chart-values.ts';
import { flag, named, responsibleOperator } from './parts/operator.ts';
import { type Definition, rightsFor } from './parts/planned.ts';
import { check, isRefused, refuse } from './parts/refuse.ts';
import { patchesTarget, targetObject, targetOwnership } from './parts/target-object.ts';

/**
 * Gives the custom resource the label by which the operator selects it. Only where the selector leaves no choice: it asks for one value of
 * a label that the resource does not have. A label with another value was set by somebody, maybe for another operator.
 */
export const addInstanceLabel: Definition = {
  id: 'add-instance-label',
  risk: 'medium',
  writes: patchesTarget('/metadata/labels/*'),
  deadlineSeconds: 240,
  draft(evidence) {
    const target = targetObject(evidence);
    if (isRefused(target)) return target;
    const operator = responsibleOperator(evidence);
    if (isRefused(operator)) return operator;
    const { object, view, resource } = target;
    const selector = flag(operator.deployment.container.args, TARGETS[evidence.target.kind].selectorFlag) ?? '';
    const labels = neededLabels(selector, view.meta.labels);
    if (labels === undefined) return refuse('selector-unclear', { selector });
    if (Object.keys(labels).length === 0) return refuse('selector-fits', { selector });

    const { kind, name } = evidence.target;
    const without = Object.fromEntries(Object.keys(labels).map((label) => [label, null]));
    return {
      steps: [{ do: 'patch', object, contentHash: view.contentHash, patch: { metadata: { labels } } }],
      diff: Object.entries(labels).map(([label, value]) => ({
        object: named(object),
        path: `metadata.labels[${label}]`,
        before: null,
        after: value,
      })),
      checks: [check('operator-selects', { operator: operator.deployment.meta.name, selector })],
      effects: [
        check('operator-takes-it', { name, operator: operator.deployment.meta.name }),
        check('blind-until-ready', { kind, name, minutes: 2 }),
      ],
      manages: [{ kind, count: 1 }],
      untouched: [check('spec'), check('secrets'), check('git')],
      undo: {
        kind: 'steps',
        steps: [{ do: 'patch', object, contentHash: '', patch: { metadata: { labels: without } } }],
      },
      ownership: [targetOwnership(evidence, target, 'adds')],
      permanent: check('instance-label-at-its-source', {
        name,
        labels: Object.entries(labels)
          .map(([label, value]) => `${label}: ${value}`)
          .join(', '),
        ...valuePath(kind, ['labels', Object.keys(labels)[0] ?? '']),
      }),
      rights: rightsFor(object, resource),
    };
  },
};
