import type { Because } from '../../diagnosis/types.ts';
import { operatorContainer } from '../../evidence/operator-pod.ts';
import type { EventView, Evidence, OperatorView, PodView } from '../../evidence/types.ts';
import { because, readValue } from '../because.ts';

import type { Coded } from '../types.ts';

export const WAITING_CODES = [
  'admission-secret-not-there',
  'operator-image-not-pulled',
  'operator-unscheduled',
] as const;
type Found = Coded<(typeof WAITING_CODES)[number]>;
type Seen = Pick<Evidence, 'admissionSecret'>;

const PULL = [
  'ImagePullBackOff',
  'ErrImagePull',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
];

/** The pod exists and its process was never started. */
export function judgeWaiting(seen: Seen, operator: OperatorView, pod: PodView): readonly Found[] {
  const container = operatorContainer(operator.deployment, pod);
  const waiting = container?.state.waiting;
  const events = (readValue(operator.events) ?? []).filter(
    (one) =>
      one.involved.uid === pod.meta.uid || (one.involved.uid === undefined && one.involved.name === pod.meta.name),
  );
  const scheduled = pod.conditions.find((one) => one.type === 'PodScheduled');
  if (scheduled?.status === 'False') return [unscheduled(pod, scheduled.message, events)];
  if (waiting?.reason && PULL.includes(waiting.reason)) {
    const image = container?.image ?? operator.deployment.container.image;
    return [
      {
        kind: 'cause',
        cause: 'operator-image-pull',
        code: 'operator-image-not-pulled',
        certainty: 'proven',
        values: { pod: pod.meta.name, image, reason: waiting.reason, message: waiting.message ?? '' },
        because: [
          because('operators', `Pod/${pod.meta.name}: state.waiting`, {
            quote: `${waiting.reason}: ${waiting.message ?? image}`,
          }),
          ...eventProof(events, /pull image|Failed to pull/i),
        ],
      },
    ];
  }
  return missingSecret(seen, operator, pod, events);
}

function unscheduled(pod: PodView, message: string | undefined, events: readonly EventView[]): Found {
  return {
    kind: 'cause',
    cause: 'operator-pending',
    code: 'operator-unscheduled',
    certainty: 'proven',
    values: { pod: pod.meta.name, message: message ?? '' },
    because: [
      because('operators', `Pod/${pod.meta.name}: status.conditions[PodScheduled]`, { quote: message }),
      ...eventProof(events, /nodes are available/),
    ],
  };
}

function missingSecret(
  seen: Seen,
  operator: OperatorView,
  pod: PodView,
  events: readonly EventView[],
): readonly Found[] {
  const started = operatorContainer(operator.deployment, pod);
  if (started?.state.running || started?.state.terminated || started?.lastState.terminated) return [];
  const mount = events.filter((one) => one.reason === 'FailedMount').at(-1);
  const named = /secret "([^"]+)" not found/.exec(mount?.message ?? '')?.[1];
  const mounted = pod.volumes.flatMap((one) => (one.secret !== undefined && one.optional !== true ? [one.secret] : []));
  const absent = seen.admissionSecret.state === 'absent';
  const secret = named ?? (absent ? (mounted.find((one) => /admission/.test(one)) ?? mounted[0]) : undefined);
  if (secret === undefined) return [];
  const proof: Because[] = [
    ...(mount ? [because('operators', 'event FailedMount', { at: mount.at, quote: mount.message })] : []),
    ...(absent
      ? [because('admissionSecret', `Secret/${secret}`, { at: seen.admissionSecret.at, quote: 'not found' })]
      : []),
  ];
  return [
    {
      kind: 'cause',
      cause: 'admission-secret-missing',
      code: 'admission-secret-not-there',
      certainty: 'proven',
      values: { pod: pod.meta.name, secret },
      because: proof,
    },
  ];
}

function eventProof(events: readonly EventView[], about: RegExp): readonly Because[] {
  const event = events.filter((one) => about.test(one.message)).at(-1);
  return event ? [because('operators', `event ${event.reason}`, { at: event.at, quote: event.message })] : [];
}
