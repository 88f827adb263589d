import type { CauseSlug } from '../../src/diagnosis/causes.ts';

interface PastedLog {
  readonly title: string;
  readonly lines: readonly string[];
  /** null: the text proves no cause. */
  readonly cause: CauseSlug | null;
}

const SA = 'system:serviceaccount:mon:operator';
const refused = (verb: string, resource: string, group: string, where = 'at the cluster scope') =>
  `${resource}${group ? `.${group}` : ''} is forbidden: User "${SA}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
const slog = (level: string, msg: string, more = '') =>
  `ts=2026-03-01T12:00:00Z level=${level} caller=/workspace/x.go:1 msg=${JSON.stringify(msg)}${more ? ` ${more}` : ''}`;
const unhandled = (error: string) =>
  slog('error', 'Unhandled Error', `logger=UnhandledError err=${JSON.stringify(error)}`);
const klog = (text: string) =>
  `E0301 12:00:00.000000       1 reflector.go:178] github.com/coreos/prometheus-operator/x.go:1: ${text}`;
const MONITORING = 'monitoring.coreos.com';

/** Written for these tests after the texts of operators 0.1 to 0.93; wording and frames are the software's, names are invented. */
export const LOGS: readonly PastedLog[] = [
  // -- the check at start
  {
    title: 'the warning of a late CRD',
    cause: 'crd-race-at-start',
    lines: [slog('warn', 'resource "prometheuses" (group: "monitoring.coreos.com/v1") not installed in the cluster')],
  },
  {
    title: 'a missing right at start',
    cause: 'rbac-gate-prometheuses',
    lines: [
      slog(
        'warn',
        'missing permission on resource "prometheuses" (group: "monitoring.coreos.com/v1")',
        `reason=${JSON.stringify('missing "list" permission on resource "prometheuses" (group: "monitoring.coreos.com") for all namespaces')}`,
      ),
    ],
  },
  {
    title: 'a missing status right at start',
    cause: 'rbac-gate-status-update',
    lines: [
      slog(
        'warn',
        'missing permission on resource "prometheuses" (group: "monitoring.coreos.com/v1")',
        `reason=${JSON.stringify('missing "update" permission on resource "prometheuses/status" (group: "monitoring.coreos.com") for all namespaces')}`,
      ),
    ],
  },
  {
    title: 'a missing right of another controller',
    cause: null,
    lines: [
      slog(
        'warn',
        'missing permission on resource "thanosrulers" (group: "monitoring.coreos.com/v1")',
        `reason=${JSON.stringify('missing "list" permission on resource "thanosrulers" (group: "monitoring.coreos.com") for all namespaces')}`,
      ),
    ],
  },
  // -- the start
  {
    title: 'an unknown flag',
    cause: 'bad-flag',
    lines: ['flag provided but not defined: -new-flag', 'Usage of /bin/operator:', '  -namespaces value'],
  },
  {
    title: 'the DaemonSet mode without the right to manage DaemonSets',
    cause: 'operator-crash-config',
    lines: [
      slog(
        'error',
        'missing permissions to manage Daemonset resource for Prometheus Agent',
        `reason=${JSON.stringify('missing "create" permission on resource "daemonsets" (group: "apps") for all namespaces')}`,
      ),
    ],
  },
  {
    title: 'the DaemonSet mode without its feature gate',
    cause: 'daemonset-gate-off',
    lines: [unhandled('sync "mon/edge" failed: feature gate for Prometheus Agent\'s DaemonSet mode is not enabled')],
  },
  {
    title: 'another program in the image',
    cause: 'bad-flag',
    lines: ['flag provided but not defined: -kubelet-service', 'Usage of /configmap-reload:'],
  },
  {
    title: 'a taken port',
    cause: 'port-conflict',
    lines: [slog('error', 'failed to create web server', 'err="listen tcp :10250: bind: address already in use"')],
  },
  {
    title: 'a missing certificate file',
    cause: 'admission-secret-bad-content',
    lines: [
      slog(
        'warn',
        'server TLS client verification disabled',
        'err="stat /etc/tls/private/tls-ca.crt: no such file or directory"',
      ),
      slog(
        'error',
        'failed to create web server',
        'err="failed to load serving certificate and key: open /cert/cert: no such file or directory"',
      ),
    ],
  },
  {
    title: 'only the harmless line about client certificates',
    cause: null,
    lines: [
      slog(
        'warn',
        'server TLS client verification disabled',
        'err="stat /etc/tls/private/tls-ca.crt: no such file or directory"',
      ),
    ],
  },
  {
    title: 'no token',
    cause: 'sa-token-not-mounted',
    lines: [
      slog(
        'error',
        'failed to create Kubernetes client configuration',
        'err="open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory"',
      ),
    ],
  },
  {
    title: 'an API server that does not answer',
    cause: 'apiserver-unreachable-at-start',
    lines: [
      slog(
        'error',
        'failed to request Kubernetes server version',
        `err=${JSON.stringify('Get "https://10.0.0.1:443/version": dial tcp 10.0.0.1:443: i/o timeout')}`,
      ),
    ],
  },
  {
    title: 'an API server whose certificate does not fit, as one bare line',
    cause: 'apiserver-unreachable-at-start',
    lines: [
      "communicating with server failed: Get https://10.0.0.1:443/version: x509: cannot validate certificate for 10.0.0.1 because it doesn't contain any IP SANs",
    ],
  },
  {
    title: 'missing rights on namespaces',
    cause: 'rbac-namespaces',
    lines: [
      slog(
        'error',
        'instantiating prometheus controller failed',
        `err=${JSON.stringify(`missing list/watch permissions on the 'namespaces' resource: missing "list" permission on resource "namespaces" (group: "") for all namespaces`)}`,
      ),
    ],
  },
  {
    title: 'endpoints and endpointslices both off',
    cause: 'operator-crash-config',
    lines: [
      slog(
        'error',
        'instantiating kubelet endpoints controller failed',
        'err="at least one of endpoints or endpointslice needs to be enabled"',
      ),
    ],
  },
  {
    title: 'an old operator on a new Kubernetes',
    cause: 'operator-too-old-for-k8s',
    lines: [
      'ts=2022-01-01T00:00:00Z caller=main.go:1 msg="Unhandled error received. Exiting..." err="creating CRD: Alertmanager: the server could not find the requested resource"',
    ],
  },
  {
    title: 'an old operator that may not read CRDs',
    cause: 'rbac-operator-crd-access',
    lines: [
      `creating CRDs failed: getting CRD: ThanosRuler: ${refused('get', 'customresourcedefinitions', 'apiextensions.k8s.io')}`,
    ],
  },
  {
    title: 'an old operator that may not list rules',
    cause: 'rbac-operator-missing-resource',
    lines: [
      'ts=2018-01-01T00:00:00Z caller=main.go:1 msg="Unhandled error received. Exiting..." err="creating CRDs failed: waiting for PrometheusRule crd failed: timed out waiting for Custom Resource: failed to list CRD: unknown (get prometheusrules.monitoring.coreos.com)"',
    ],
  },
  {
    title: 'an old operator that meets a bad object',
    cause: 'poison-object',
    lines: [
      'ts=2019-01-01T00:00:00Z caller=main.go:1 msg="Unhandled error received. Exiting..." err="creating CRDs failed: waiting for ServiceMonitor crd failed: timed out waiting for Custom Resource: failed to list CRD: json: cannot unmarshal array into Go struct field ServiceMonitorSpec.x of type v1.Y"',
    ],
  },
  // -- the caches
  {
    title: 'a bad quantity, klog',
    cause: 'poison-object',
    lines: [klog("Failed to list *v1.Prometheus: quantities must match the regular expression '^([+-]?[0-9.]+)$'")],
  },
  {
    title: 'a refused list, slog',
    cause: 'rbac-list-informer',
    lines: [
      slog(
        'error',
        'Failed to watch',
        `logger=UnhandledError err=${JSON.stringify(`failed to list *v1.PartialObjectMetadata: ${refused('list', 'secrets', '')}`)} type=*v1.PartialObjectMetadata`,
      ),
    ],
  },
  {
    title: 'a refused watch, slog',
    cause: 'rbac-watch-informer',
    lines: [
      slog(
        'error',
        'Failed to watch',
        `logger=UnhandledError err=${JSON.stringify(refused('watch', 'servicemonitors', MONITORING))} type=*v1.ServiceMonitor`,
      ),
    ],
  },
  {
    title: 'three refused lists at the cluster scope',
    cause: 'rbac-operator-cluster-scope',
    lines: (['secrets', 'namespaces', 'configmaps'] as const).map(
      (one) =>
        `level=error ts=2022-01-01T00:00:00Z caller=klog.go:116 component=k8s_client_runtime func=ErrorDepth msg=${JSON.stringify(`pkg/reflector.go:1: Failed to watch *v1.X: failed to list *v1.X: ${refused('list', one, '')}`)}`,
    ),
  },
  {
    title: 'a missing sibling CRD',
    cause: 'sibling-crd-missing',
    lines: [
      slog(
        'error',
        'Failed to watch',
        'logger=UnhandledError err="failed to list *v1.Probe: the server could not find the requested resource (get probes.monitoring.coreos.com)" type=*v1.Probe',
      ),
    ],
  },
  {
    title: 'a cache that waits without an error',
    cause: 'slow-list',
    lines: [
      'level=warn ts=2020-12-16T00:01:19Z caller=operator.go:344 component=prometheusoperator informer=Secret msg="cache sync not yet completed"',
    ],
  },
  {
    title: 'a listed namespace that does not exist',
    cause: 'configured-namespace-missing',
    lines: [klog('Failed to list *v1.Namespace: namespaces "gone" not found')],
  },
  {
    title: 'the list bug of 0.40',
    cause: 'operator-bug-multi-namespace-listwatch',
    lines: [
      klog(
        'Failed to watch *v1.ServiceMonitor: expected resource version to have 3 parts to match the number of ListerWatchers',
      ),
    ],
  },
  {
    title: 'an operator that lists StatefulSets of v1beta1',
    cause: 'operator-too-old-for-k8s',
    lines: [klog('Failed to list *v1beta1.StatefulSet: the server could not find the requested resource')],
  },
  // -- the sync
  {
    title: 'a version that is none',
    cause: 'version-not-semver',
    lines: [
      unhandled(
        'sync "a/b" failed: initializing PrometheusRules failed: failed to parse version: Invalid character(s) found in major number "0latest"',
      ),
    ],
  },
  {
    title: 'the fragment of a version error',
    cause: 'version-not-semver',
    lines: ['operator.go:1 Error in parsing version No Major.Minor elements found'],
  },
  {
    title: 'a missing key of a Secret, klog',
    cause: 'secret-ref-missing',
    lines: [
      'E0709 00:00:36.000000       1 operator.go:994] Sync "a/b" failed: creating config failed: could not generate basicAuth for servicemonitor x. secret username key "user" in secret "auth" not found',
    ],
  },
  {
    title: 'additional scrape configs that are no YAML',
    cause: 'additional-config-invalid',
    lines: [
      'E0728 00:00:24.931515       1 operator.go:984] Sync "a/b" failed: creating config failed: generating config failed: unmarshalling additional scrape configs failed: yaml: line 10: did not find expected key',
    ],
  },
  {
    title: 'an Alertmanager configuration with a field that is unknown',
    cause: 'additional-config-invalid',
    lines: [
      unhandled(
        'sync "a/b" failed: provision alertmanager configuration: failed to initialize from secret: yaml: unmarshal errors:\n  line 27: field x not found in type config.plain',
      ),
    ],
  },
  {
    title: 'finalizers that may not be set',
    cause: 'owner-refs-enforcement',
    lines: [
      unhandled(
        `sync "a/b" failed: secrets "c" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: , <nil>`,
      ),
    ],
  },
  {
    title: 'a StatefulSet that is replaced again and again',
    cause: 'sts-stuck-terminating',
    lines: [
      'level=info ts=2020-01-27T00:00:00Z caller=operator.go:1135 component=prometheusoperator msg="resolving illegal update of Prometheus StatefulSet" details="Forbidden: updates to statefulset spec for fields other than \'replicas\' are forbidden"',
    ],
  },
  {
    title: 'two writers of one object',
    cause: 'two-operators',
    lines: [
      'level=info ts=2020-04-08T00:00:51Z caller=operator.go:497 component=alertmanageroperator msg="resolving illegal update of Alertmanager StatefulSet"',
      'E0408 00:00:51.670450       1 operator.go:322] Sync "a/b" failed: updating service object failed: Operation cannot be fulfilled on services "c": the object has been modified; please apply your changes to the latest version and try again',
    ],
  },
  // -- the status
  {
    title: 'a status patch that is refused',
    cause: 'status-patch-forbidden',
    lines: [
      unhandled(
        `status "a/b" failed: failed to apply prometheus status subresource: prometheuses.monitoring.coreos.com "b" is forbidden: User "${SA}" cannot patch resource "prometheuses/status" in API group "monitoring.coreos.com" in the namespace "a"`,
      ),
    ],
  },
  {
    title: 'a status update of an old operator that is refused',
    cause: 'rbac-operator-missing-resource',
    lines: [
      unhandled(
        `status "a/b" failed: failed to update status subresource: thanosrulers.monitoring.coreos.com "b" is forbidden: User "${SA}" cannot update resource "thanosrulers/status" in API group "monitoring.coreos.com" in the namespace "a"`,
      ),
    ],
  },
  {
    title: 'a CRD without a status',
    cause: 'crd-stale-status-schema',
    lines: [
      unhandled(
        'status "a/b" failed: failed to update status subresource: prometheuses.monitoring.coreos.com "b" not found',
      ),
    ],
  },
  // -- single messages
  {
    title: 'an apply that is too long, new wording',
    cause: 'csa-crd-too-long',
    lines: [
      'CustomResourceDefinition.apiextensions.k8s.io "prometheuses.monitoring.coreos.com" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes',
    ],
  },
  {
    title: 'a rule that a webhook stops',
    cause: 'admission-fail-closed',
    lines: [
      'Internal error occurred: failed calling webhook "prometheusrulemutate.monitoring.coreos.com": failed to call webhook: Post "https://o.mon.svc:443/x": service "o" not found',
    ],
  },
  {
    title: 'a hook that does not end',
    cause: 'presync-hook-stuck',
    lines: ['waiting for completion of hook batch/Job/kps-admission-create'],
  },
  {
    title: 'a pod that a policy refuses',
    cause: 'pod-create-denied',
    lines: [
      'create Pod prometheus-a-0 in StatefulSet prometheus-a failed error: pods "prometheus-a-0" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
    ],
  },
  {
    title: 'a role that the installer may not grant',
    cause: 'installer-rbac-escalation',
    lines: [
      'clusterroles.rbac.authorization.k8s.io "operator" is forbidden: attempt to grant extra privileges: [PolicyRule{}]',
    ],
  },
  {
    title: 'a field that the CRD does not know',
    cause: 'crd-stale-status-schema',
    lines: [
      'failed to create typed patch object (a/b; monitoring.coreos.com/v1, Kind=Prometheus): .spec.x: field not declared in schema',
    ],
  },
  {
    title: 'a bare refusal',
    cause: 'rbac-operator-missing-resource',
    lines: [`User "${SA}" cannot list resource "probes" in API group "monitoring.coreos.com" at the cluster scope`],
  },
  // -- text that proves nothing
  {
    title: 'a healthy start',
    cause: null,
    lines: [
      slog('info', 'Starting Prometheus Operator', 'version="(version=0.86.2, branch=)"'),
      slog('info', 'connection established', 'kubernetes_version=1.34.4'),
      slog('info', 'Waiting for caches to sync', 'controller=prometheus'),
      slog('info', 'successfully synced all caches', 'component=prometheus-controller'),
      slog('info', 'sync prometheus', 'component=prometheus-controller key=a/b'),
    ],
  },
  {
    title: 'TLS handshake errors',
    cause: null,
    lines: [slog('error', 'http: TLS handshake error from 10.42.0.1:39468: remote error: tls: bad certificate')],
  },
  {
    title: 'the kubelet Service',
    cause: null,
    lines: [
      slog(
        'error',
        'Failed to list nodes',
        `component=kubelet_endpoints err=${JSON.stringify(refused('list', 'nodes', ''))}`,
      ),
    ],
  },
  {
    title: 'a deprecation',
    cause: null,
    lines: [slog('info', 'Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice')],
  },
  {
    title: 'words of a person',
    cause: null,
    lines: ['we restarted everything and prometheus is still gone', 'please help'],
  },
];
