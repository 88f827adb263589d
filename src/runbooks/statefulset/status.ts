import { TARGETS } from '../../evidence/targets.ts';
import type { Evidence } from '../../evidence/types.ts';
import { parseApiError } from '../../parse/api-error.ts';
import { isOlder } from '../../parse/version.ts';
import { because, readValue } from '../because.ts';
import { responsible } from '../operator-story.ts';
import { denied, deniedProof } from '../rbac/review.ts';
import type { Coded } from '../types.ts';
import { lastRefusal, type TargetLog } from './sync-errors.ts';

export const STATUS_CODES = [
  'crd-refuses-status',
  'pods-not-listable',
  'status-empty',
  'status-not-patchable',
  'status-stale',
  'status-write-errors',
] as const;
type StatusCode = (typeof STATUS_CODES)[number];

type Found = Coded<StatusCode>;
type Seen = Pick<Evidence, 'target' | 'resource' | 'statefulSet' | 'operators' | 'crds'>;

/** Whether the operator ever wrote a status: undefined when the resource was not read. */
function statusWritten(seen: Pick<Evidence, 'resource'>): boolean | undefined {
  const resource = readValue(seen.resource);
  return resource === undefined ? undefined : (resource.status?.conditions.length ?? 0) > 0;
}

/**
 * The status as the operator wrote it, and why it can't write. With a StatefulSet and no status the Prometheus works: only its report is
 * missing.
 */
export function judgeStatus(seen: Seen, log: TargetLog): readonly Found[] {
  const found: Found[] = [...observeStatus(seen, log)];
  const refused = lastRefusal(seen, log);
  const api = refused && parseApiError(refused.message);
  const proof = refused ? [refused.because] : [];
  const plural = TARGETS[seen.target.kind].plural;

  if (api?.kind === 'rbac' && api.verb === 'patch' && api.resource.endsWith('/status')) {
    found.push({
      kind: 'cause',
      cause: 'status-patch-forbidden',
      code: 'status-not-patchable',
      certainty: 'proven',
      values: { verb: 'patch', resource: api.resource },
      because: [...proof, ...reviewProof(seen, 'patch', plural, 'status')],
    });
  } else if (api?.kind === 'rbac' && api.resource === 'pods') {
    found.push({
      kind: 'cause',
      cause: 'pods-list-forbidden',
      code: 'pods-not-listable',
      certainty: 'proven',
      values: { verb: api.verb, resource: 'pods' },
      because: [...proof, ...reviewProof(seen, 'list', 'pods')],
    });
  } else if (
    api?.kind === 'unknown-field' ||
    (api?.kind === 'not-found' && api.resource.startsWith(plural) && seen.resource.state !== 'absent')
  ) {
    found.push({
      kind: 'cause',
      cause: 'crd-stale-status-schema',
      code: 'crd-refuses-status',
      certainty: 'proven',
      values: crdValues(seen),
      because: [...proof, ...crdProof(seen)],
    });
  } else if (statusWritten(seen) === false && seen.statefulSet.state === 'read') {
    found.push(...withoutLog(seen));
  } else if (isStale(seen)) {
    const review = reviewProof(seen, 'list', 'pods');
    if (review.length > 0)
      found.push({
        kind: 'cause',
        cause: 'pods-list-forbidden',
        code: 'pods-not-listable',
        certainty: 'proven',
        values: { verb: 'list', resource: 'pods' },
        because: review,
      });
  }
  return found;
}

function observeStatus(seen: Seen, log: TargetLog): readonly Found[] {
  const found: Found[] = [];
  if (statusWritten(seen) === false) {
    found.push({
      kind: 'observation',
      code: 'status-empty',
      certainty: 'proven',
      values: {},
      because: [because('resource', 'status.conditions', { quote: 'absent' })],
    });
  }
  if (isStale(seen)) {
    const available = readValue(seen.resource)?.status?.conditions.find((one) => one.type === 'Available');
    found.push({
      kind: 'observation',
      code: 'status-stale',
      certainty: 'proven',
      values: { reason: available?.reason ?? '' },
      because: [
        because('resource', 'status.conditions[Available].message', {
          at: available?.lastTransitionTime,
          quote: available?.message,
        }),
      ],
    });
  }
  const last = log.statusErrors.at(-1);
  if (last) {
    found.push({
      kind: 'observation',
      code: 'status-write-errors',
      certainty: 'proven',
      values: { count: log.statusErrors.length },
      because: [last.because],
    });
  }
  return found;
}

/** The status says that there is no StatefulSet, and there is one whose pods are ready. */
function isStale(seen: Seen): boolean {
  const available = readValue(seen.resource)?.status?.conditions.find((one) => one.type === 'Available');
  const statefulSet = readValue(seen.statefulSet);
  return (
    available?.reason === 'StatefulSetNotFound' &&
    statefulSet?.kind !== 'DaemonSet' &&
    (statefulSet?.status.readyReplicas ?? 0) > 0 &&
    statefulSet?.meta.deleting === undefined &&
    ownsIt(seen) !== false
  );
}

function ownsIt(seen: Seen): boolean | undefined {
  const uid = readValue(seen.resource)?.meta.uid;
  const owners = readValue(seen.statefulSet)?.meta.owners;
  return uid === undefined || owners === undefined ? undefined : owners.some((one) => one.uid === uid);
}

/** The log is gone or silent: the access reviews and the CRD's version still tell. */
function withoutLog(seen: Seen): readonly Found[] {
  const plural = TARGETS[seen.target.kind].plural;
  const patch = reviewProof(seen, 'patch', plural, 'status');
  if (patch.length > 0)
    return [
      {
        kind: 'cause',
        cause: 'status-patch-forbidden',
        code: 'status-not-patchable',
        certainty: 'proven',
        values: { verb: 'patch', resource: `${plural}/status` },
        because: patch,
      },
    ];
  const pods = reviewProof(seen, 'list', 'pods');
  if (pods.length > 0)
    return [
      {
        kind: 'cause',
        cause: 'pods-list-forbidden',
        code: 'pods-not-listable',
        certainty: 'proven',
        values: { verb: 'list', resource: 'pods' },
        because: pods,
      },
    ];
  const crd = readValue(seen.crds)?.find((one) => one.plural === plural);
  const old = crd && (crd.operatorVersion === undefined || isOlder(crd.operatorVersion, '0.60.0'));
  return old
    ? [
        {
          kind: 'cause',
          cause: 'crd-stale-status-schema',
          code: 'crd-refuses-status',
          certainty: 'likely',
          values: crdValues(seen),
          because: crdProof(seen),
        },
      ]
    : [];
}

/** The access review that says no; empty when it says yes or was not made. */
function reviewProof(
  seen: Pick<Evidence, 'operators'>,
  verb: string,
  resource: string,
  subresource?: string,
): ReturnType<typeof because>[] {
  const operator = responsible(seen);
  const answers = (operator && readValue(operator.rights)) ?? [];
  return denied(answers, [verb], resource, subresource).slice(0, 1).map(deniedProof);
}

function crdValues(seen: Seen): { crdVersion: string; operatorVersion: string } {
  const crd = readValue(seen.crds)?.find((one) => one.plural === TARGETS[seen.target.kind].plural);
  return {
    crdVersion: crd?.operatorVersion ?? 'unknown',
    operatorVersion: readValue(seen.operators)?.[0]?.deployment.container.version ?? 'unknown',
  };
}

function crdProof(seen: Seen): ReturnType<typeof because>[] {
  const crd = readValue(seen.crds)?.find((one) => one.plural === TARGETS[seen.target.kind].plural);
  return crd
    ? [
        because('crds', `${crd.meta.name}: annotation operator.prometheus.io/version`, {
          quote: crd.operatorVersion ?? 'absent',
        }),
      ]
    : [];
}
