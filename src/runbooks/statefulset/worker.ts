import type { Certainty } from '../../diagnosis/types.ts';
import { TARGETS } from '../../evidence/targets.ts';
import type { Evidence } from '../../evidence/types.ts';
import { because, readValue } from '../because.ts';
import type { Coded } from '../types.ts';
import type { TargetLog } from './sync-errors.ts';

export const WORKER_CODES = ['worker-hangs'] as const;
type WorkerCode = (typeof WORKER_CODES)[number];

/** Without a slow request a sync takes well under a second, with thousands of rules or a throttled client some ten. */
const SLOW_SECONDS = 8;
const LONG_SECONDS = 30;
const HANGS_SECONDS = 60;

type Seen = Pick<Evidence, 'target' | 'at' | 'resource' | 'statefulSet' | 'operators' | 'webhooks'>;

/**
 * One request of the operator hangs and everything waits behind it. The status then stays `Unknown/NotFound`, as it also is for seconds
 * after every start and where pods can't be listed; the work queue's metric or an unfinished sync in the log makes the difference. The
 * metric is of all resources together: alone it proves nothing about this one.
 */
export function judgeWorker(seen: Seen, log: TargetLog): readonly Coded<WorkerCode>[] {
  const resource = readValue(seen.resource);
  const reconciled = resource?.status?.conditions.find((one) => one.type === 'Reconciled');
  if (reconciled?.status === 'True' && (reconciled.observedGeneration ?? 0) >= (resource?.meta.generation ?? 0))
    return [];
  const busy = unfinishedSeconds(seen);
  const unknown = reconciled?.status === 'Unknown' && reconciled.reason === 'NotFound';
  // A resource that was taken up later than it was created may have no status at all: then its own sync has to have begun.
  const begunSilently =
    reconciled === undefined && log.lastSyncStart > log.lastSyncFailure && (busy ?? 0) >= SLOW_SECONDS;
  const waiting = (unknown || begunSilently) && seen.statefulSet.state === 'absent';
  const sinceStatus = secondsSince(reconciled?.lastTransitionTime, seen.at);
  const begun = log.lastSyncStart > log.lastSyncFailure && log.statusErrors.length === 0 ? sinceStatus : 0;
  const suspect = slowWebhook(seen);
  const certainty = certaintyOf({ busy: busy ?? 0, begun, waiting, suspected: suspect !== undefined, seen });
  if (certainty === undefined) return [];
  return [
    {
      kind: 'cause',
      cause: 'worker-blocked',
      code: 'worker-hangs',
      certainty,
      values: { seconds: Math.round(busy ?? sinceStatus), webhook: suspect ?? 'unknown' },
      because: [
        ...(busy === undefined
          ? []
          : [
              because('operators', 'metric prometheus_operator_workqueue_unfinished_work_seconds', {
                quote: String(busy),
              }),
            ]),
        ...(begunSilently && log.lastSync ? [log.lastSync] : []),
        ...(waiting && reconciled
          ? [
              because('resource', 'status.conditions[Reconciled]', {
                at: reconciled.lastTransitionTime,
                quote: reconciled.message,
              }),
            ]
          : []),
        ...(suspect
          ? [because('webhooks', suspect, { quote: 'is called for the objects that the operator writes' })]
          : []),
      ],
    },
  ];
}

interface Signs {
  readonly busy: number;
  readonly begun: number;
  readonly waiting: boolean;
  readonly suspected: boolean;
  readonly seen: Seen;
}

function certaintyOf({ busy, begun, waiting, suspected, seen }: Signs): Certainty | undefined {
  if (waiting && busy >= HANGS_SECONDS) return 'proven';
  if (waiting && (busy >= LONG_SECONDS || begun > LONG_SECONDS || (busy >= SLOW_SECONDS && suspected))) return 'likely';
  return busy >= (seen.statefulSet.state === 'read' ? HANGS_SECONDS : SLOW_SECONDS) ? 'possible' : undefined;
}

function unfinishedSeconds(seen: Seen): number | undefined {
  const operator = readValue(seen.operators)?.[0];
  const metrics = operator && readValue(operator.metrics);
  return metrics?.samples.find(
    ({ name, labels }) =>
      name === 'prometheus_operator_workqueue_unfinished_work_seconds' &&
      labels['controller'] === TARGETS[seen.target.kind].metric &&
      !labels['name']?.includes('status'),
  )?.value;
}

/** A webhook of somebody else that is called for what the operator writes and may take long: the first suspect. */
function slowWebhook(seen: Seen): string | undefined {
  const writes = ['configmaps', 'secrets', 'services', 'statefulsets', '*'];
  for (const configuration of readValue(seen.webhooks) ?? []) {
    for (const webhook of configuration.webhooks) {
      const matches = webhook.rules.some((rule) => rule.resources.some((resource) => writes.includes(resource)));
      if (matches && (webhook.timeoutSeconds ?? 10) >= 10) return `${configuration.kind}/${configuration.meta.name}`;
    }
  }
  return undefined;
}

function secondsSince(time: string | undefined, now: string): number {
  return time === undefined ? 0 : (Date.parse(now) - Date.parse(time)) / 1000;
}
