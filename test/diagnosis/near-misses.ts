import type { CauseSlug } from '../../src/diagnosis/causes.ts';

/** What promfix sees: a capture of `test/golden`, also with a text in it replaced, or pasted lines. */
export type Sight =
  | { readonly capture: string; readonly but?: readonly Replacement[] }
  | { readonly lines: readonly string[] };
type Replacement = readonly [found: string, by: string];

/** A state that looks like a cause and must not be called it. */
export interface NearMiss {
  readonly like: Sight;
  /** What both show, the fault itself and this: a finding's code, or a text in what was read. */
  readonly sign: string | RegExp;
  /** Why it is another one. */
  readonly why: string;
}

const capture = (id: string, ...but: readonly Replacement[]): Sight => ({ capture: id, but });
const lines = (...all: readonly string[]): Sight => ({ lines: all });
const near = (like: Sight, sign: string | RegExp, why: string): NearMiss => ({ like, sign, why });

const RANCHERS_RELOADER =
  '"--prometheus-config-reloader=docker.io/rancher/mirrored-prometheus-operator-prometheus-config-reloader:v0.85.0"';
const error = (text: string) => `level=error msg="Unhandled Error" logger=UnhandledError err=${JSON.stringify(text)}`;
const SA = 'system:serviceaccount:mon:operator';

export const NEAR_MISSES: Readonly<Record<CauseSlug, readonly NearMiss[]>> = {
  // -- the custom resource and its definition
  'crds-pruned': [
    near(capture('F05'), 'kind-not-served-to-informer', 'one CRD was never there; nobody took the others away'),
  ],
  'csa-crd-too-long': [
    near(
      capture('F58b'),
      'gate-warning',
      'such an apply failed before, and the CRDs came late after it: they are there now',
    ),
    near(capture('F55'), 'argocd-out-of-sync', 'the CRDs were left out on purpose'),
  ],
  'crd-missing': [
    near(capture('F37'), /"deleting"/, 'the resource is on its way out, its CRD stays'),
    near(
      lines(
        'level=warn msg="resource \\"alertmanagers\\" (group: \\"monitoring.coreos.com/v1\\") not installed in the cluster"',
      ),
      /monitoring\.coreos\.com/,
      'a CRD is missing, and a Prometheus does without it',
    ),
  ],
  'wrong-kind-or-none': [
    near(capture('F56'), 'no-statefulset', 'the resource is not there because its kind is not'),
    near(capture('F10'), 'no-statefulset', 'it is there, and nobody takes it for his own'),
  ],
  // -- the operator's pod
  'operator-scaled-0': [
    near(capture('F67'), 'no-statefulset', 'there is no Deployment that could be scaled'),
    near(capture('F26'), 'no-statefulset', 'no pod either, and one is wanted: they are refused'),
    near(capture('N04'), /"replicas": ?0/, 'the Prometheus has 0 replicas, not its operator'),
  ],
  'operator-missing': [near(capture('F14'), 'no-statefulset', 'it is there, with 0 replicas')],
  'admission-secret-missing': [
    near(capture('F57'), 'admission-secret-not-there', 'the hook that makes it is stuck: that is why it is missing'),
    near(capture('F59'), 'admission-secret-not-there', 'a sync without hooks never made it'),
    near(capture('F52b'), /FailedMount/, 'the Secret that a pod waits for is one of the Prometheus'),
  ],
  'presync-hook-stuck': [
    near(capture('F59'), 'admission-secret-not-there', 'no hook was started at all'),
    near(capture('F58'), 'argocd-progressing', 'the sync waits for the Prometheus, not for a hook'),
  ],
  'selfheal-skips-hooks': [
    near(capture('F57'), 'admission-secret-not-there', 'the hook was started, and hangs'),
    near(capture('F15'), 'admission-secret-not-there', 'no Application heals anything: somebody deleted it'),
  ],
  'operator-image-pull': [
    near(capture('F52'), /ImagePullBackOff|ErrImagePull/, 'the image is that of the Prometheus'),
    near(capture('F20'), 'operator-not-ready', 'its pod has no node yet'),
  ],
  'operator-pending': [
    near(capture('F51'), /nodes? (?:are|is) available/, 'the pod without a node is that of the Prometheus'),
    near(capture('F18'), 'operator-not-ready', 'it has a node, and no image'),
  ],
  'operator-pod-creation-denied': [
    near(capture('F48'), /FailedCreate/, 'the pods that are refused are those of the Prometheus'),
    near(capture('F14'), 'no-statefulset', 'nobody asks for a pod'),
  ],
  // -- its start
  'operator-oomkilled': [
    near(capture('F24b'), 'operator-crashes', 'killed as well, by its probe: the API server never answered'),
    near(capture('F22'), 'operator-crashes', 'it ends by itself, at a flag'),
  ],
  'admission-secret-bad-content': [
    near(capture('F15'), 'operator-not-ready', 'the Secret is not there at all'),
    near(
      capture('F60c'),
      /tls: bad certificate|certificate/,
      'the certificate loads, and has expired: the operator runs',
    ),
    near(
      lines(
        'level=warn msg="server TLS client verification disabled" err="stat /etc/tls/private/tls-ca.crt: no such file or directory"',
      ),
      /tls-ca\.crt: no such file or directory/,
      'the harmless line that every operator prints',
    ),
  ],
  'port-conflict': [
    near(capture('F16'), 'operator-crashes', 'the web server does not come up for its certificate'),
    near(
      lines('level=error msg="failed to create web server" err="listen tcp :80: bind: permission denied"'),
      /failed to create web server/,
      'nobody has the port: it may not be taken',
    ),
  ],
  'both-ns-flags': [near(capture('F22'), 'operator-crashes', 'a flag that the program does not know')],
  'bad-flag': [
    near(capture('F21'), 'operator-crashes', 'both flags are known, and exclude each other'),
    near(
      lines(
        "Error parsing command line arguments: unknown long flag '--web.new-flag'",
        'prometheus: error: unknown long flag',
      ),
      /flag/,
      'the words of Prometheus itself: the flag came from its resource',
    ),
  ],
  'sa-token-not-mounted': [
    near(capture('F24'), 'operator-crashes', 'it has its token and reaches nobody'),
    near(
      lines('level=error msg="x" err="open /etc/prometheus/secrets/token: no such file or directory"'),
      /token: no such file or directory/,
      'a token of somebody else',
    ),
  ],
  'apiserver-unreachable-at-start': [
    near(capture('F23'), 'operator-crashes', 'it never tried: it has no token'),
    near(
      capture('F25'),
      /dial tcp|connection refused|Unauthorized|i\/o timeout/,
      'it had synced before it was cut off',
    ),
    near(
      lines(
        'level=info msg="successfully synced all caches" component=prometheus-controller',
        error('Get "https://10.0.0.1:443/api": dial tcp 10.0.0.1:443: i/o timeout'),
      ),
      /dial tcp 10\.0\.0\.1:443: i\/o timeout/,
      'it is past its start',
    ),
  ],
  'rbac-namespaces': [
    near(capture('F16'), 'operator-crashes', 'it ends at its certificate'),
    near(
      lines(
        `E0101 10:00:00.000000 1 reflector.go:1] x.go:1: Failed to list *v1.Namespace: namespaces is forbidden: User "${SA}" cannot list resource "namespaces" in API group "" at the cluster scope`,
      ),
      /namespaces/,
      'an informer is refused while it runs: it does not end',
    ),
  ],
  'operator-crash-config': [
    near(
      lines(
        'level=warn msg="missing permission" reason="missing \\"create\\" permission on resource \\"daemonsets\\" (group: \\"apps\\") for all namespaces"',
      ),
      /missing \\+"create\\+" permission on resource/,
      'a warning, after which it goes on',
    ),
  ],
  'rbac-operator-crd-access': [
    near(
      lines(
        `customresourcedefinitions.apiextensions.k8s.io is forbidden: User "system:serviceaccount:argocd:argocd" cannot get resource "customresourcedefinitions" in API group "apiextensions.k8s.io" at the cluster scope`,
      ),
      /cannot get resource "customresourcedefinitions"/,
      'the account is the installer’s, not the operator’s',
    ),
  ],
  'operator-too-old-for-k8s': [
    near(
      lines(
        'level=error msg="Failed to watch" err="failed to list *v1.Probe: the server could not find the requested resource (get probes.monitoring.coreos.com)" type=*v1.Probe',
      ),
      /could not find the requested resource/,
      'a CRD of its own that is missing',
    ),
  ],
  // -- its controller
  'crd-race-at-start': [
    near(capture('F02'), 'gate-warning', 'the same check, and a right is missing instead of the CRD'),
    near(capture('F56'), 'gate-warning', 'the CRD has not come yet'),
    near(capture('F55'), 'crd-late', 'late as well, because the first sync left the CRDs out: the origin is known'),
    near(
      lines(
        'level=warn msg="resource \\"thanosrulers\\" (group: \\"monitoring.coreos.com/v1\\") not installed in the cluster"',
      ),
      /not installed in the cluster/,
      'the kind of another controller',
    ),
  ],
  'skipcrds-then-crds': [near(capture('F58'), 'crd-late', 'they were in the sync, and came later than the operator')],
  'rbac-gate-prometheuses': [
    near(capture('F03'), 'gate-warning', 'the right on the status is missing, not the one on the resource'),
    near(capture('F04'), 'gate-rights-missing', 'the role has it; it is bound to somebody else'),
  ],
  'rbac-gate-status-update': [
    near(capture('F27'), /prometheuses\/status/, 'the right to patch the status is not checked at start'),
    near(capture('F02'), 'gate-warning', 'it may not list the resource itself'),
  ],
  'crb-wrong-subject': [
    near(capture('F02'), 'gate-rights-missing', 'the binding is right, and the role lacks the verb'),
  ],
  // -- its caches
  'sibling-crd-missing': [near(capture('F63'), 'kind-not-served-to-informer', 'all of them were deleted while it ran')],
  'rbac-list-informer': [
    near(capture('F07'), 'reflector-errors', 'it may list and not watch: the caches are filled'),
    near(capture('F08'), 'reflector-errors', 'it may list, and an object does not decode'),
  ],
  'poison-object': [near(capture('F06'), 'reflector-errors', 'the list is refused, not unreadable')],
  'slow-list': [
    near(
      lines(
        'level=warn component=prometheusoperator informer=Secret msg="cache sync not yet completed"',
        'level=info component=prometheusoperator msg="successfully synced all caches"',
      ),
      /cache sync not yet completed/,
      'it was complete a moment later',
    ),
  ],
  'configured-namespace-missing': [
    near(
      lines('E0301 12:00:00.000000 1 operator.go:1] Sync "a/b" failed: namespaces "a" not found'),
      /namespaces "\w+" not found/,
      'the namespace of a resource that is going away, not one of the flag',
    ),
  ],
  'rbac-operator-cluster-scope': [
    near(
      lines(
        `level=error msg="Failed to watch" err="failed to list *v1.Secret: secrets is forbidden: User \\"${SA}\\" cannot list resource \\"secrets\\" in API group \\"\\" at the cluster scope" type=*v1.Secret`,
      ),
      /at the cluster scope/,
      'one right of many',
    ),
  ],
  'operator-bug-multi-namespace-listwatch': [
    near(
      lines(
        'E0301 12:00:00.000000 1 reflector.go:1] x.go:1: Failed to watch *v1.ServiceMonitor: too old resource version: 3 (7)',
      ),
      /Failed to watch \*v1\.ServiceMonitor/,
      'it lists again by itself',
    ),
  ],
  // -- what it selects
  'ns-allowlist-excludes': [near(capture('F11'), 'status-empty', 'the namespace is denied, not left out')],
  'ns-denylist': [near(capture('F10'), 'status-empty', 'the namespace is left out of a list')],
  'instance-selector-excludes': [near(capture('F13'), 'status-empty', 'a label is not what it goes by')],
  'controller-id-mismatch': [near(capture('F12'), 'status-empty', 'the operator has no id; it selects by a label')],
  'cr-terminating': [
    near(capture('F53'), /"deleting"/, 'the StatefulSet is on its way out, the resource stays'),
    near(capture('F10'), 'status-empty', 'nobody takes the resource for his own'),
  ],
  paused: [
    near(capture('N04'), /"paused": ?false|"replicas": ?0/, 'nothing runs, as asked for: 0 replicas'),
    near(capture('F14'), 'no-statefulset', 'the operator stands still, not the resource'),
  ],
  // -- a sync
  'apiserver-lost-after-sync': [
    near(capture('F24'), /dial tcp|Unauthorized|i\/o timeout|connection refused/, 'it never got through its start'),
    near(capture('F27'), 'status-write-errors', 'one write is refused; everything else arrives'),
  ],
  'version-not-semver': [
    near(capture('F31'), 'sync-errors', 'a version, and one that it does not know'),
    near(capture('N03'), /failed to parse version/, 'the Prometheus of another team'),
  ],
  'version-unsupported': [near(capture('F30'), 'sync-errors', 'no version at all')],
  'storageclass-missing': [
    near(capture('F50'), /storage/i, 'the operator got through: the claim waits'),
    near(capture('F33'), 'sync-errors', 'what is missing is a Secret'),
  ],
  'secret-ref-missing': [
    near(capture('F52b'), /not found/, 'the pod misses it, the operator does not'),
    near(capture('F34'), 'sync-errors', 'the Secret is there, and no YAML'),
  ],
  'additional-config-invalid': [near(capture('F33'), 'sync-errors', 'there is nothing to read yet')],
  'spec-semantic': [near(capture('F36'), 'sync-errors', 'the fields agree; a container of the same name does not fit')],
  'build-conflict': [near(capture('F35'), 'sync-errors', 'two fields exclude each other')],
  'rules-configmap-taken': [
    near(capture('F40'), /already exists/, 'the name that is taken is the StatefulSet’s'),
    near(capture('F42'), 'sync-errors', 'a Secret, and it can’t be changed'),
  ],
  'owned-secret-immutable': [near(capture('F41'), 'sync-errors', 'a ConfigMap that exists and can be changed')],
  'quota-on-owned-objects': [
    near(
      capture('F48'),
      /exceeded quota|must specify limits|failed quota/,
      'the pods are refused, their StatefulSet is there',
    ),
    near(capture('F45'), /statefulsets\.apps .{0,200}is forbidden/, 'a policy forbids it'),
  ],
  'rbac-write-verb': [
    near(capture('F65'), /is forbidden/, 'it may write, and not set the owner'),
    near(capture('F45'), /is forbidden/, 'RBAC allows it; a policy does not'),
  ],
  'policy-denies-sts': [
    near(capture('F43'), /statefulsets\.apps .{0,200}is forbidden/, 'a quota is full'),
    near(capture('F48c'), /is forbidden/, 'PodSecurity refuses the pods'),
  ],
  'webhook-down-fail-closed': [
    near(capture('F45'), 'sync-errors', 'it was asked and said no'),
    near(capture('F60b'), /failurePolicy/, 'the operator’s own webhook: it stops rules, never a StatefulSet'),
  ],
  'namespace-terminating': [
    near(capture('F37'), /"deleting"/, 'the resource goes, its namespace stays'),
    near(capture('F44'), /is forbidden/, 'a right is missing'),
  ],
  'owner-refs-enforcement': [near(capture('F44'), /is forbidden/, 'it may not write at all')],
  'daemonset-gate-off': [
    near(
      lines('level=info msg="Starting Prometheus Operator" feature_gates="PrometheusAgentDaemonSet=false"'),
      /[Gg]ate/,
      'the gate is off, and nobody asked for a DaemonSet',
    ),
  ],
  'worker-blocked': [
    near(capture('F10'), 'no-statefulset', 'it does nothing for the resource because it does not take it'),
    near(capture('F46'), /webhook/, 'the call to the webhook fails, and the operator goes on'),
  ],
  // -- the StatefulSet
  'sts-invisible-label': [near(capture('F40'), /already exists/, 'somebody else’s StatefulSet')],
  'foreign-sts': [near(capture('F39'), /already exists/, 'its own, without the label')],
  'sts-gone-unseen': [
    near(capture('F53'), /recreating StatefulSet/, 'the old one has not gone'),
    near(capture('F44'), 'no-statefulset', 'it can’t make the new one'),
  ],
  'sts-stuck-terminating': [
    near(capture('F37'), /"deleting"/, 'the resource is on its way out'),
    near(capture('F40-later'), /recreating StatefulSet/, 'it has gone'),
  ],
  'two-operators': [
    near(
      capture('F54', [RANCHERS_RELOADER, '"--namespaces=cattle-monitoring-system"']),
      /rancher-monitoring-operator/,
      'two operators, and one of them looks at its own namespace only',
    ),
  ],
  // -- its pods
  'pod-create-denied': [
    near(capture('F43'), /quota/, 'the StatefulSet itself is refused'),
    near(capture('F49'), 'no-pods', 'nobody has tried to make one'),
  ],
  'no-sts-controller': [near(capture('F48'), 'no-pods', 'the controller works, and is refused')],
  'pvc-pending': [
    near(capture('F51'), /nodes? (?:are|is) available/, 'no node fits; no volume is waited for'),
    near(capture('F32'), /storage/i, 'the operator stops before there is a claim'),
  ],
  unschedulable: [near(capture('F50'), /nodes? (?:are|is) available/, 'it waits for its volume')],
  'rollout-stuck': [near(capture('F52'), /updateRevision/, 'the pod that fails is of the newest revision')],
  'pod-start-failure': [
    near(capture('F51'), /"Pending"/, 'it has no node yet'),
    near(capture('F18'), /ImagePullBackOff|ErrImagePull/, 'the image is the operator’s'),
  ],
  // -- its status
  'status-patch-forbidden': [
    near(capture('F28'), 'status-write-errors', 'it may write, and can’t count the pods'),
    near(capture('F29'), 'status-write-errors', 'it may write, and the CRD lacks the field'),
  ],
  'pods-list-forbidden': [near(capture('F27'), 'status-write-errors', 'it counts them, and may not write')],
  'crd-stale-status-schema': [
    near(capture('F27'), 'status-write-errors', 'the CRD has the fields; the right is missing'),
  ],
  // -- beside the path
  'rbac-operator-missing-resource': [
    near(
      lines(
        `level=error msg="Failed to watch" err="failed to list *v1.PartialObjectMetadata: secrets is forbidden: User \\"${SA}\\" cannot list resource \\"secrets\\" in API group \\"\\" at the cluster scope" type=*v1.PartialObjectMetadata`,
      ),
      /cannot list resource/,
      'a resource that the operator does not do without',
    ),
  ],
  'rbac-watch-informer': [near(capture('F06'), 'reflector-errors', 'it may not even list: the cache stays empty')],
  'admission-fail-closed': [
    near(capture('N01'), 'tls-handshake-errors', 'the webhooks fail open'),
    near(capture('F58'), 'ca-bundle-empty', 'they fail open: the CA comes after the Prometheus is healthy'),
  ],
  'admission-not-trusted': [near(capture('N01'), 'ca-bundle-differs', 'nobody asked for it, and it harms nobody')],
  'config-unmanaged-nil-selectors': [
    near(capture('F52b'), /secret .{0,80}not found|FailedMount/, 'a Secret that the spec names, not the configuration'),
  ],
  'rbac-kubelet-service': [
    near(capture('F04'), 'kubelet-errors', 'all rights are missing'),
    near(capture('F44c'), 'kubelet-errors', 'the right on Services is missing for the Prometheus, too'),
  ],
  'installer-rbac-escalation': [
    near(
      lines(
        'clusterroles.rbac.authorization.k8s.io "operator" is forbidden: User "ci" cannot patch resource "clusterroles" in API group "rbac.authorization.k8s.io" at the cluster scope',
      ),
      /clusterroles\.rbac\.authorization\.k8s\.io "operator" is forbidden/,
      'whoever installs may not write roles at all',
    ),
  ],
  'argocd-project-not-permitted': [
    near(capture('F56'), 'argocd-sync-failed', 'the sync fails at a size, not at its project'),
  ],
  ignoreoninstallonly: [near(capture('F58'), 'ca-bundle-empty', 'the policy is a usual one; the sync has not ended')],
};
