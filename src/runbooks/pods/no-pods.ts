import type { Values } from '../../diagnosis/types.ts';
import type { EventView, Evidence, StatefulSetView } from '../../evidence/types.ts';
import { type ApiError, parseApiError } from '../../parse/api-error.ts';
import { because, readValue } from '../because.ts';
import type { Coded } from '../types.ts';

export const NO_PODS_CODES = [
  'no-pods',
  'no-statefulset-controller',
  'pod-refused',
  'pod-refused-by-policy',
  'pod-refused-by-quota',
  'pod-refused-pod-security',
  'pod-refused-service-account',
] as const;
type NoPodsCode = (typeof NO_PODS_CODES)[number];

type Seen = Pick<Evidence, 'at' | 'events' | 'quotas'>;

/** A StatefulSet without pods: refused (its events say so), or nobody works on it (its status says so). */
export function judgeNoPods(seen: Seen, statefulSet: StatefulSetView): readonly Coded<NoPodsCode>[] {
  const none: Coded<NoPodsCode> = {
    kind: 'observation',
    code: 'no-pods',
    certainty: 'proven',
    values: { statefulSet: statefulSet.meta.name, ...(statefulSet.kind === 'DaemonSet' && { daemonSet: true }) },
    because: [because('pods', '', { quote: 'none' })],
  };
  const refusal = newestRefusal(seen, statefulSet);
  if (refusal) return [none, denied(seen, refusal)];
  if (statefulSet.status.observedGeneration === undefined) {
    const isYoung = ageSeconds(statefulSet.meta.created, seen.at) <= 20;
    return [
      none,
      {
        kind: 'cause',
        cause: 'no-sts-controller',
        code: 'no-statefulset-controller',
        // Right after its creation every StatefulSet looks like this for a moment.
        certainty: isYoung ? 'possible' : 'proven',
        values: {
          statefulSet: statefulSet.meta.name,
          seconds: Math.round(ageSeconds(statefulSet.meta.created, seen.at)),
          ...(isYoung && { young: true }),
        },
        because: [because('statefulSet', 'status.observedGeneration', { quote: 'absent' })],
      },
    ];
  }
  return [none];
}

/** Events of an earlier StatefulSet of the same name stay: the uid decides. */
function newestRefusal(seen: Seen, statefulSet: StatefulSetView): EventView | undefined {
  return (readValue(seen.events) ?? [])
    .filter(
      (event) =>
        event.reason === 'FailedCreate' &&
        event.involved.kind === (statefulSet.kind ?? 'StatefulSet') &&
        event.involved.name === statefulSet.meta.name,
    )
    .filter((event) => event.involved.uid === undefined || event.involved.uid === statefulSet.meta.uid)
    .sort((a, b) => a.at.localeCompare(b.at))
    .at(-1);
}

function denied(seen: Seen, event: EventView): Coded<NoPodsCode> {
  const proof = because('events', 'FailedCreate', { at: event.at, quote: event.message });
  const said = readable(parseApiError(event.message));
  const quota = readValue(seen.quotas)?.find((one) => one.meta.name === said.values['quota']);
  return {
    kind: 'cause',
    cause: 'pod-create-denied',
    code: said.code,
    certainty: 'proven',
    values: { ...said.values, message: event.message },
    because: quota ? [proof, because('quotas', quota.meta.name, { values: { ...quota.hard } })] : [proof],
  };
}

function readable(error: ApiError | undefined): { readonly code: NoPodsCode; readonly values: Values } {
  switch (error?.kind) {
    case 'quota':
      return { code: 'pod-refused-by-quota', values: { quota: error.quota, detail: error.detail } };
    case 'pod-security':
      return { code: 'pod-refused-pod-security', values: { level: error.level, detail: error.detail } };
    case 'service-account-missing':
      return {
        code: 'pod-refused-service-account',
        values: { serviceAccount: error.name, account: error.name.split('/').at(-1) ?? '' },
      };
    case 'policy':
      return { code: 'pod-refused-by-policy', values: { policy: error.policy, detail: error.detail } };
    case 'webhook-denied':
    case 'webhook-failed':
      return { code: 'pod-refused-by-policy', values: { policy: error.webhook, detail: error.detail } };
    default:
      return { code: 'pod-refused', values: {} };
  }
}

function ageSeconds(created: string, now: string): number {
  return (Date.parse(now) - Date.parse(created)) / 1000;
}
