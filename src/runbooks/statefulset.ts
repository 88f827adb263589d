import type { Finding } from '../diagnosis/types.ts';
import { because, notChecked, readValue } from './because.ts';
import { GONE_CODES, judgeGone } from './statefulset/gone.ts';
import { judgeProgress, PROGRESS_CODES } from './statefulset/progress.ts';
import { judgeShards, SHARD_CODES, shardsNotRead } from './statefulset/shards.ts';
import { judgeStatus, STATUS_CODES } from './statefulset/status.ts';
import { currentErrors, readTargetLog, type TargetLog } from './statefulset/sync-errors.ts';
import { judgeHidden, judgeSyncError, ownedByTarget, SYNC_FAULT_CODES } from './statefulset/sync-fault.ts';
import { judgeWorker, WORKER_CODES } from './statefulset/worker.ts';
import { type Coded, defineRunbook, type Seen } from './types.ts';

const CODES = [
  ...SYNC_FAULT_CODES,
  ...STATUS_CODES,
  ...PROGRESS_CODES,
  ...WORKER_CODES,
  ...GONE_CODES,
  ...SHARD_CODES,
  'not-read',
  'other-resources-fail',
  'replacing-statefulset',
  'statefulset-foreign-unseen',
  'statefulset-terminating',
  'sync-errors',
] as const;
type Code = (typeof CODES)[number];

const READS = [
  'resource',
  'statefulSet',
  'shards',
  'owned',
  'pods',
  'operators',
  'crds',
  'quotas',
  'storageClasses',
  'webhooks',
  'namespace',
  'pasted',
] as const;
type Evidence = Seen<(typeof READS)[number]>;

/** Step 3 of the incident's next steps: did the operator make the StatefulSet, how far did it get, and what stopped it. */
export const statefulset = defineRunbook({
  id: 'statefulset',
  step: 3,
  reads: READS,
  codes: CODES,
  judge: (evidence) => {
    const log = readTargetLog(evidence);
    return [
      ...judgeProgress(evidence),
      ...judgeShards(evidence),
      ...judgeSync(evidence, log),
      ...judgeTerminating(evidence),
      ...judgeGone(evidence, log),
      ...judgeForeign(evidence, log),
      ...judgeWorker(evidence, log),
      ...judgeStatus(evidence, log),
      ...judgeOthers(log),
      ...notChecked('not-read', 'resource', evidence.resource),
      ...notChecked('not-read', 'statefulSet', evidence.statefulSet),
      ...shardsNotRead(evidence),
      ...notChecked('not-read', 'owned', evidence.owned),
    ];
  },
});

function judgeSync(evidence: Evidence, log: TargetLog): readonly Coded<Code>[] {
  const errors = currentErrors(evidence, log);
  const last = errors.at(-1);
  if (!last) {
    const hidden = judgeHidden(evidence);
    return hidden ? [hidden] : [];
  }
  const seen = new Set<string>();
  const causes = errors.flatMap((error) => {
    const fault = judgeSyncError(error, evidence);
    if (fault?.kind !== 'cause' || seen.has(fault.cause)) return [];
    seen.add(fault.cause);
    return [fault];
  });
  return [
    ...causes,
    {
      kind: 'observation',
      code: 'sync-errors',
      certainty: 'proven',
      values: { count: Math.max(log.syncErrors.length, 1), message: last.message },
      because: [last.because],
    },
  ];
}

/** The operator deletes a StatefulSet to make it anew, and the old one stays. */
function judgeTerminating(evidence: Evidence): readonly Coded<Code>[] {
  const statefulSet = readValue(evidence.statefulSet);
  if (!statefulSet?.meta.deleting) return [];
  const stuck = (readValue(evidence.pods) ?? []).filter((pod) => pod.meta.deleting !== undefined);
  return [
    {
      kind: 'cause',
      cause: 'sts-stuck-terminating',
      code: 'statefulset-terminating',
      certainty: 'proven',
      values: {
        statefulSet: statefulSet.meta.name,
        since: statefulSet.meta.deleting,
        finalizers: statefulSet.meta.finalizers.join(', ') || 'none',
        pod: stuck[0]?.meta.name ?? '',
        pods: stuck.map((pod) => pod.meta.name).join(', ') || 'none',
      },
      because: [
        because('statefulSet', 'metadata.deletionTimestamp', {
          at: statefulSet.meta.deleting,
          quote: statefulSet.meta.deleting,
        }),
        ...stuck.map((pod) =>
          because('pods', `${pod.meta.name}: metadata.deletionTimestamp`, {
            at: pod.meta.deleting,
            quote: pod.meta.deleting,
          }),
        ),
      ],
    },
  ];
}

/** The operator has not tried yet, but the name it needs is taken by somebody else. */
function judgeForeign(evidence: Evidence, log: TargetLog): readonly Coded<Code>[] {
  const statefulSet = readValue(evidence.statefulSet);
  if (!statefulSet || ownedByTarget(evidence) !== false || currentErrors(evidence, log).length > 0) return [];
  if (evidence.resource.state !== 'read') return [];
  return [
    {
      kind: 'cause',
      cause: 'foreign-sts',
      code: 'statefulset-foreign-unseen',
      certainty: 'likely',
      values: { statefulSet: statefulSet.meta.name },
      because: [
        because('statefulSet', 'metadata.ownerReferences', {
          quote: statefulSet.meta.owners.map((one) => `${one.kind}/${one.name}`).join(', ') || 'none',
        }),
      ],
    },
  ];
}

function judgeOthers(log: TargetLog): readonly (Finding & { code: Code })[] {
  if (log.othersFailing.length === 0) return [];
  return [
    {
      kind: 'observation',
      code: 'other-resources-fail',
      certainty: 'proven',
      values: { count: log.othersFailing.length, keys: log.othersFailing.slice(0, 5).join(', ') },
      because: [because('operators', 'log', { quote: log.othersFailing.slice(0, 5).join(', ') })],
    },
  ];
}
