import type { RemediationId } from '../remediations/ids.ts';
import type { Rung } from './ladder.ts';

/**
 * A named fault. Its words are in `texts/en/causes.ts` under the same slug; `docs/causes.md` is generated from both.
 * - `rung`: where on the ladder it breaks the path; null for neighbours, which are the root cause only when the ladder is whole
 * - `refines`: causes that this one is a more specific form of; within a rung the most specific wins
 * - `explains`: codes of observations (see `runbooks/`) that this cause brings about
 * - `remediations`: ids in `remediations/`, best first; empty = advice in words
 */
export interface Cause {
  readonly rung: Rung | null;
  readonly aliases: readonly string[];
  readonly refines: readonly string[];
  readonly explains: readonly string[];
  readonly remediations: readonly RemediationId[];
}

const cause = (rung: Rung | null, more: Partial<Omit<Cause, 'rung'>> = {}): Cause => ({
  rung,
  aliases: [],
  refines: [],
  explains: [],
  remediations: [],
  ...more,
});

/** What follows when the Prometheus never becomes healthy under Argo CD: its sync waits, the hook that fills the caBundle never runs. */
const UNHEALTHY = [
  'argocd-progressing',
  'argocd-out-of-sync',
  'argocd-waits-for-health',
  'ca-bundle-empty',
  'tls-handshake-errors',
  'no-statefulset',
  'no-pods',
] as const;
/** And when the operator never gets to it. */
const NEVER_HEALTHY = [...UNHEALTHY, 'status-empty'] as const;
/** What Argo CD shows where it could not even apply the resource. */
const NOTHING_TO_SYNC = ['argocd-missing', 'argocd-sync-failed', 'argocd-comparison-error'] as const;
/** What follows when the operator tries and fails: a status is written, so Argo CD shows Degraded. */
const SYNC_FAILS = [...UNHEALTHY, 'argocd-degraded', 'argocd-sync-failed', 'sync-errors'] as const;

export const CAUSES = {
  // -- crd, resource
  'crds-pruned': cause('crd', {
    refines: ['crd-missing'],
    explains: [...NEVER_HEALTHY, ...NOTHING_TO_SYNC, 'reflector-errors', 'crd-missing', 'sibling-crd-missing'],
    remediations: ['refresh-application', 'sync-application'],
  }),
  'csa-crd-too-long': cause('crd', {
    aliases: ['crd-annotation-too-long'],
    refines: ['crds-pruned', 'crd-missing'],
    explains: [...NEVER_HEALTHY, ...NOTHING_TO_SYNC, 'gate-warning', 'crd-missing'],
    remediations: ['server-side-apply', 'sync-application'],
  }),
  'crd-missing': cause('crd', {
    aliases: ['crd-not-yet-installed', 'crd-missing-one-kind', 'crd-being-deleted'],
    explains: [
      ...NEVER_HEALTHY,
      ...NOTHING_TO_SYNC,
      'gate-warning',
      'reflector-errors',
      'sibling-crd-missing',
      'cr-terminating',
    ],
    remediations: ['refresh-application', 'sync-application'],
  }),
  'wrong-kind-or-none': cause('resource', {
    aliases: ['no-prometheus-cr', 'leftover-cr', 'cr-schema-rejected'],
    explains: [...NEVER_HEALTHY, ...NOTHING_TO_SYNC],
  }),
  // -- operator pod
  'operator-scaled-0': cause('operator-pod', { explains: [...NEVER_HEALTHY], remediations: ['scale-operator-up'] }),
  'operator-missing': cause('operator-pod', { explains: [...NEVER_HEALTHY], remediations: ['sync-application'] }),
  'admission-secret-missing': cause('operator-pod', {
    aliases: ['operator-pod-missing-tls-secret'],
    explains: [...NEVER_HEALTHY, 'operator-not-ready', 'argocd-waits-for-hook'],
    remediations: ['sync-application', 'terminate-operation'],
  }),
  'presync-hook-stuck': cause('operator-pod', {
    aliases: ['argocd-hook-stuck', 'hook-job-sidecar', 'admission-job-image-pull'],
    refines: ['admission-secret-missing', 'selfheal-skips-hooks'],
    explains: [...NEVER_HEALTHY, 'operator-not-ready', 'argocd-waits-for-hook'],
    remediations: ['terminate-operation', 'sync-application'],
  }),
  'selfheal-skips-hooks': cause('operator-pod', {
    refines: ['admission-secret-missing'],
    explains: [...NEVER_HEALTHY, 'operator-not-ready'],
    remediations: ['sync-application', 'terminate-operation'],
  }),
  'operator-image-pull': cause('operator-pod', {
    aliases: ['image-arch-mismatch'],
    explains: [...NEVER_HEALTHY, 'operator-not-ready'],
  }),
  'operator-pending': cause('operator-pod', {
    aliases: ['operator-unschedulable'],
    explains: [...NEVER_HEALTHY, 'operator-not-ready'],
  }),
  'operator-pod-creation-denied': cause('operator-pod', {
    aliases: ['quota-denied-operator'],
    explains: [...NEVER_HEALTHY, 'operator-not-ready'],
  }),
  // -- start-up: the process ends before it gets to its controllers
  'operator-oomkilled': cause('start-up', {
    aliases: ['operator-oom'],
    explains: [...NEVER_HEALTHY, 'operator-not-ready'],
  }),
  'admission-secret-bad-content': cause('start-up', {
    explains: [...NEVER_HEALTHY, 'operator-not-ready'],
    remediations: ['admission-certificate'],
  }),
  'port-conflict': cause('start-up', {
    aliases: ['operator-crash-port-conflict'],
    explains: [...NEVER_HEALTHY, 'operator-not-ready'],
  }),
  'both-ns-flags': cause('start-up', { explains: [...NEVER_HEALTHY, 'operator-not-ready'] }),
  'bad-flag': cause('start-up', {
    aliases: ['operator-image-chart-mismatch'],
    explains: [...NEVER_HEALTHY, 'operator-not-ready'],
    remediations: ['test-chart-version'],
  }),
  'sa-token-not-mounted': cause('start-up', {
    aliases: ['operator-no-sa-token'],
    explains: [...NEVER_HEALTHY, 'operator-not-ready'],
  }),
  'apiserver-unreachable-at-start': cause('start-up', {
    aliases: ['apiserver-unreachable', 'apiserver-tls'],
    explains: [...NEVER_HEALTHY, 'operator-not-ready'],
  }),
  'rbac-namespaces': cause('start-up', {
    explains: [...NEVER_HEALTHY, 'operator-not-ready', 'gate-warning'],
    remediations: ['repair-operator-rights'],
  }),
  'operator-crash-config': cause('start-up', { explains: [...NEVER_HEALTHY, 'operator-not-ready'] }),
  'rbac-operator-crd-access': cause('start-up', { explains: [...NEVER_HEALTHY, 'operator-not-ready'] }),
  'operator-too-old-for-k8s': cause('start-up', {
    aliases: ['k8s-version-unsupported', 'operator-older-than-crd'],
    explains: [...NEVER_HEALTHY, 'operator-not-ready'],
    remediations: ['test-chart-version'],
  }),
  // -- controller: the one-shot check at start
  'crd-race-at-start': cause('controller', {
    explains: [...NEVER_HEALTHY, 'gate-warning'],
    remediations: ['restart-operator', 'test-chart-version'],
  }),
  'skipcrds-then-crds': cause('controller', {
    refines: ['crd-race-at-start'],
    explains: [...NEVER_HEALTHY, 'gate-warning'],
    remediations: ['restart-operator', 'test-chart-version'],
  }),
  'rbac-gate-prometheuses': cause('controller', {
    explains: [...NEVER_HEALTHY, 'gate-warning'],
    remediations: ['repair-operator-rights', 'restart-operator', 'test-chart-version'],
  }),
  'rbac-gate-status-update': cause('controller', {
    explains: [...NEVER_HEALTHY, 'gate-warning'],
    remediations: ['repair-operator-rights', 'restart-operator', 'test-chart-version'],
  }),
  'crb-wrong-subject': cause('controller', {
    aliases: ['rbac-binding-wrong-namespace'],
    refines: ['rbac-gate-prometheuses', 'rbac-gate-status-update', 'rbac-namespaces', 'rbac-list-informer'],
    explains: [...NEVER_HEALTHY, 'gate-warning', 'kubelet-errors'],
    remediations: ['repair-operator-rights', 'restart-operator'],
  }),
  // -- caches
  'sibling-crd-missing': cause('caches', {
    explains: [...NEVER_HEALTHY, 'reflector-errors', 'cache-sync-pending', 'argocd-sync-failed'],
    remediations: ['refresh-application', 'sync-application'],
  }),
  'rbac-list-informer': cause('caches', {
    explains: [...NEVER_HEALTHY, 'reflector-errors', 'cache-sync-pending'],
    remediations: ['repair-operator-rights'],
  }),
  'poison-object': cause('caches', {
    aliases: ['cr-undecodable-poisons-list'],
    explains: [...NEVER_HEALTHY, 'reflector-errors', 'cache-sync-pending'],
  }),
  'slow-list': cause('caches', {
    aliases: ['cache-sync-timeout-many-secrets'],
    explains: [...NEVER_HEALTHY, 'cache-sync-pending'],
  }),
  'configured-namespace-missing': cause('caches', {
    explains: [...NEVER_HEALTHY, 'reflector-errors', 'cache-sync-pending'],
  }),
  'rbac-operator-cluster-scope': cause('caches', {
    refines: ['rbac-list-informer'],
    explains: [...NEVER_HEALTHY, 'reflector-errors', 'cache-sync-pending', 'kubelet-errors'],
    remediations: ['repair-operator-rights'],
  }),
  'operator-bug-multi-namespace-listwatch': cause('caches', {
    aliases: ['operator-bug-namespace-informer'],
    explains: [...NEVER_HEALTHY, 'reflector-errors', 'cache-sync-pending'],
    remediations: ['test-chart-version'],
  }),
  // -- selected
  'ns-allowlist-excludes': cause('selected', { aliases: ['namespace-not-watched'], explains: [...NEVER_HEALTHY] }),
  'ns-denylist': cause('selected', { explains: [...NEVER_HEALTHY] }),
  'instance-selector-excludes': cause('selected', {
    explains: [...NEVER_HEALTHY],
    remediations: ['add-instance-label'],
  }),
  'controller-id-mismatch': cause('selected', { explains: [...NEVER_HEALTHY], remediations: ['fix-controller-id'] }),
  'cr-terminating': cause('selected', { explains: [...NEVER_HEALTHY] }),
  paused: cause('selected', { explains: [...SYNC_FAILS], remediations: ['unpause'] }),
  // -- sync
  'apiserver-lost-after-sync': cause('sync', {
    explains: [...SYNC_FAILS, 'status-empty', 'reflector-errors', 'status-write-errors'],
    remediations: ['restart-operator'],
  }),
  'version-not-semver': cause('sync', {
    aliases: ['version-unparseable'],
    explains: [...SYNC_FAILS],
    remediations: ['set-version'],
  }),
  'version-unsupported': cause('sync', { explains: [...SYNC_FAILS] }),
  'storageclass-missing': cause('sync', { explains: [...SYNC_FAILS], remediations: ['nudge'] }),
  'secret-ref-missing': cause('sync', { aliases: ['referenced-secret-missing'], explains: [...SYNC_FAILS] }),
  'additional-config-invalid': cause('sync', {
    aliases: ['additional-scrape-config-invalid', 'alertmanager-config-invalid'],
    explains: [...SYNC_FAILS],
  }),
  'spec-semantic': cause('sync', { explains: [...SYNC_FAILS] }),
  'build-conflict': cause('sync', { aliases: ['pod-template-override-invalid'], explains: [...SYNC_FAILS] }),
  'rules-configmap-taken': cause('sync', {
    explains: [...SYNC_FAILS],
    remediations: ['remove-owned-conflict', 'recreate-resource'],
  }),
  'owned-secret-immutable': cause('sync', {
    explains: [...SYNC_FAILS],
    remediations: ['remove-owned-conflict', 'recreate-resource'],
  }),
  'quota-on-owned-objects': cause('sync', { explains: [...SYNC_FAILS], remediations: ['nudge'] }),
  'rbac-write-verb': cause('sync', {
    explains: [...SYNC_FAILS, 'kubelet-errors'],
    remediations: ['repair-operator-rights', 'nudge'],
  }),
  'policy-denies-sts': cause('sync', { explains: [...SYNC_FAILS] }),
  'webhook-down-fail-closed': cause('sync', { explains: [...SYNC_FAILS], remediations: ['nudge'] }),
  'namespace-terminating': cause('sync', { explains: [...SYNC_FAILS] }),
  'owner-refs-enforcement': cause('sync', { aliases: ['rbac-ownerref-finalizers'], explains: [...SYNC_FAILS] }),
  'daemonset-gate-off': cause('sync', { explains: [...SYNC_FAILS] }),
  'worker-blocked': cause('sync', {
    explains: [...SYNC_FAILS, 'status-empty'],
    remediations: ['restart-operator', 'test-chart-version'],
  }),
  // -- statefulset
  'sts-invisible-label': cause('statefulset', {
    explains: [...SYNC_FAILS, 'status-stale'],
    remediations: ['relabel-statefulset', 'orphan-delete-statefulset'],
  }),
  'foreign-sts': cause('statefulset', { explains: [...SYNC_FAILS] }),
  'sts-gone-unseen': cause('statefulset', { explains: [...SYNC_FAILS], remediations: ['nudge'] }),
  'sts-stuck-terminating': cause('statefulset', {
    aliases: ['sts-immutable-field-not-recreated', 'sts-recreate-loop-immutable-field', 'gitops-prunes-statefulset'],
    explains: [...SYNC_FAILS],
  }),
  'two-operators': cause('statefulset', {
    aliases: ['two-operators-conflict'],
    explains: [...SYNC_FAILS, 'statefulset-churn'],
  }),
  // -- pods, ready
  'pod-create-denied': cause('pods', {
    aliases: [
      'serviceaccount-missing',
      'quota-denied-pod',
      'quota-denied-priorityclass',
      'podsecurity-denied',
      'name-too-long',
    ],
    explains: [...SYNC_FAILS],
  }),
  'no-sts-controller': cause('pods', { explains: [...SYNC_FAILS] }),
  'pvc-pending': cause('pods', { explains: [...SYNC_FAILS] }),
  unschedulable: cause('pods', { explains: [...SYNC_FAILS] }),
  'rollout-stuck': cause('ready', {
    refines: ['pod-start-failure'],
    explains: [...SYNC_FAILS, 'rollout-under-way'],
  }),
  'pod-start-failure': cause('ready', {
    aliases: ['pod-invalid-image', 'reloader-limit-too-low'],
    explains: [...SYNC_FAILS],
  }),
  // -- status
  'status-patch-forbidden': cause('status', {
    explains: [
      'status-empty',
      'status-write-errors',
      'argocd-progressing',
      'argocd-waits-for-health',
      'argocd-out-of-sync',
      'ca-bundle-empty',
      'tls-handshake-errors',
    ],
    remediations: ['repair-operator-rights'],
  }),
  'pods-list-forbidden': cause('status', {
    explains: [
      'status-empty',
      'status-stale',
      'status-write-errors',
      'argocd-progressing',
      'argocd-degraded',
      'argocd-waits-for-health',
      'argocd-out-of-sync',
      'ca-bundle-empty',
      'tls-handshake-errors',
    ],
    remediations: ['repair-operator-rights'],
  }),
  'crd-stale-status-schema': cause('status', {
    aliases: ['crd-stale', 'argocd-health-check-no-status'],
    explains: [
      'status-empty',
      'status-write-errors',
      'argocd-progressing',
      'argocd-waits-for-health',
      'argocd-out-of-sync',
      'ca-bundle-empty',
      'tls-handshake-errors',
    ],
  }),
  // -- neighbours
  'rbac-operator-missing-resource': cause(null, { explains: ['reflector-errors', 'status-write-errors'] }),
  'rbac-watch-informer': cause(null, { explains: ['reflector-errors'], remediations: ['repair-operator-rights'] }),
  'admission-fail-closed': cause(null, {
    aliases: [
      'webhook-unreachable',
      'webhook-orphan-service-missing',
      'webhook-stale-cabundle',
      'webhook-tls-disabled',
      'webhook-operator-not-ready',
    ],
    explains: [
      'argocd-sync-failed',
      'argocd-out-of-sync',
      'argocd-comparison-error',
      'ca-bundle-empty',
      'ca-bundle-differs',
      'admission-certificate-expired',
      'admission-certificate-wrong-ca',
      'admission-certificate-wrong-name',
      'webhook-service-missing',
      'tls-handshake-errors',
    ],
    remediations: ['admission-certificate'],
  }),
  // Never a root cause: it harms nobody while the webhooks fail open. It is what a repair is for that somebody asks for.
  'admission-not-trusted': cause(null, { remediations: ['admission-certificate'] }),
  'config-unmanaged-nil-selectors': cause(null, { aliases: ['cr-ignore-namespace-selectors'] }),
  'rbac-kubelet-service': cause(null, { explains: ['kubelet-errors'], remediations: ['repair-operator-rights'] }),
  'installer-rbac-escalation': cause(null, {}),
  'argocd-project-not-permitted': cause(null, { explains: ['argocd-sync-failed', 'argocd-out-of-sync'] }),
  ignoreoninstallonly: cause(null, { explains: ['ca-bundle-empty', 'tls-handshake-errors', 'argocd-sync-failed'] }),
} as const satisfies Record<string, Cause>;

export type CauseSlug = keyof typeof CAUSES;
