import { CAUSES, type CauseSlug } from '../diagnosis/causes.ts';
import type { Diagnosis } from '../diagnosis/types.ts';
import type { AdviceCode } from '../texts/en/advice.ts';

const IN_VALUES: readonly CauseSlug[] = [
  'version-not-semver',
  'version-unsupported',
  'storageclass-missing',
  'secret-ref-missing',
  'additional-config-invalid',
  'spec-semantic',
  'build-conflict',
  'paused',
  'ns-allowlist-excludes',
  'ns-denylist',
  'instance-selector-excludes',
  'controller-id-mismatch',
  'sts-invisible-label',
  'operator-scaled-0',
  'both-ns-flags',
  'bad-flag',
  'unschedulable',
  'pvc-pending',
  'wrong-kind-or-none',
  'ignoreoninstallonly',
];

const BY_CAUSE: Partial<Readonly<Record<CauseSlug, readonly AdviceCode[]>>> = {
  'crds-pruned': ['keep-crds', 'crds-first'],
  'csa-crd-too-long': ['server-side-apply', 'crds-first'],
  'crd-missing': ['crds-first'],
  'crd-race-at-start': ['crds-first'],
  'skipcrds-then-crds': ['crds-first'],
  'crd-stale-status-schema': ['crds-first'],
  'admission-secret-missing': ['full-sync-for-hooks'],
  'presync-hook-stuck': ['full-sync-for-hooks'],
  'selfheal-skips-hooks': ['full-sync-for-hooks'],
  'admission-fail-closed': ['full-sync-for-hooks'],
  'poison-object': ['fewer-resources'],
  'slow-list': ['fewer-resources'],
  'operator-oomkilled': ['fewer-resources'],
  'two-operators': ['scope-operators'],
};

/** The quota, the policy or the end of a namespace hit the operator and its Prometheus together. */
const SHARED_FATE: readonly CauseSlug[] = [
  'quota-on-owned-objects',
  'operator-pod-creation-denied',
  'pod-create-denied',
  'namespace-terminating',
  'apiserver-unreachable-at-start',
  'apiserver-lost-after-sync',
];

/** Advice for the long run, where the evidence calls for it: most telling first, none for a healthy resource. */
export function adviceFor(diagnosis: Diagnosis): readonly AdviceCode[] {
  const cause = diagnosis.rootCause?.cause;
  if (!cause) return [];
  const versions = diagnosis.observations.find((one) => one.code === 'versions');
  const shared = versions?.values['operatorNamespace'] === diagnosis.target.namespace;
  const advice: AdviceCode[] = [...(BY_CAUSE[cause] ?? [])];
  if (
    cause.startsWith('rbac-') ||
    cause === 'crb-wrong-subject' ||
    cause === 'status-patch-forbidden' ||
    cause === 'pods-list-forbidden' ||
    cause === 'owner-refs-enforcement'
  )
    advice.push('role-of-the-release');
  if (SHARED_FATE.includes(cause) && shared) advice.push('own-namespace');
  if (IN_VALUES.includes(cause)) advice.push('helm-values');
  if (CAUSES[cause].rung === 'controller') advice.push('alert-from-outside');
  return advice;
}
