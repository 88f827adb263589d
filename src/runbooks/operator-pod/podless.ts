import type { OperatorView } from '../../evidence/types.ts';
import { parseApiError } from '../../parse/api-error.ts';
import { because, readValue } from '../because.ts';
import type { Coded } from '../types.ts';

export const PODLESS_CODES = ['operator-pod-refused'] as const;

/** Replicas are wanted and no pod exists: the API server refuses to create it. */
export function judgePodless(operator: OperatorView): readonly Coded<(typeof PODLESS_CODES)[number]>[] {
  const failure = operator.deployment.conditions.find((one) => one.type === 'ReplicaFailure' && one.status === 'True');
  const event = (readValue(operator.events) ?? []).filter((one) => one.reason === 'FailedCreate').at(-1);
  const message = failure?.message ?? event?.message;
  if (message === undefined) return [];
  const api = parseApiError(message);
  return [
    {
      kind: 'cause',
      cause: 'operator-pod-creation-denied',
      code: 'operator-pod-refused',
      certainty: 'proven',
      values: {
        deployment: operator.deployment.meta.name,
        why: api?.kind ?? 'other',
        ...(api?.kind === 'quota' && { quota: api.quota }),
        ...(api?.kind === 'service-account-missing' && { account: api.name.split('/').at(-1) ?? '' }),
        message,
      },
      because: [
        ...(failure
          ? [
              because(
                'operators',
                `Deployment/${operator.deployment.meta.name}: status.conditions[ReplicaFailure].message`,
                { at: failure.lastTransitionTime, quote: failure.message },
              ),
            ]
          : []),
        ...(event ? [because('operators', 'event FailedCreate', { at: event.at, quote: event.message })] : []),
      ],
    },
  ];
}
