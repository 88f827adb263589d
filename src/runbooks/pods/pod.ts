import type { Because, Values } from '../../diagnosis/types.ts';
import type { ClaimView, ContainerStatus, EventView, Evidence, PodView } from '../../evidence/types.ts';
import { because, readValue } from '../because.ts';
import type { Coded } from '../types.ts';

export const POD_CODES = [
  'container-crashes',
  'container-killed-for-memory',
  'container-not-created',
  'container-not-ready',
  'image-not-pulled',
  'pod-starting',
  'pod-unschedulable',
  'volume-missing',
  'volume-not-provisioned',
] as const;
type PodCode = (typeof POD_CODES)[number];

type Found = Coded<PodCode>;
type Seen = Pick<Evidence, 'at' | 'events' | 'claims' | 'storageClasses'>;

const PULL = /^(?:ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|RegistryUnavailable)$/;
const NOT_CREATED = /^(?:CreateContainerConfigError|CreateContainerError|RunContainerError)$/;
const UNBOUND =
  /unbound immediate PersistentVolumeClaims|persistentvolumeclaim "[^"]*" not found|volume node affinity conflict|did not find available persistent volumes/i;
/** A pod that is younger than this and shows no error is just starting. */
const STARTING_SECONDS = 60;

/** Why one pod of the StatefulSet is not ready. The condition of the resource can't tell a pull from a crash: the containers can. */
export function judgePod(seen: Seen, pod: PodView): readonly Found[] {
  const unplaced = judgePlacement(seen, pod);
  if (unplaced) return [unplaced];
  const missing = newest(seen, pod, (event) => event.reason === 'FailedMount' || event.reason === 'FailedAttachVolume');
  const container = [...pod.initContainers, ...pod.containers]
    .map((status) => judgeContainer(pod, status))
    .find((one) => one !== undefined);
  if (container) return [container];
  if (missing && !anyRunning(pod)) {
    return [
      cause('volume-missing', { pod: pod.meta.name, detail: missing.message }, [
        because('events', missing.reason, { at: missing.at, quote: missing.message }),
      ]),
    ];
  }
  return [startingOrNot(seen, pod)];
}

const cause = (code: PodCode, values: Values, proof: readonly Because[]): Found => ({
  kind: 'cause',
  cause: 'pod-start-failure',
  code,
  certainty: 'proven',
  values,
  because: proof,
});

function judgePlacement(seen: Seen, pod: PodView): Found | undefined {
  const scheduled = pod.conditions.find((one) => one.type === 'PodScheduled');
  if (scheduled?.status === 'True' || pod.nodeName !== undefined) return undefined;
  const claim = pendingClaim(seen, pod);
  const message = scheduled?.message ?? '';
  if (UNBOUND.test(message) || (claim && !/node\(s\)/.test(message.replace(/pod has unbound[\s\S]*/, ''))))
    return unprovisioned(seen, pod, claim, scheduled?.message);
  if (scheduled?.status !== 'False') return undefined;
  return {
    kind: 'cause',
    cause: 'unschedulable',
    code: 'pod-unschedulable',
    certainty: 'proven',
    values: { pod: pod.meta.name, detail: message },
    because: [
      because('pods', `${pod.meta.name}: condition PodScheduled`, { at: scheduled.lastTransitionTime, quote: message }),
    ],
  };
}

/** Claims of a StatefulSet's pod are named after the template and the pod. */
function pendingClaim(seen: Seen, pod: PodView): ClaimView | undefined {
  return readValue(seen.claims)?.find(
    (claim) => claim.phase === 'Pending' && claim.meta.name.endsWith(`-${pod.meta.name}`),
  );
}

function unprovisioned(seen: Seen, pod: PodView, claim: ClaimView | undefined, message: string | undefined): Found {
  const classes = readValue(seen.storageClasses);
  const event = claim && newestOf(seen, 'PersistentVolumeClaim', claim.meta.name, () => true);
  const known =
    claim?.storageClass === undefined ? undefined : classes?.some((one) => one.meta.name === claim.storageClass);
  return {
    kind: 'cause',
    cause: 'pvc-pending',
    code: 'volume-not-provisioned',
    certainty: 'proven',
    values: {
      pod: pod.meta.name,
      claim: claim?.meta.name ?? '',
      storageClass: claim?.storageClass ?? '',
      classKnown: known ?? 'unknown',
      hasDefault: classes?.some((one) => one.isDefault) ?? 'unknown',
      detail: event?.message ?? message ?? '',
    },
    because: [
      ...(claim ? [because('claims', `${claim.meta.name}: status.phase`, { quote: claim.phase })] : []),
      ...(event ? [because('events', event.reason, { at: event.at, quote: event.message })] : []),
      ...(message ? [because('pods', `${pod.meta.name}: condition PodScheduled`, { quote: message })] : []),
      ...(classes
        ? [
            because('storageClasses', 'names', {
              quote:
                classes.map((one) => (one.isDefault ? `${one.meta.name} (default)` : one.meta.name)).join(', ') ||
                'none',
            }),
          ]
        : []),
    ],
  };
}

function judgeContainer(pod: PodView, status: ContainerStatus): Found | undefined {
  if (status.ready) return undefined;
  const waiting = status.state.waiting;
  const ended = status.state.terminated ?? status.lastState.terminated;
  // Only then is there a log of before.
  const crashed = status.lastState.terminated === undefined ? {} : { crashed: true };
  const values = { pod: pod.meta.name, container: status.name, image: status.image, ...crashed };
  const path = `${pod.meta.name}: container ${status.name}`;
  if (waiting?.reason && PULL.test(waiting.reason)) {
    return cause('image-not-pulled', { ...values, reason: waiting.reason, detail: waiting.message ?? '' }, [
      because('pods', path, { quote: `${waiting.reason}: ${waiting.message ?? ''}` }),
    ]);
  }
  if (waiting?.reason && NOT_CREATED.test(waiting.reason)) {
    return cause('container-not-created', { ...values, reason: waiting.reason, detail: waiting.message ?? '' }, [
      because('pods', path, { quote: `${waiting.reason}: ${waiting.message ?? ''}` }),
    ]);
  }
  if (ended?.reason === 'OOMKilled') {
    return cause('container-killed-for-memory', { ...values, restarts: status.restartCount }, [
      because('pods', path, { at: ended.finishedAt, quote: `OOMKilled, exit code ${ended.exitCode}` }),
    ]);
  }
  if (ended && ended.exitCode !== 0) {
    return cause(
      'container-crashes',
      { ...values, exitCode: ended.exitCode, restarts: status.restartCount, detail: ended.message ?? '' },
      [
        because('pods', path, {
          at: ended.finishedAt,
          quote: `exit code ${ended.exitCode}${ended.message ? `: ${ended.message}` : ''}`,
        }),
      ],
    );
  }
  return undefined;
}

const anyRunning = (pod: PodView): boolean => pod.containers.some((one) => one.state.running !== undefined);

function startingOrNot(seen: Seen, pod: PodView): Found {
  const age = (Date.parse(seen.at) - Date.parse(pod.meta.created)) / 1000;
  const waiting = [...pod.initContainers, ...pod.containers].find((one) => !one.ready);
  const values = { pod: pod.meta.name, container: waiting?.name ?? '', seconds: Math.max(0, Math.round(age)) };
  const proof = [
    because('pods', `${pod.meta.name}: condition Ready`, {
      quote: pod.conditions.find((one) => one.type === 'Ready')?.message ?? 'not True',
    }),
  ];
  if (age < STARTING_SECONDS)
    return { kind: 'observation', code: 'pod-starting', certainty: 'proven', values, because: proof };
  return {
    kind: 'cause',
    cause: 'pod-start-failure',
    code: 'container-not-ready',
    certainty: 'likely',
    values,
    because: proof,
  };
}

function newest(seen: Seen, pod: PodView, match: (event: EventView) => boolean): EventView | undefined {
  return newestOf(
    seen,
    'Pod',
    pod.meta.name,
    (event) => match(event) && (event.involved.uid === undefined || event.involved.uid === pod.meta.uid),
  );
}

function newestOf(seen: Seen, kind: string, name: string, match: (event: EventView) => boolean): EventView | undefined {
  return (readValue(seen.events) ?? [])
    .filter((event) => event.involved.kind === kind && event.involved.name === name && match(event))
    .sort((a, b) => a.at.localeCompare(b.at))
    .at(-1);
}
