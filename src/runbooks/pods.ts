import { because, notChecked, readValue } from './because.ts';
import { judgeNoPods, NO_PODS_CODES } from './pods/no-pods.ts';
import { judgePod, POD_CODES } from './pods/pod.ts';
import { judgeRollout, ROLLOUT_CODES } from './pods/rollout.ts';
import { ownedByTarget } from './statefulset/sync-fault.ts';
import { type Coded, defineRunbook, type Seen } from './types.ts';

const CODES = [
  ...NO_PODS_CODES,
  ...POD_CODES,
  ...ROLLOUT_CODES,
  'not-read',
  'no-node-wants-a-pod',
  'pods-ready',
  'scaled-to-zero',
  'some-pods-ready',
] as const;
const READS = [
  'resource',
  'statefulSet',
  'pods',
  'claims',
  'events',
  'quotas',
  'limitRanges',
  'storageClasses',
  'namespace',
] as const;
type Evidence = Seen<(typeof READS)[number]>;
type Found = Coded<(typeof CODES)[number]>;

/** The part of the path that is no longer the operator's: does the StatefulSet get its pods, and do they become ready. */
export const pods = defineRunbook({
  id: 'pods',
  reads: READS,
  codes: CODES,
  judge: (evidence) => [
    ...judgeStatefulSet(evidence),
    ...notChecked('not-read', 'pods', evidence.pods),
    ...eventsNotRead(evidence),
  ],
});

function judgeStatefulSet(evidence: Evidence): readonly Found[] {
  const statefulSet = readValue(evidence.statefulSet);
  // Somebody else's StatefulSet, or one that is going away, says nothing about the target's pods.
  if (!statefulSet || statefulSet.meta.deleting || ownedByTarget(evidence) === false) return [];
  const wanted = statefulSet.replicas ?? 1;
  if (wanted === 0 && statefulSet.kind === 'DaemonSet') return [noNode(statefulSet.meta.name)];
  if (wanted === 0) {
    return [
      {
        kind: 'observation',
        code: 'scaled-to-zero',
        certainty: 'proven',
        values: { statefulSet: statefulSet.meta.name },
        because: [because('statefulSet', 'spec.replicas', { quote: '0' })],
      },
    ];
  }
  const all = readValue(evidence.pods);
  if (!all) return [];
  const own = all.filter(
    (pod) => pod.meta.owners.length === 0 || pod.meta.owners.some((owner) => owner.uid === statefulSet.meta.uid),
  );
  if (own.length === 0) return judgeNoPods(evidence, statefulSet);
  const notReady = own.filter((pod) => pod.meta.deleting === undefined && !isReady(pod.conditions));
  // Of a DaemonSet's pods only the newest are kept.
  const ready =
    statefulSet.kind === 'DaemonSet' ? (statefulSet.status.readyReplicas ?? 0) : own.length - notReady.length;
  if (notReady.length === 0) {
    return [
      {
        kind: 'observation',
        code: 'pods-ready',
        certainty: 'proven',
        values: { ready, wanted },
        because: own.map((pod) => because('pods', `${pod.meta.name}: condition Ready`, { quote: 'True' })),
      },
      ...judgeRollout(statefulSet, own, []),
    ];
  }
  const judged = notReady.map((pod) => ({ pod, findings: judgePod(evidence, pod) }));
  const found = judged.flatMap(({ findings }) => findings);
  const failing = judged.flatMap(({ pod, findings }) => (findings.some(isProvenCause) ? pod : []));
  const some: readonly Found[] =
    ready > 0
      ? [
          {
            kind: 'observation',
            code: 'some-pods-ready',
            certainty: 'proven',
            values: { ready, wanted },
            because: notReady.map((pod) => because('pods', `${pod.meta.name}: condition Ready`, { quote: 'not True' })),
          },
        ]
      : [];
  return [...some, ...found, ...judgeRollout(statefulSet, own, failing)];
}

const isProvenCause = (one: Found): boolean => one.kind === 'cause' && one.certainty === 'proven';

/** A DaemonSet that no node wants. */
function noNode(name: string): Found {
  return {
    kind: 'cause',
    cause: 'unschedulable',
    code: 'no-node-wants-a-pod',
    certainty: 'proven',
    values: { statefulSet: name, pod: '' },
    because: [because('statefulSet', 'status.desiredNumberScheduled', { quote: '0' })],
  };
}

function isReady(conditions: readonly { readonly type: string; readonly status: string }[]): boolean {
  return conditions.some((one) => one.type === 'Ready' && one.status === 'True');
}

/** Events matter only where a StatefulSet has no ready pods. */
function eventsNotRead(evidence: Evidence): readonly Found[] {
  const statefulSet = readValue(evidence.statefulSet);
  if (!statefulSet || (statefulSet.status.readyReplicas ?? 0) > 0) return [];
  return [...notChecked('not-read', 'events', evidence.events), ...notChecked('not-read', 'claims', evidence.claims)];
}
