import semver from 'semver';
import type { Cluster } from '../control-plane/cluster.ts';
import type { Managed } from '../kinds.ts';
import { core, NS, prometheusesPath, STATEFULSET } from '../names.ts';
import { until } from '../wait.ts';
import {
  admissionPolicy,
  applyStackAndNudge,
  type Change,
  chartPrometheus,
  type Draft,
  nudge,
  patchPrometheus,
  quota,
  removePrometheus,
  webhooksTakeEffect,
  whileDown,
  widenQuota,
  withoutRight,
} from './change.ts';
import { condition, healthy, isTrue, messageOf, prometheus, statefulSet } from './look.ts';
import { syncFailed } from './sync-failed.ts';
import type { Scenario } from './types.ts';

const EXISTS = `statefulsets.apps "${STATEFULSET}" already exists`;
const RULES = `${STATEFULSET}-rulefiles-0`;

/** The Prometheus goes first, with all that it owns: only then can one of those names be taken. */
const takeName = (make: Change) => (cluster: Cluster) =>
  whileDown(cluster, async () => {
    cluster.savedCr = await chartPrometheus(cluster);
    await removePrometheus(cluster);
    await make(cluster);
  });
const without = (group: string, resource: string, verb: string) => (cluster: Cluster) =>
  whileDown(cluster, withoutRight(group, resource, [verb]));
const denied = (verb: string, resource: string, group = '') =>
  `cannot ${verb} resource "${resource}" in API group "${group}" in the namespace "${NS}"`;
const thenNudge = (repair: Change) => async (cluster: Cluster) => {
  await repair(cluster);
  await nudge(cluster);
};

/** The StatefulSet is there and the operator does not see it. From 0.89 on it gives it labels and calls that reconciled. */
async function invisible(cluster: Cluster): Promise<boolean> {
  const object = await prometheus(cluster);
  const quiet = semver.gte(cluster.operator, '0.89.0') && isTrue(object, 'Reconciled') && !(await visible(cluster));
  return (
    (await statefulSet(cluster)) !== undefined &&
    (quiet || messageOf(object, 'Reconciled').includes(EXISTS)) &&
    condition(object, 'Available')?.reason === 'StatefulSetNotFound'
  );
}

async function visible(cluster: Cluster): Promise<boolean> {
  return (await statefulSet(cluster))?.metadata.labels?.['managed-by'] === 'prometheus-operator';
}

/** The operator said that it makes the StatefulSet again, and for a while now there has been none. */
async function goneForLong(cluster: Cluster): Promise<boolean> {
  const [replacing] = (await cluster.operatorLog()).match(/^.*recreating StatefulSet because.*$/m) ?? [];
  const at = replacing?.match(/\d{4}-\d\d-\d\dT[\d:.]+Z/)?.[0];
  return at !== undefined && Date.now() - Date.parse(at) > 20_000 && (await statefulSet(cluster)) === undefined;
}

async function foreignIsThere(cluster: Cluster): Promise<boolean> {
  const existing = await statefulSet(cluster);
  return (
    existing !== undefined &&
    !existing.metadata.ownerReferences &&
    messageOf(await prometheus(cluster), 'Reconciled').includes(`creating statefulset failed: ${EXISTS}`)
  );
}

const labelledByOther = ({ metadata }: Draft): void => {
  metadata.labels = { ...metadata.labels, 'managed-by': 'argocd' };
};
const showStatefulSet = (cluster: Cluster) =>
  cluster.k('-n', NS, 'label', '--overwrite', 'sts', STATEFULSET, 'managed-by=prometheus-operator');

const LEGACY = { app: 'legacy-prometheus' };
const foreignStatefulSet = (cluster: Cluster) =>
  cluster.apply({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: STATEFULSET, namespace: NS, labels: LEGACY },
    spec: {
      serviceName: 'legacy',
      selector: { matchLabels: LEGACY },
      template: {
        metadata: { labels: LEGACY },
        spec: { containers: [{ name: 'prometheus', image: 'quay.io/prometheus/prometheus:v2.55.1' }] },
      },
    },
  });
const foreignConfigMap = (cluster: Cluster) =>
  cluster.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: RULES, namespace: NS },
    data: { 'old.yaml': 'groups: []\n' },
  });
const immutableSecret = (cluster: Cluster) =>
  cluster.api.post(core('secrets'), {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: STATEFULSET },
    stringData: { 'prometheus.yaml.gz': 'old' },
    immutable: true,
  });

const KYVERNO = 'kyverno-resource-validating-webhook-cfg';
/** A policy engine that fails closed and has no running pod. */
async function deadWebhook(cluster: Cluster): Promise<void> {
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kyverno' } });
  const ports = [{ name: 'https', port: 443, targetPort: 9443 }];
  await cluster.apply({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kyverno-svc', namespace: 'kyverno' },
    spec: { selector: { app: 'kyverno' }, ports },
  });
  const webhook = {
    name: 'validate.kyverno.svc-fail',
    failurePolicy: 'Fail',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    timeoutSeconds: 10,
    rules: [
      { apiGroups: ['apps'], apiVersions: ['v1'], resources: ['statefulsets'], operations: ['CREATE', 'UPDATE'] },
    ],
    clientConfig: { service: { name: 'kyverno-svc', namespace: 'kyverno', path: '/validate/fail' } },
  };
  await cluster.apply({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: KYVERNO },
    webhooks: [webhook],
  });
  await webhooksTakeEffect();
}
async function failOpen(cluster: Cluster): Promise<void> {
  const path = `/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${KYVERNO}`;
  await cluster.api.json(path, [{ op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Ignore' }]);
  await webhooksTakeEffect();
}

const TEAM = 'team-a';
const teamPrometheus = (cluster: Cluster) => cluster.api.maybe<Managed>(`${prometheusesPath(TEAM)}/${TEAM}`);
const teamAvailable = async (cluster: Cluster) => isTrue(await teamPrometheus(cluster), 'Available');
async function installTeam(cluster: Cluster): Promise<void> {
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: TEAM } });
  const spec = { replicas: 1, version: 'v3.7.3', serviceMonitorSelector: {} };
  await cluster.apply({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'Prometheus',
    metadata: { name: TEAM, namespace: TEAM },
    spec,
  });
}
const protectPrometheus = admissionPolicy('protect-prometheus', {
  group: 'monitoring.coreos.com',
  resource: 'prometheuses',
  operation: 'DELETE',
  expression: 'false',
  message: 'Prometheus objects are protected',
});
const requireTeam = admissionPolicy('require-team-label', {
  group: 'apps',
  resource: 'statefulsets',
  operation: 'CREATE',
  expression: "'team' in object.metadata.labels",
  message: 'StatefulSets need the label team',
});

/** Something around the Prometheus refuses an object that the operator writes. */
export default [
  {
    id: 'F39',
    cause: 'sts-invisible-label',
    title: 'the StatefulSet lost the label managed-by, so the operator does not see it',
    inject: thenNudge((cluster) => cluster.k('-n', NS, 'label', 'sts', STATEFULSET, 'managed-by-')),
    settled: invisible,
    // Finds that the StatefulSet exists already, and gives it its labels back.
    later: { from: '0.89.0', shows: async (cluster) => (await visible(cluster)) && healthy(cluster) },
    fix: thenNudge(showStatefulSet),
  },
  {
    id: 'F39b',
    cause: 'sts-invisible-label',
    title: 'the label managed-by on the Prometheus hides its StatefulSet from the operator',
    inject: (cluster) => whileDown(cluster, undefined, labelledByOther),
    settled: invisible,
    async fix(cluster) {
      await patchPrometheus(cluster, {}, { labels: { 'managed-by': null } });
      await showStatefulSet(cluster);
      await nudge(cluster);
    },
  },
  {
    id: 'F40',
    cause: 'foreign-sts',
    title: 'somebody else has a StatefulSet of that name',
    inject: takeName(foreignStatefulSet),
    settled: foreignIsThere,
    // Takes it over and deletes it, because its selector can't be changed; the deletion is of an object that it does not watch.
    later: { from: '0.89.0', cause: 'sts-gone-unseen', shows: goneForLong },
    fix: thenNudge((cluster) => cluster.k('-n', NS, 'delete', 'sts', STATEFULSET, '--wait=true')),
  },
  {
    id: 'F41',
    cause: 'rules-configmap-taken',
    title: "the rules' ConfigMap exists without the label by which the operator finds it",
    inject: takeName(foreignConfigMap),
    // Which quotes the name stands in differs between releases.
    settled: syncFailed(`configmaps "${RULES}" already exists`, 1),
    // Takes it over.
    later: { from: '0.90.1', shows: healthy },
    fix: thenNudge((cluster) => cluster.k('-n', NS, 'delete', 'cm', RULES)),
  },
  {
    id: 'F42',
    cause: 'owned-secret-immutable',
    title: 'the config Secret was made immutable',
    inject: takeName(immutableSecret),
    settled: syncFailed('field is immutable when `immutable` is set', 2),
    fix: thenNudge((cluster) => cluster.k('-n', NS, 'delete', 'secret', STATEFULSET)),
  },
  {
    id: 'F43',
    cause: 'quota-on-owned-objects',
    title: 'a ResourceQuota leaves no room for another StatefulSet',
    inject: (cluster) => whileDown(cluster, () => quota(cluster, 'objects', { 'count/statefulsets.apps': '1' })),
    settled: syncFailed(
      `statefulsets.apps "${STATEFULSET}" is forbidden: exceeded quota: objects, requested: count/statefulsets.apps=1, used: count/statefulsets.apps=1, limited: count/statefulsets.apps=1`,
      6,
    ),
    fix: thenNudge(widenQuota),
  },
  {
    id: 'F44',
    cause: 'rbac-write-verb',
    title: 'the operator may not create statefulsets',
    inject: without('apps', 'statefulsets', 'create'),
    settled: syncFailed(denied('create', 'statefulsets', 'apps'), 6),
    fix: applyStackAndNudge,
  },
  {
    id: 'F44b',
    cause: 'rbac-write-verb',
    title: 'the operator may not delete secrets, which it tries on every sync',
    inject: without('', 'secrets', 'delete'),
    settled: syncFailed(denied('delete', 'secrets'), 3),
    fix: applyStackAndNudge,
  },
  {
    id: 'F44c',
    cause: 'rbac-write-verb',
    title: 'the operator may not get services',
    inject: without('', 'services', 'get'),
    settled: syncFailed(denied('get', 'services'), 5),
    fix: applyStackAndNudge,
  },
  {
    id: 'F45',
    cause: 'policy-denies-sts',
    title: 'a ValidatingAdmissionPolicy wants a team label on every StatefulSet',
    inject: (cluster) => whileDown(cluster, requireTeam),
    settled: syncFailed(
      `statefulsets.apps "${STATEFULSET}" is forbidden: ValidatingAdmissionPolicy 'require-team-label' with binding 'require-team-label' denied request: StatefulSets need the label team`,
      6,
    ),
    fix: (cluster) => patchPrometheus(cluster, {}, { labels: { team: 'observability' } }),
  },
  {
    id: 'F46',
    cause: 'webhook-down-fail-closed',
    title: 'a policy engine that fails closed has no running pod',
    inject: (cluster) => whileDown(cluster, deadWebhook),
    settled: syncFailed(
      'Internal error occurred: failed calling webhook "validate.kyverno.svc-fail": failed to call webhook',
      6,
    ),
    fix: thenNudge(failOpen),
  },
  {
    id: 'F47',
    cause: 'namespace-terminating',
    subject: `${TEAM}/${TEAM}`,
    title: 'the namespace of the Prometheus is being deleted; a policy keeps the Prometheus, so that this never ends',
    async inject(cluster) {
      await protectPrometheus(cluster);
      await installTeam(cluster);
      await until('the team Prometheus is Available', () => teamAvailable(cluster));
      await cluster.k('delete', 'ns', TEAM, '--wait=false');
    },
    async settled(cluster) {
      const object = await teamPrometheus(cluster);
      return (
        messageOf(object, 'Reconciled').includes('because it is being terminated') &&
        condition(object, 'Available')?.reason === 'StatefulSetNotFound'
      );
    },
    async fix(cluster) {
      await cluster.k('delete', 'validatingadmissionpolicybinding', 'protect-prometheus');
      await cluster.k('wait', '--for=delete', `ns/${TEAM}`, '--timeout=60s');
      await installTeam(cluster);
    },
    recovered: teamAvailable,
  },
] satisfies readonly Scenario[];
