import type { FindingText } from '../finding-text.ts';

/**
 * Why something loud follows from a cause that lies deeper, by the observation's code and in the order of the chain: each sentence is the
 * link to what stands before it. `what Argo CD waits for` is the bridge from a missing status to TLS errors.
 */
export const consequenceTexts = {
  'operator-not-ready': () => 'The operator’s pod cannot become ready before this is repaired.',
  'crd-missing': () => 'The kind is not served, so the API server does not know such a resource.',
  'gate-warning': () => 'This warning is the only trace of the check at start that switched the controller off.',
  'cache-sync-pending': () => 'The operator waits for a list that cannot succeed.',
  'reflector-errors': () => 'The operator repeats a list or watch that cannot succeed.',
  'kubelet-errors': () => 'The same account lacks the rights for the kubelet Service as well; that is beside the path.',
  'sync-errors': () => 'Every attempt meets the same cause, so the error repeats.',
  'status-write-errors': () => 'The same cause stops the operator from writing the status.',
  'no-statefulset': () => 'Only the operator makes the StatefulSet, and it does not get there.',
  'statefulset-churn': () => 'Each of the two operators puts the StatefulSet back to its own form.',
  'rollout-under-way': () => 'The StatefulSet waits for the pod that fails before it goes on.',
  'no-pods': () => 'Pods come from the StatefulSet, and it does not make any.',
  'status-empty': () => 'Only the operator writes the status, and it does not get there.',
  'status-stale': () => 'The operator cannot bring the status up to date.',
  'argocd-missing': () => 'The resource cannot be created, so Argo CD misses it.',
  'argocd-degraded': () =>
    'Argo CD takes the health of the Prometheus from its status, and the status says it is not available.',
  'argocd-progressing': () =>
    'Argo CD takes the health of the Prometheus from its status; without one it shows Progressing and waits.',
  'argocd-waits-for-health': () => 'The sync does not end before the Prometheus is healthy, and it never becomes so.',
  'argocd-waits-for-hook': () => 'The sync does not go on before its hook has finished.',
  'argocd-out-of-sync': () =>
    'The sync has not ended well, so what is still missing or not as wanted shows as OutOfSync.',
  'argocd-sync-failed': () => 'The sync fails on what this cause breaks.',
  'argocd-comparison-error': () => 'Argo CD cannot compare what the API server does not accept or does not know.',
  'webhook-service-missing': () => 'The webhook configuration is left over, and what it calls is gone.',
  'admission-certificate-expired': () => 'The chart’s hook keeps a certificate that is there, however old.',
  'admission-certificate-wrong-ca': () => 'Certificate and CA were put into the Secret at different times.',
  'admission-certificate-wrong-name': () => 'The Secret was made for another release or namespace.',
  'ca-bundle-differs': () => 'The caBundle was filled from another Secret than the one the operator serves with now.',
  'ca-bundle-empty': () =>
    'The PostSync hook fills the caBundle, and it runs only once everything the sync applied is healthy.',
  'tls-handshake-errors': () =>
    'Without the right caBundle the API server refuses the operator’s certificate each time a rule is written.',
} as const satisfies Readonly<Record<string, FindingText>>;

type ConsequenceCode = keyof typeof consequenceTexts;

/** The order in which consequences are told: from the cause outwards. */
export const CHAIN: readonly string[] = Object.keys(consequenceTexts);

/** The same as links of a chain, for one line. */
export const consequenceLinks = {
  'operator-not-ready': 'operator not ready',
  'crd-missing': 'kind not served',
  'gate-warning': 'controller switched off',
  'cache-sync-pending': 'caches not filled',
  'reflector-errors': 'list errors',
  'kubelet-errors': 'kubelet errors',
  'sync-errors': 'sync fails',
  'status-write-errors': 'status not written',
  'no-statefulset': 'no StatefulSet',
  'statefulset-churn': 'StatefulSet flaps',
  'rollout-under-way': 'change not rolled out',
  'no-pods': 'no pods',
  'status-empty': 'no status',
  'status-stale': 'old status',
  'argocd-missing': 'Missing',
  'argocd-degraded': 'Degraded',
  'argocd-progressing': 'Progressing',
  'argocd-waits-for-health': 'the sync waits',
  'argocd-waits-for-hook': 'the sync waits for its hook',
  'argocd-out-of-sync': 'OutOfSync',
  'argocd-sync-failed': 'the sync fails',
  'argocd-comparison-error': 'no comparison',
  'webhook-service-missing': 'webhook without a Service',
  'admission-certificate-expired': 'expired certificate',
  'admission-certificate-wrong-ca': 'certificate of another CA',
  'admission-certificate-wrong-name': 'certificate for another name',
  'ca-bundle-differs': 'caBundle of another CA',
  'ca-bundle-empty': 'no caBundle',
  'tls-handshake-errors': 'TLS errors',
} as const satisfies Record<ConsequenceCode, string>;
