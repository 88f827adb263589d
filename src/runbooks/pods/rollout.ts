import type { PodView, StatefulSetView } from '../../evidence/types.ts';
import { because } from '../because.ts';
import type { Coded } from '../types.ts';

export const ROLLOUT_CODES = ['rollout-stuck', 'rollout-under-way', 'rollout-waits'] as const;
type RolloutCode = (typeof ROLLOUT_CODES)[number];

const REVISION = 'controller-revision-hash';

/**
 * A change that has not reached all pods yet. It never reaches a pod that fails where the controller waits for that very pod: with
 * `OrderedReady` until it is ready, with `OnDelete` until somebody deletes it. `failing`: pods with a proven fault.
 */
export function judgeRollout(
  statefulSet: StatefulSetView,
  pods: readonly PodView[],
  failing: readonly PodView[],
): readonly Coded<RolloutCode>[] {
  const { meta, status, updates, podManagement } = statefulSet;
  const { updateRevision } = status;
  // Before the controller has looked at the newest spec its revision is not known.
  if (updateRevision === undefined || status.observedGeneration !== meta.generation) return [];
  const old = pods.filter((pod) => (pod.meta.labels[REVISION] ?? updateRevision) !== updateRevision);
  if (old.length === 0) return [];
  const values = { statefulSet: meta.name, updated: pods.length - old.length, pods: pods.length };
  const proof = [
    because('statefulSet', 'status.updateRevision', { quote: updateRevision }),
    ...old.map((pod) => because('pods', `${pod.meta.name}: label ${REVISION}`, { quote: pod.meta.labels[REVISION] })),
  ];
  const waits = updates === 'OnDelete' || podManagement === 'OrderedReady';
  const held = waits ? failing.filter((pod) => old.includes(pod)) : [];
  const [first] = held;
  if (first !== undefined)
    return [
      {
        kind: 'cause',
        cause: 'rollout-stuck',
        code: 'rollout-stuck',
        certainty: 'proven',
        values: { ...values, pod: first.meta.name, why: updates === 'OnDelete' ? updates : 'OrderedReady' },
        because: proof,
      },
    ];
  const code = updates === 'OnDelete' ? 'rollout-waits' : 'rollout-under-way';
  return [{ kind: 'observation', code, certainty: 'proven', values, because: proof }];
}
