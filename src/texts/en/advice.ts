/** What makes the fault less likely to come back. */
export const adviceTexts = {
  'helm-values':
    'Change it in the Helm values in Git: whatever is changed in the cluster alone is undone by the next sync.',
  'crds-first':
    'Install the CRDs first, in an Application or sync wave of their own with a health gate, so that an operator never starts before them.',
  'server-side-apply':
    'Keep ServerSideApply=true in the syncOptions: six of the ten CRDs are too long for client-side apply.',
  'keep-crds': 'Protect the CRDs with the annotation argocd.argoproj.io/sync-options: Prune=false,Delete=false.',
  'own-namespace':
    'Give the operator a namespace of its own, so that quotas, policies and the end of another namespace cannot take it along.',
  'fewer-resources':
    'Let the operator watch fewer objects (namespaces, label and field selectors) and keep fewer custom resources: every one of them is in its caches, and one bad object blocks all.',
  'scope-operators':
    'Give each operator its own namespaces or a controller id, and look for operators in the whole cluster before installing one.',
  'full-sync-for-hooks':
    'Hooks run in full syncs only. Let cert-manager issue the admission certificate, or plan a full sync after every loss of the Secret.',
  'role-of-the-release':
    'Take the role from the operator’s own release instead of a hand-written copy, and change both together.',
  'alert-from-outside':
    'Alert from outside this Prometheus on a custom resource without a status: the alert PrometheusOperatorNotReady cannot fire for a controller that was never started.',
} as const;

export type AdviceCode = keyof typeof adviceTexts;
