import type { Evidence } from '../../evidence/types.ts';
import { because, readValue } from '../because.ts';
import type { Coded } from '../types.ts';
import type { TargetLog } from './sync-errors.ts';

export const WORKER_CODES = ['worker-hangs'] as const;
export type WorkerCode = (typeof WORKER_CODES)[number];

/** A sync that has not ended for this long hangs: without a slow request one takes well under a second. */
const HANGS_SECONDS = 8;

const CONTROLLERS = {
  Prometheus: 'prometheus',
  PrometheusAgent: 'prometheus-agent',
  Alertmanager: 'alertmanager',
  ThanosRuler: 'thanos',
} as const;

type Seen = Pick<Evidence, 'target' | 'at' | 'resource' | 'statefulSet' | 'operators' | 'webhooks'>;

/**
 * One request of the operator hangs and everything waits behind it. The status then stays `Unknown/NotFound`, as it also is for seconds
 * after every start and where pods can't be listed; the work queue's metric or an unfinished sync in the log makes the difference.
 */
export function judgeWorker(seen: Seen, log: TargetLog): readonly Coded<WorkerCode>[] {
  const reconciled = readValue(seen.resource)?.status?.conditions.find((one) => one.type === 'Reconciled');
  const busy = unfinishedSeconds(seen);
  const began = log.lastSyncStart > log.lastSyncFailure;
  const waiting =
    reconciled?.status === 'Unknown' && reconciled.reason === 'NotFound' && seen.statefulSet.state === 'absent';
  if (
    !(busy !== undefined && busy >= HANGS_SECONDS) &&
    !(waiting && began && log.statusErrors.length === 0 && secondsSince(reconciled?.lastTransitionTime, seen.at) > 30)
  )
    return [];
  const suspect = slowWebhook(seen);
  return [
    {
      kind: 'cause',
      cause: 'worker-blocked',
      code: 'worker-hangs',
      certainty: busy !== undefined && busy >= HANGS_SECONDS ? 'proven' : 'likely',
      values: { seconds: Math.round(busy ?? 0), webhook: suspect ?? 'unknown' },
      because: [
        ...(busy === undefined
          ? []
          : [
              because('operators', 'metric prometheus_operator_workqueue_unfinished_work_seconds', {
                quote: String(busy),
              }),
            ]),
        ...(waiting
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

function unfinishedSeconds(seen: Seen): number | undefined {
  const operator = readValue(seen.operators)?.[0];
  const metrics = operator && readValue(operator.metrics);
  return metrics?.samples.find(
    ({ name, labels }) =>
      name === 'prometheus_operator_workqueue_unfinished_work_seconds' &&
      labels['controller'] === CONTROLLERS[seen.target.kind] &&
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
