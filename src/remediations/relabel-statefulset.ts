import { judgedShard } from '../evidence/shards.ts';
import { MANAGED_BY_OPERATOR } from '../evidence/targets.ts';
import type { Evidence, StatefulSetView } from '../evidence/types.ts';
import { valuePath } from './parts/chart-values.ts';
import { named } from './parts/operator.ts';
import { ownership, selfHeals } from './parts/ownership.ts';
import { type Definition, type Draft, rightsFor } from './parts/planned.ts';
import { check, isRefused, type Reason, refuse, unread } from './parts/refuse.ts';
import { patchesTarget, type TargetObject, targetObject, targetOwnership } from './parts/target-object.ts';
import { whatBecomesOfVolumes } from './parts/volumes.ts';
import type { ObjectRef } from './types.ts';

const MANAGED_BY = 'managed-by';
const OPERATOR_LABELS = 'operator.prometheus.io';
const MODE = `${OPERATOR_LABELS}/mode`;
const NAME = `${OPERATOR_LABELS}/name`;
const SHARD = `${OPERATOR_LABELS}/shard`;
const LABELS = [MANAGED_BY, MODE, NAME, SHARD] as const;
const pointer = (label: string) => `/metadata/labels/${label.replace('/', '~1')}`;

/** What the operator's informer selects StatefulSets by: its own label for all kinds, and three more for those that scrape. */
function wantedLabels(evidence: Evidence): Readonly<Record<string, string>> {
  const always = { [MANAGED_BY]: MANAGED_BY_OPERATOR };
  const { kind, name } = evidence.target;
  const shard = String(judgedShard(evidence));
  if (kind === 'Prometheus') return { ...always, [MODE]: 'server', [NAME]: name, [SHARD]: shard };
  if (kind === 'PrometheusAgent') return { ...always, [MODE]: 'agent', [NAME]: name, [SHARD]: shard };
  return always;
}

/** A StatefulSet that the operator made for the target and does not see. */
interface Invisible {
  readonly target: TargetObject;
  readonly view: StatefulSetView;
  readonly object: ObjectRef;
  readonly contentHash: string;
  /** Labels that are missing or differ. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Only a StatefulSet that is owned by this very resource is touched; one of the same name that somebody else made is not. */
export function invisibleStatefulSet(evidence: Evidence): Invisible | Reason {
  const target = targetObject(evidence);
  if (isRefused(target)) return target;
  const { statefulSet } = evidence;
  if (statefulSet.state === 'unread') return unread('the StatefulSet', statefulSet);
  if (statefulSet.state === 'absent') return refuse('object-gone');
  const { kind: workload, meta, contentHash } = statefulSet.value;
  if (workload === 'DaemonSet') return refuse('not-judged', { what: `DaemonSet ${meta.name}` });
  if (!meta.owners.some(({ uid }) => uid === target.object.uid))
    return refuse('not-owned', { object: `StatefulSet ${meta.name}` });
  if (meta.deleting !== undefined) return refuse('being-deleted', { object: `StatefulSet ${meta.name}` });
  if (contentHash === undefined) return refuse('not-judged', { what: `StatefulSet ${meta.name}` });
  const { namespace } = evidence.target;
  const labels = Object.fromEntries(
    Object.entries(wantedLabels(evidence)).filter(([label, value]) => meta.labels[label] !== value),
  );
  if (Object.keys(labels).length === 0) return refuse('label-is-right', { name: meta.name });
  const object: ObjectRef = { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace, name: meta.name, uid: meta.uid };
  return { target, view: statefulSet.value, object, contentHash, labels };
}

/** Labels of the custom resource that the operator copies over its own, so that it hides its StatefulSet from itself again and again. */
function hidingLabels(evidence: Evidence, { view }: TargetObject): readonly string[] {
  return Object.entries(wantedLabels(evidence))
    .filter(([label, value]) => (view.meta.labels[label] ?? value) !== value)
    .map(([label]) => label);
}

/**
 * Puts the labels back by which the operator finds the StatefulSet that it made. It sees the StatefulSet appear and goes on at once. A label
 * of the custom resource that would hide it again goes first.
 */
export const relabelStatefulSet: Definition = {
  id: 'relabel-statefulset',
  risk: 'low',
  writes: [
    { group: 'apps', resource: 'statefulsets', verb: 'patch', fields: LABELS.map(pointer) },
    ...patchesTarget(...LABELS.map(pointer)),
  ],
  deadlineSeconds: 240,
  draft(evidence) {
    const found = invisibleStatefulSet(evidence);
    if (isRefused(found)) return found;
    return draft(evidence, found);
  },
};

function draft(evidence: Evidence, { target, view, object, contentHash, labels }: Invisible): Draft {
  const hiding = hidingLabels(evidence, target);
  const own = Object.fromEntries(hiding.map((label) => [label, target.view.meta.labels[label] ?? null]));
  const gone = Object.fromEntries(hiding.map((label) => [label, null]));
  const before = Object.fromEntries(Object.keys(labels).map((label) => [label, view.meta.labels[label] ?? null]));
  const { kind, name } = evidence.target;
  const onTarget = { do: 'patch', object: target.object, contentHash: target.view.contentHash } as const;
  const onStatefulSet = { do: 'patch', object, contentHash } as const;
  return {
    steps: [
      ...(hiding.length > 0 ? [{ ...onTarget, patch: { metadata: { labels: gone } } }] : []),
      { ...onStatefulSet, patch: { metadata: { labels } } },
    ],
    diff: [
      ...hiding.map((label) => ({
        object: named(target.object),
        path: `metadata.labels[${label}]`,
        before: target.view.meta.labels[label] ?? null,
        after: null,
      })),
      ...Object.entries(labels).map(([label, value]) => ({
        object: named(object),
        path: `metadata.labels[${label}]`,
        before: view.meta.labels[label] ?? null,
        after: value,
      })),
    ],
    checks: [check('statefulset-is-ours', { name: object.name, owner: named(target.object) })],
    effects: [check('operator-sees-it', { name: object.name }), check('pending-changes-apply', { count: 1 })],
    manages: [{ kind, count: 1 }],
    untouched: [whatBecomesOfVolumes(evidence, 'untouched'), check('spec'), check('secrets'), check('git')],
    undo: {
      kind: 'steps',
      steps: [
        { ...onStatefulSet, contentHash: '', patch: { metadata: { labels: before } } },
        ...(hiding.length > 0 ? [{ ...onTarget, contentHash: '', patch: { metadata: { labels: own } } }] : []),
      ],
    },
    ownership: [
      ...(hiding.length > 0 ? [targetOwnership(evidence, target, 'corrects')] : []),
      ownership(
        evidence,
        named(object),
        'StatefulSet',
        view.meta,
        ({ application, row }) => row.status === 'OutOfSync' || !selfHeals(application),
      ),
    ],
    permanent:
      hiding.length > 0
        ? check('resource-label-at-its-source', {
            name,
            labels: hiding.join(', '),
            ...valuePath(kind, ['labels', hiding[0] ?? '']),
          })
        : check('who-took-the-label', { labels: Object.keys(labels).join(', ') }),
    rights: [
      ...(hiding.length > 0 ? rightsFor(target.object, target.resource) : []),
      ...rightsFor(object, 'statefulsets'),
    ],
  };
}
