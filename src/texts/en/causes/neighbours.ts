import type { CauseSlug } from '../../../diagnosis/causes.ts';
import type { CauseText } from '../../cause-text.ts';

const WHOLE = 'The path of the Prometheus itself is intact; this breaks something beside it.';

/** Causes beside the ladder: the root cause only when the ladder is whole. */
export const neighbourCauses = {
  'rbac-operator-missing-resource': {
    title: 'The operator lacks one right',
    what: 'The operator’s role lacks one resource, subresource or verb that this operator asks for, typically because the role is of an older version than the operator.',
    effect: 'What needs that right does not work; whether the Prometheus itself is affected depends on the kind.',
    proof: 'The log says which user may not do what: "is forbidden", or in old versions "unknown (get …)".',
    repair: 'Install the ClusterRole that belongs to the operator’s version, or add that one rule.',
    vain: [{ tried: 'Restarting the operator', because: 'It lacks the same right afterwards.' }],
  },
  'rbac-watch-informer': {
    title: 'The operator may list but not watch something',
    what: 'The operator’s ServiceAccount may list a kind but not watch it. Everything works, but changes of that kind are only seen when the operator lists again.',
    effect: 'Changes reach Prometheus up to a minute late, and the log fills with errors.',
    proof: 'The log repeats "cannot watch resource", and the access review for watch says no.',
    repair: 'Add watch on that kind to the operator’s ClusterRole; no restart is needed.',
    vain: [{ tried: 'Restarting the operator', because: 'It may list, so it starts; the watch stays refused.' }],
  },
  'admission-fail-closed': {
    title: 'Rules cannot be written: a webhook fails closed',
    what: 'A webhook for PrometheusRules or AlertmanagerConfigs has failurePolicy Fail and cannot be called: its caBundle is empty or from another CA, or its Service is gone, often with a release that was uninstalled. Under Argo CD this is a deadlock: the sync fails before the hook that would fill the caBundle.',
    effect: 'No PrometheusRule can be written, so releases fail. The Prometheus and its StatefulSet are not affected.',
    proof:
      'The webhook configuration says failurePolicy Fail, and its caBundle is empty or differs from the Secret’s, or its Service does not exist.',
    repair:
      'If the configuration belongs to a release that is gone, delete that configuration. Else copy the CA of the admission Secret into the caBundle (promfix can do that, and renew the certificate first where it is unusable), or set failurePolicy Ignore until the hook has run.',
    vain: [
      {
        tried: 'Restarting the operator',
        because:
          'What the API server calls, and what it trusts, is set in the webhook configuration; a restart does not change that.',
      },
      { tried: 'Syncing again', because: 'It fails at the same rule, before the hook.' },
    ],
  },
  'admission-not-trusted': {
    title: 'The API server does not trust the operator’s webhooks',
    what: 'The caBundle of the operator’s webhooks is empty or from another CA, or the certificate in the admission Secret is unusable. The webhooks have failurePolicy Ignore, so the API server goes on without them.',
    effect: 'PrometheusRules are written unchecked, and the operator logs TLS errors. Nothing else is affected.',
    proof:
      'The webhook configuration’s caBundle is not the CA of the admission Secret, or the certificate there is expired, for another name, or does not fit its key.',
    repair:
      'Copy the CA of the admission Secret into the caBundle; a full sync does that, or with Helm alone a helm upgrade to the version that is installed, as the chart’s hook is part of both. promfix does it on request: /promfix fix admission-certificate.',
    vain: [
      {
        tried: 'Restarting the operator',
        because: 'The API server does not trust its certificate, and a restart does not change that.',
      },
    ],
  },
  'config-unmanaged-nil-selectors': {
    title: 'The operator leaves the configuration alone',
    what: 'No selector for monitors is set, so the operator treats the configuration as somebody else’s and writes an empty one; or a setting about namespaces hides the monitors.',
    effect: 'Prometheus runs without targets.',
    proof: 'The condition Reconciled has reason ConfigurationUnmanaged, or the selectors are all absent.',
    repair: 'Set at least one selector, {} selects everything, and check ignoreNamespaceSelectors.',
    vain: [{ tried: 'Restarting Prometheus', because: 'Its configuration is empty on purpose.' }],
  },
  'rbac-kubelet-service': {
    title: 'The operator may not write the kubelet Service',
    what: 'The operator keeps a Service and endpoints for the kubelets, and may not write them.',
    effect: WHOLE,
    proof: 'The log repeats errors of the component kubelet_endpoints about nodes, services or endpoints.',
    repair: 'Grant the verb that the log names, or unset prometheusOperator.kubeletService.enabled.',
    vain: [
      { tried: 'Looking for the missing StatefulSet here', because: 'This controller has nothing to do with it.' },
    ],
  },
  'installer-rbac-escalation': {
    title: 'The installer may not grant these rights',
    what: 'Whoever installs the chart may not create a role with rights that they do not hold themselves.',
    effect: 'The operator’s role is missing or old.',
    proof:
      'The installer\'s error says "attempt to grant extra privileges" or "is attempting to grant RBAC permissions not currently held".',
    repair: 'Install as somebody who holds these rights or has the verb escalate on roles.',
    vain: [{ tried: 'Installing again as the same user', because: 'The API server refuses it every time.' }],
  },
  'argocd-project-not-permitted': {
    title: 'The Argo CD project does not allow it',
    what: 'The AppProject does not permit a kind, namespace, cluster or repository of this Application. One such resource blocks the whole sync before anything is applied.',
    effect: 'Argo CD applies nothing.',
    proof:
      'A resource of the sync says "is not permitted in project", or the Application has the condition InvalidSpecError.',
    repair:
      'Add the kind to clusterResourceWhitelist or the namespace to destinations of the AppProject. The chart needs CRDs, ClusterRoles, bindings and webhook configurations, and Services in kube-system.',
    vain: [
      { tried: 'Syncing again', because: 'The project is checked first, every time.' },
      {
        tried: 'Granting Argo CD more rights in the cluster',
        because: 'The refusal comes from the project, not from the API server.',
      },
    ],
  },
  ignoreoninstallonly: {
    title: 'The patch Job does not know IgnoreOnInstallOnly',
    what: 'Charts before 81.4.2 pass failurePolicy IgnoreOnInstallOnly on to the hook Job that fills the caBundle, which refuses it.',
    effect: 'The caBundle stays empty. The Prometheus is not affected.',
    proof: 'The value failurePolicy is IgnoreOnInstallOnly, and the admission-patch Job fails.',
    repair: 'Set prometheusOperator.admissionWebhooks.failurePolicy to Ignore or Fail, or upgrade the chart to 81.4.2.',
    vain: [{ tried: 'Running the Job again', because: 'It is given the same argument.' }],
  },
} as const satisfies Partial<Record<CauseSlug, CauseText>>;
