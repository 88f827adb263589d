import type { CauseSlug } from '../../diagnosis/causes.ts';
import type { Because, Certainty, Values } from '../../diagnosis/types.ts';
import type { Evidence } from '../../evidence/types.ts';
import { alreadyExists, readSyncFailure } from '../../parse/sync-failure.ts';
import { because, readValue } from '../because.ts';
import type { Coded } from '../types.ts';
import type { SyncError } from './sync-errors.ts';

/** Which sentence says that a failed sync has this cause. */
const CODE_OF = {
  'storageclass-missing': 'storage-class-missing',
  'version-unsupported': 'version-unsupported',
  'version-not-semver': 'version-unparseable',
  'secret-ref-missing': 'reference-missing',
  'additional-config-invalid': 'extra-config-invalid',
  'build-conflict': 'build-conflict',
  'spec-semantic': 'spec-contradiction',
  'rbac-write-verb': 'right-missing',
  'quota-on-owned-objects': 'quota-refuses',
  'policy-denies-sts': 'policy-refuses',
  'webhook-down-fail-closed': 'webhook-unreachable',
  'namespace-terminating': 'namespace-terminating',
  'owner-refs-enforcement': 'finalizers-forbidden',
  'apiserver-lost-after-sync': 'operator-cut-off',
  'owned-secret-immutable': 'owned-object-unchangeable',
  'rules-configmap-taken': 'rules-configmap-taken',
  'daemonset-gate-off': 'daemonset-mode-off',
} as const satisfies Partial<Record<CauseSlug, string>>;

export const SYNC_FAULT_CODES = [
  ...Object.values(CODE_OF),
  'owned-object-foreign',
  'statefulset-foreign',
  'statefulset-hidden',
  'statefulset-invisible',
  'statefulset-name-taken',
] as const;
type SyncFaultCode = (typeof SYNC_FAULT_CODES)[number];

type Seen = Pick<
  Evidence,
  'target' | 'resource' | 'statefulSet' | 'owned' | 'quotas' | 'storageClasses' | 'webhooks' | 'namespace'
>;
type Found = Coded<SyncFaultCode>;

const hasCode = (cause: CauseSlug): cause is keyof typeof CODE_OF => cause in CODE_OF;

/** The cause that the error of a failed sync proves; none when its text is not known. */
export function judgeSyncError(error: SyncError, seen: Seen): Found | undefined {
  const taken = alreadyExists(error.message);
  if (taken && isWorkload(taken.resource)) return judgeNameTaken(error, taken.name, seen);
  const failure = readSyncFailure(error.message);
  if (!failure || !hasCode(failure.cause)) return undefined;
  const secret = secretOf(failure.cause, error.message, seen);
  return {
    kind: 'cause',
    cause: failure.cause,
    code: secret?.foreign ? 'owned-object-foreign' : CODE_OF[failure.cause],
    certainty: failure.api?.kind === 'unreachable' || failure.api?.kind === 'tls' ? 'likely' : 'proven',
    values: { ...failure.values, ...secret?.values, step: failure.step, message: error.message },
    because: [error.because, ...(secret?.because ?? []), ...corroboration(failure.cause, failure.values, seen)],
  };
}

/** Which Secret it is about, where message or spec say so, and whether somebody else made it. */
function secretOf(
  cause: CauseSlug,
  message: string,
  seen: Seen,
): { readonly values: Values; readonly foreign?: boolean; readonly because?: readonly Because[] } | undefined {
  if (cause === 'additional-config-invalid') {
    const field = CONFIG_FIELDS.find(([pattern]) => pattern.test(message))?.[1];
    const secret = field && secretName(readValue(seen.resource)?.spec[field]);
    return secret === undefined ? undefined : { values: { secret } };
  }
  if (cause !== 'owned-secret-immutable') return undefined;
  const name = /Secret "([^"\s]{1,253})" is invalid/.exec(message)?.[1];
  if (name === undefined) return undefined;
  const object = readValue(seen.owned)?.find((one) => one.kind === 'Secret' && one.name === name)?.object;
  const uid = readValue(seen.resource)?.meta.uid;
  if (object?.state !== 'read' || uid === undefined) return { values: { secret: name } };
  const { owners } = object.value;
  return {
    values: { secret: name },
    foreign: !owners.some((one) => one.uid === uid),
    because: [
      because('owned', `Secret/${name}: metadata.ownerReferences`, {
        quote: owners.map((one) => `${one.kind}/${one.name}`).join(', ') || 'none',
      }),
    ],
  };
}

/** Where additional configuration stands, by what the operator calls it. */
const CONFIG_FIELDS = [
  [/additional scrape/i, 'additionalScrapeConfigs'],
  [/additional alert ?relabel/i, 'additionalAlertRelabelConfigs'],
  [/additional alert ?manager/i, 'additionalAlertManagerConfigs'],
  [/base config from Secret|initialize from secret/i, 'configSecret'],
] as const;

/** A key of a Secret as the spec refers to it, or the Secret's name alone. */
function secretName(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || !('name' in value)) return undefined;
  return typeof value.name === 'string' ? value.name : undefined;
}

/** The last object of a sync, as an API error names it. */
export const isWorkload = (resource: string): boolean => /^(?:statefulsets|daemonsets)\b/.test(resource);

/** "Already exists" has two readings with opposite repairs: whose StatefulSet it is decides. */
function judgeNameTaken(error: SyncError, name: string, seen: Seen): Found {
  const values: Values = { statefulSet: name, message: error.message };
  // Of several shards another one's may have been read.
  if (seen.statefulSet.state !== 'read' || seen.statefulSet.value.meta.name !== name) {
    return {
      kind: 'cause',
      cause: 'sts-invisible-label',
      code: 'statefulset-name-taken',
      certainty: 'possible',
      values,
      because: [error.because],
    };
  }
  const { meta, kind } = seen.statefulSet.value;
  const ours = ownedByTarget(seen);
  const managedBy = meta.labels['managed-by'] ?? '';
  const proof = because('statefulSet', 'metadata', {
    at: seen.statefulSet.at,
    values: { ownerReferences: meta.owners.length, 'managed-by': managedBy || 'absent' },
  });
  const certainty: Certainty = 'proven';
  if (ours === false)
    return {
      kind: 'cause',
      cause: 'foreign-sts',
      code: 'statefulset-foreign',
      certainty,
      values: kind === 'DaemonSet' ? { ...values, daemonSet: true } : values,
      because: [error.because, proof],
    };
  return {
    kind: 'cause',
    cause: 'sts-invisible-label',
    code: 'statefulset-invisible',
    certainty: ours ? certainty : 'likely',
    values: { ...values, managedBy: managedBy || 'absent', ...labelled(seen) },
    because: [error.because, proof, ...labelOfResource(seen)],
  };
}

/**
 * The operator finds its own StatefulSet taken and says nothing: from 0.89 on it gives it labels instead of failing, and where the resource
 * has a label managed-by, the wrong one again. Undefined unless the status says that there is none.
 */
export function judgeHidden(seen: Seen): Found | undefined {
  const statefulSet = readValue(seen.statefulSet);
  const available = readValue(seen.resource)?.status?.conditions.find((one) => one.type === 'Available');
  // The operator writes the same for every DaemonSet: its status does not know them.
  if (!statefulSet || statefulSet.kind === 'DaemonSet') return undefined;
  if (statefulSet.meta.deleting !== undefined || available?.reason !== 'StatefulSetNotFound') return undefined;
  const managedBy = statefulSet.meta.labels['managed-by'];
  if (managedBy === 'prometheus-operator' || ownedByTarget(seen) !== true) return undefined;
  const values = { statefulSet: statefulSet.meta.name, managedBy: managedBy ?? 'absent', ...labelled(seen) };
  return {
    kind: 'cause',
    cause: 'sts-invisible-label',
    code: 'statefulset-hidden',
    certainty: 'proven',
    values,
    because: [
      because('statefulSet', 'metadata.labels[managed-by]', { quote: values.managedBy }),
      because('resource', 'status.conditions[Available].reason', {
        at: available.lastTransitionTime,
        quote: available.reason,
      }),
      ...labelOfResource(seen),
    ],
  };
}

/** The label can come from the resource itself: then it is overwritten again after every repair of the StatefulSet. */
function labelOfResource(seen: Seen): readonly Because[] {
  const label = readValue(seen.resource)?.meta.labels['managed-by'];
  return label === undefined ? [] : [because('resource', 'metadata.labels[managed-by]', { quote: label })];
}

const labelled = (seen: Seen): Values => (labelOfResource(seen).length === 0 ? {} : { labelOfResource: true });

/** Undefined when it can't be told: the StatefulSet or the resource was not read. */
export function ownedByTarget(seen: Pick<Seen, 'target' | 'resource' | 'statefulSet'>): boolean | undefined {
  const statefulSet = readValue(seen.statefulSet);
  if (!statefulSet) return undefined;
  const owner = statefulSet.meta.owners.find((one) => one.kind === seen.target.kind && one.name === seen.target.name);
  const uid = readValue(seen.resource)?.meta.uid;
  if (!owner) return false;
  return uid === undefined ? undefined : owner.uid === uid;
}

/** What else in the evidence says the same as the message. */
function corroboration(cause: CauseSlug, values: Values, seen: Seen): readonly Because[] {
  switch (cause) {
    case 'quota-on-owned-objects': {
      const quota = readValue(seen.quotas)?.find((one) => one.meta.name === values['quota']);
      return quota ? [because('quotas', quota.meta.name, { values: { ...usage(quota.hard, quota.used) } })] : [];
    }
    case 'storageclass-missing': {
      const classes = readValue(seen.storageClasses);
      return classes
        ? [because('storageClasses', 'names', { quote: classes.map((one) => one.meta.name).join(', ') || 'none' })]
        : [];
    }
    case 'webhook-down-fail-closed':
      return webhookProof(values['webhook'], seen);
    case 'namespace-terminating': {
      const phase = readValue(seen.namespace)?.phase;
      return phase === undefined ? [] : [because('namespace', 'status.phase', { quote: phase })];
    }
    default:
      return [];
  }
}

function webhookProof(name: Values[string] | undefined, seen: Seen): readonly Because[] {
  return (readValue(seen.webhooks) ?? []).flatMap((configuration) =>
    configuration.webhooks
      .filter((one) => one.name === name)
      .map((one) =>
        because('webhooks', `${configuration.kind}/${configuration.meta.name}`, {
          values: {
            failurePolicy: one.failurePolicy ?? 'Fail',
            ...(one.service ? { service: `${one.service.namespace}/${one.service.name}` } : {}),
            ...(one.serviceExists === undefined ? {} : { serviceExists: one.serviceExists }),
            ...(one.readyEndpoints === undefined ? {} : { readyEndpoints: one.readyEndpoints }),
          },
        }),
      ),
  );
}

function usage(hard: Readonly<Record<string, string>>, used: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(hard).map(([resource, limit]) => [resource, `${used[resource] ?? '0'} of ${limit}`]),
  );
}
