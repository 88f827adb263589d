import type { CauseSlug } from '../../diagnosis/causes.ts';
import {
  applyCrd,
  applyMissingCrd,
  crdEstablished,
  edit,
  editRole,
  endOperation,
  fullSync,
  nudge,
  onlyWith,
  operatorArgs,
  operatorEvents,
  operatorMay,
  operatorPods,
  operatorPrevious,
  quotas,
  restart,
  rollout,
  status,
  subresourceMay,
  type Template,
  targetEvents,
  watchIt,
  whereKnown,
} from './templates.ts';

const RESTART = [restart, rollout, watchIt];
const k = (...words: string[]): Template => ['kubectl', ...words];
const inTarget = (...words: string[]): Template => k('-n', '{namespace}', ...words);
const inOperator = (...words: string[]): Template => k('-n', '{operatorNamespace}', ...words);

/**
 * What a person may run under their own rights, in this order. Commands that look come before commands that change; nothing here deletes
 * what cannot be made again.
 */
export const COMMANDS = {
  // -- crd, resource
  'crds-pruned': [applyMissingCrd, crdEstablished, fullSync],
  'csa-crd-too-long': [applyMissingCrd, crdEstablished, ...RESTART],
  'crd-missing': [k('get', 'crd', '{plural}.monitoring.coreos.com'), applyCrd, crdEstablished, restart],
  'wrong-kind-or-none': [k('get', 'prometheuses,prometheusagents,alertmanagers,thanosrulers', '-A')],
  // -- operator pod
  'operator-scaled-0': [inOperator('scale', 'deployment/{operator}', '--replicas=1'), rollout, watchIt],
  'operator-missing': [k('get', 'deployments', '-A', '-o', 'wide'), fullSync],
  'admission-secret-missing': [inOperator('get', 'secret', '{secret}'), endOperation, fullSync],
  'presync-hook-stuck': [inOperator('describe', 'job', '{job}'), endOperation, fullSync],
  'selfheal-skips-hooks': [fullSync],
  'operator-image-pull': [
    operatorEvents,
    inOperator('get', 'deployment', '{operator}', '-o', 'jsonpath={.spec.template.spec.containers[*].image}'),
  ],
  'operator-pending': [operatorEvents, k('get', 'nodes', '-o', 'wide')],
  'operator-pod-creation-denied': [
    operatorEvents,
    onlyWith('quota', inOperator('describe', 'resourcequota')),
    onlyWith('account', inOperator('get', 'serviceaccount', '{account}')),
  ],
  // -- start-up
  'operator-oomkilled': [
    operatorPods,
    inOperator('set', 'resources', 'deployment/{operator}', '--limits=memory=512Mi'),
  ],
  'admission-secret-bad-content': [
    inOperator('describe', 'secret', '{secret}'),
    inOperator('delete', 'secret', '{secret}'),
    fullSync,
  ],
  'port-conflict': [operatorPrevious, operatorArgs],
  'both-ns-flags': [operatorArgs],
  'bad-flag': [operatorArgs, operatorPrevious],
  'sa-token-not-mounted': [
    inOperator('get', 'deployment', '{operator}', '-o', 'jsonpath={.spec.template.spec.automountServiceAccountToken}'),
  ],
  'apiserver-unreachable-at-start': [operatorPrevious, inOperator('get', 'networkpolicies')],
  'rbac-namespaces': [operatorMay('list', 'namespaces'), editRole],
  'operator-crash-config': [operatorPrevious, operatorArgs],
  'rbac-operator-crd-access': [operatorMay('get', 'customresourcedefinitions'), editRole],
  'operator-too-old-for-k8s': [k('version'), operatorPrevious],
  // -- controller
  'crd-race-at-start': RESTART,
  'skipcrds-then-crds': RESTART,
  'rbac-gate-prometheuses': [operatorMay('list', '{resource}'), editRole, ...RESTART],
  'rbac-gate-status-update': [subresourceMay('update', '{resource}', 'status'), editRole, ...RESTART],
  'crb-wrong-subject': [
    k('get', 'clusterrolebinding', '{clusterRoleBinding}', '-o', 'yaml'),
    // Only to add the right subject would leave the wrong one with every right of the operator.
    whereKnown(
      'subjectsPatch',
      k('patch', 'clusterrolebinding', '{clusterRoleBinding}', '--type=json', '-p', '{subjectsPatch}'),
    ),
    onlyWith('wrongSubjectStays', k('edit', 'clusterrolebinding', '{clusterRoleBinding}')),
    ...RESTART,
  ],
  // -- caches
  'sibling-crd-missing': [k('get', 'crd'), applyMissingCrd],
  'rbac-list-informer': [operatorMay('list', '{resourceDenied}'), editRole],
  'poison-object': [k('-n', '{objectNamespace}', 'edit', '{objectKind}', '{objectName}')],
  'slow-list': [operatorArgs, k('get', 'secrets', '-A', '--no-headers')],
  'configured-namespace-missing': [operatorArgs, k('get', 'namespaces')],
  'rbac-operator-cluster-scope': [
    operatorMay('list', '{resource}'),
    k('get', 'clusterrolebindings', '-o', 'wide'),
    restart,
  ],
  'operator-bug-multi-namespace-listwatch': [operatorArgs],
  // -- selected
  'ns-allowlist-excludes': [operatorArgs],
  'ns-denylist': [operatorArgs],
  'instance-selector-excludes': [operatorArgs, inTarget('get', '{resource}', '{name}', '--show-labels')],
  'controller-id-mismatch': [inTarget('annotate', '{resource}', '{name}', 'operator.prometheus.io/controller-id-')],
  'cr-terminating': [inTarget('get', '{resource}', '{name}', '-o', 'jsonpath={.metadata.finalizers}')],
  paused: [inTarget('patch', '{resource}', '{name}', '--type=merge', '-p', '{"spec":{"paused":false}}'), watchIt],
  // -- sync
  'apiserver-lost-after-sync': [inOperator('get', 'serviceaccount', '{serviceAccount}', '-o', 'yaml'), ...RESTART],
  'version-not-semver': [inTarget('get', '{resource}', '{name}', '-o', 'jsonpath={.spec.version}'), edit, watchIt],
  'version-unsupported': [inTarget('get', '{resource}', '{name}', '-o', 'jsonpath={.spec.version}'), edit, watchIt],
  'storageclass-missing': [k('get', 'storageclasses'), edit, nudge],
  'secret-ref-missing': [inTarget('get', 'secret', '{secret}'), edit],
  'additional-config-invalid': [status, inTarget('edit', 'secret', '{secret}')],
  'spec-semantic': [status, edit],
  'build-conflict': [status, edit],
  'rules-configmap-taken': [
    inTarget('get', 'configmap', '{configMap}', '-o', 'yaml'),
    inTarget('delete', 'configmap', '{configMap}'),
    nudge,
  ],
  'owned-secret-immutable': [
    inTarget('get', 'secret', '{secret}', '-o', 'jsonpath={.metadata}'),
    inTarget('delete', 'secret', '{secret}'),
    nudge,
  ],
  'quota-on-owned-objects': [quotas, inTarget('edit', 'resourcequota', '{quota}'), nudge],
  'rbac-write-verb': [operatorMay('{verb}', '{resourceDenied}'), editRole, nudge],
  'policy-denies-sts': [status, edit, nudge],
  'webhook-down-fail-closed': [k('get', 'validatingwebhookconfigurations,mutatingwebhookconfigurations'), nudge],
  'namespace-terminating': [k('get', 'namespace', '{namespace}', '-o', 'jsonpath={.status.conditions}')],
  'owner-refs-enforcement': [subresourceMay('update', '{resource}', 'finalizers'), editRole, nudge],
  'daemonset-gate-off': [
    inOperator('get', 'deployment', '{operator}', '-o', 'jsonpath={.spec.template.spec.containers[*].args}'),
    operatorMay('create', 'daemonsets.apps'),
  ],
  'worker-blocked': [k('get', 'validatingwebhookconfigurations,mutatingwebhookconfigurations'), restart],
  // -- statefulset
  'sts-invisible-label': [
    onlyWith('labelOfResource', inTarget('label', '{resource}', '{name}', 'managed-by-')),
    inTarget('get', 'statefulset', '{statefulSet}', '--show-labels'),
    inTarget('label', 'statefulset', '{statefulSet}', 'managed-by=prometheus-operator', '--overwrite'),
  ],
  'foreign-sts': [
    inTarget('get', 'statefulset', '{statefulSet}', '-o', 'jsonpath={.metadata.ownerReferences}{.metadata.labels}'),
  ],
  'sts-gone-unseen': [inTarget('get', 'statefulset'), nudge],
  'sts-stuck-terminating': [inTarget('get', 'pods', '-o', 'wide'), inTarget('describe', 'pod', '{pod}')],
  'two-operators': [k('get', 'deployments', '-A', '-o', 'wide')],
  // -- pods, ready
  'pod-create-denied': [
    inTarget('describe', 'statefulset', '{statefulSet}'),
    onlyWith('quota', quotas),
    onlyWith('account', inTarget('get', 'serviceaccount', '{account}')),
  ],
  'no-sts-controller': [
    k('-n', 'kube-system', 'get', 'pods', '-o', 'wide'),
    k('-n', 'kube-system', 'get', 'lease', 'kube-controller-manager', '-o', 'yaml'),
  ],
  'pvc-pending': [inTarget('get', 'pvc'), inTarget('describe', 'pvc', '{claim}'), k('get', 'storageclasses')],
  unschedulable: [inTarget('describe', 'pod', '{pod}'), k('describe', 'nodes')],
  'rollout-stuck': [inTarget('get', 'pods', '-L', 'controller-revision-hash'), inTarget('delete', 'pod', '{pod}')],
  'pod-start-failure': [
    inTarget('describe', 'pod', '{pod}'),
    onlyWith('crashed', inTarget('logs', '{pod}', '-c', '{container}', '--previous')),
  ],
  // -- status
  'status-patch-forbidden': [subresourceMay('patch', '{resource}', 'status'), editRole, nudge],
  'pods-list-forbidden': [operatorMay('list', 'pods'), editRole, nudge],
  'crd-stale-status-schema': [
    k('get', 'crd', '{plural}.monitoring.coreos.com', '-o', 'jsonpath={.metadata.annotations}'),
    applyCrd,
    nudge,
  ],
  // -- neighbours
  'rbac-operator-missing-resource': [operatorMay('list', '{resourceDenied}'), editRole],
  'rbac-watch-informer': [operatorMay('watch', '{resourceDenied}'), editRole],
  'admission-fail-closed': [
    k('get', 'validatingwebhookconfigurations,mutatingwebhookconfigurations'),
    k('get', 'validatingwebhookconfiguration', '{configuration}', '-o', 'yaml'),
  ],
  'admission-not-trusted': [
    k('get', 'validatingwebhookconfigurations,mutatingwebhookconfigurations'),
    inOperator('describe', 'secret', '{secret}'),
    fullSync,
  ],
  'config-unmanaged-nil-selectors': [edit],
  'rbac-kubelet-service': [operatorMay('list', 'nodes'), editRole],
  'installer-rbac-escalation': [k('auth', 'can-i', 'escalate', 'clusterroles')],
  'argocd-project-not-permitted': [k('-n', 'argocd', 'get', 'appproject', '{project}', '-o', 'yaml')],
  ignoreoninstallonly: [inOperator('get', 'jobs'), targetEvents],
} as const satisfies Record<CauseSlug, readonly Template[]>;
