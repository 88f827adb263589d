import type { RepairId } from '../../../src/remediations/ids.ts';
import type { RightsRule } from '../../cluster/control-plane/accounts.ts';
import type { Cluster } from '../../cluster/control-plane/cluster.ts';
import { core, NS, PROMETHEUS, STATEFULSET } from '../../cluster/names.ts';
import race from '../../cluster/scenarios/a-start-check.ts';
import {
  applyStack,
  nudge,
  patchPrometheus,
  quota,
  recreatePrometheus,
  scaleOperator,
  storageClass,
  volume,
  webhooksTakeEffect,
  whileDown,
  widenQuota,
  withSpec,
} from '../../cluster/scenarios/change.ts';
import { byId } from '../../cluster/scenarios/load.ts';
import { messageOf, metrics, prometheus } from '../../cluster/scenarios/look.ts';
import type { Scenario } from '../../cluster/scenarios/types.ts';
import { until } from '../../cluster/wait.ts';

/** A fault, the repair for it, and how that must end. */
interface Case {
  /** A scenario of the suite, or one of this file. */
  readonly scenario: string;
  readonly remediation: RepairId;
  /** What somebody mended outside before: a nudge is offered only then. */
  readonly mend?: (cluster: Cluster) => Promise<unknown>;
  /** Rights that no Role of promfix has by default. */
  readonly granted?: readonly RightsRule[];
  /** The code of the refusal, where none can be offered; otherwise it succeeds. */
  readonly refused?: string;
  /** The first operator release with which it can be played. */
  readonly from?: string;
}

const ruleFiles = `${STATEFULSET}-rulefiles-0`;
const fails = (text: string) => async (cluster: Cluster) =>
  messageOf(await prometheus(cluster), 'Reconciled').includes(text);

/** Something that belongs to the Prometheus is there before the operator sees it for the first time: no StatefulSet was ever made. */
const beforeTheFirstSync =
  (make: (cluster: Cluster, owner: object) => Promise<unknown>) =>
  async (cluster: Cluster): Promise<void> => {
    await scaleOperator(cluster, 0);
    await recreatePrometheus(cluster);
    const live = await prometheus(cluster);
    if (!live) throw new Error('the Prometheus was not created');
    const { name, uid } = live.metadata;
    const kind = 'Prometheus';
    await make(cluster, { apiVersion: 'monitoring.coreos.com/v1', kind, name, uid, controller: true });
    await scaleOperator(cluster, 1);
  };

/** The operator started too early, and its namespace has a quota on what a new pod needs; its containers state nothing themselves. */
function raced(id: string, hard: Record<string, string>, defaults?: Record<string, string>): Scenario {
  const first = byId(race, 'F01');
  return {
    ...first,
    id,
    async inject(cluster) {
      await first.inject(cluster);
      await quota(cluster, 'compute', hard);
      if (!defaults) return;
      const limit = { type: 'Container', default: defaults, defaultRequest: defaults };
      const metadata = { name: 'defaults', namespace: NS };
      await cluster.apply({ apiVersion: 'v1', kind: 'LimitRange', metadata, spec: { limits: [limit] } });
    },
  };
}

/** Faults of objects that the Prometheus owns: the suite's own ones are about other people's objects. */
export const OWN: readonly Scenario[] = [
  {
    id: 'F41-owned',
    cause: 'rules-configmap-taken',
    title: 'the rules’ ConfigMap lost the label by which the operator finds it',
    async inject(cluster) {
      await cluster.k('-n', NS, 'label', 'cm', ruleFiles, 'prometheus-name-');
      await nudge(cluster);
    },
    settled: fails(`configmaps "${ruleFiles}" already exists`),
  },
  {
    id: 'F42-owned',
    cause: 'owned-secret-immutable',
    title: 'the config Secret of the operator was made immutable',
    async inject(cluster) {
      await cluster.api.merge(core('secrets', STATEFULSET), { immutable: true });
      await patchPrometheus(cluster, { scrapeInterval: '31s' });
    },
    settled: fails('field is immutable when `immutable` is set'),
  },
  {
    id: 'F41-first',
    cause: 'rules-configmap-taken',
    title: 'the rules’ ConfigMap of a Prometheus that never ran lost the label by which the operator finds it',
    inject: beforeTheFirstSync((cluster, owner) =>
      cluster.api.post(core('configmaps'), {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: ruleFiles, namespace: NS, ownerReferences: [owner] },
      }),
    ),
    settled: fails(`configmaps "${ruleFiles}" already exists`),
  },
  {
    id: 'F42-first',
    cause: 'owned-secret-immutable',
    title: 'the config Secret of a Prometheus that never ran was made immutable',
    inject: beforeTheFirstSync((cluster, owner) =>
      cluster.api.post(core('secrets'), {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: STATEFULSET, namespace: NS, ownerReferences: [owner] },
        immutable: true,
      }),
    ),
    settled: fails('field is immutable when `immutable` is set'),
  },
  raced('F01-quota', { 'requests.cpu': '4', 'limits.memory': '8Gi', pods: '50' }, { cpu: '50m', memory: '64Mi' }),
  raced('F01-quota-full', { 'limits.memory': '64Mi' }, { cpu: '50m', memory: '96Mi' }),
  raced('F01-quota-silent', { 'limits.memory': '8Gi' }),
  {
    id: 'F30-tag',
    cause: 'version-not-semver',
    title: 'the version is “latest”, and the image says which one it is',
    inject: (cluster) =>
      whileDown(cluster, undefined, withSpec({ image: 'quay.io/prometheus/prometheus:v3.7.3', version: 'latest' })),
    settled: fails('failed to parse version'),
  },
];

async function failOpen(cluster: Cluster): Promise<void> {
  await cluster.k('delete', 'validatingwebhookconfiguration', 'kyverno-resource-validating-webhook-cfg');
  await webhooksTakeEffect();
}

async function bringClass(cluster: Cluster): Promise<void> {
  await volume(cluster, 'gp2');
  await storageClass(cluster, 'gp2');
}

const byName = (group: string, resource: string): RightsRule => ({
  apiGroups: [group],
  resources: [resource],
  verbs: ['get', 'delete'],
  resourceNames: [STATEFULSET],
});
/** The config Secret bears the name of the StatefulSet. */
const secretByName = byName('', 'secrets');
const statefulSetByName = byName('apps', 'statefulsets');

/** What a re-creation needs: the name can't be said of a create. */
export const recreates: readonly RightsRule[] = [
  {
    apiGroups: ['monitoring.coreos.com'],
    resources: ['prometheuses'],
    verbs: ['get', 'delete'],
    resourceNames: [PROMETHEUS],
  },
  { apiGroups: ['monitoring.coreos.com'], resources: ['prometheuses'], verbs: ['create'] },
];
const readsSecret: RightsRule = { ...secretByName, verbs: ['get'] };

const WAITS_LONG = 20_000;

/**
 * Resolves just after a failed try, when the operator waits for the next one longer than a diagnosis takes: its back-off doubles. Before
 * that it would see by itself that something was mended.
 */
export async function deepInBackOff(cluster: Cluster): Promise<void> {
  const errors = async () =>
    (await metrics(cluster)).find((line) =>
      line.startsWith('prometheus_operator_reconcile_errors_total{controller="prometheus"}'),
    ) ?? '';
  let seen = { line: await errors(), at: performance.now() };
  await until(
    'the operator waits long between its tries',
    async () => {
      const line = await errors();
      if (line === '' || line === seen.line) return false;
      const waited = performance.now() - seen.at;
      seen = { line, at: performance.now() };
      return waited > WAITS_LONG;
    },
    { seconds: 180, every: 250 },
  );
}

export const CASES: readonly Case[] = [
  { scenario: 'F13', remediation: 'fix-controller-id' },
  { scenario: 'F12', remediation: 'add-instance-label' },
  { scenario: 'F30', remediation: 'set-version', refused: 'version-unknown' },
  { scenario: 'F30b', remediation: 'set-version' },
  { scenario: 'F30-tag', remediation: 'set-version' },
  { scenario: 'F39', remediation: 'relabel-statefulset' },
  { scenario: 'F39b', remediation: 'relabel-statefulset' },
  { scenario: 'F39', remediation: 'orphan-delete-statefulset', granted: [statefulSetByName] },
  { scenario: 'F39', remediation: 'orphan-delete-statefulset', refused: 'worker-right-missing' },
  { scenario: 'F41', remediation: 'remove-owned-conflict', refused: 'not-owned' },
  { scenario: 'F41-owned', remediation: 'remove-owned-conflict' },
  { scenario: 'F42', remediation: 'remove-owned-conflict', granted: [secretByName], refused: 'not-owned' },
  { scenario: 'F42-owned', remediation: 'remove-owned-conflict', granted: [secretByName] },
  { scenario: 'F42-owned', remediation: 'remove-owned-conflict', refused: 'not-checked' },
  { scenario: 'F41-first', remediation: 'recreate-resource', granted: recreates },
  { scenario: 'F41-first', remediation: 'recreate-resource', refused: 'worker-right-missing' },
  { scenario: 'F41-owned', remediation: 'recreate-resource', granted: recreates, refused: 'owns-a-workload' },
  { scenario: 'F41', remediation: 'recreate-resource', granted: recreates, refused: 'not-owned' },
  // No right to delete the Secret: the cluster's garbage collector does that.
  { scenario: 'F42-first', remediation: 'recreate-resource', granted: [...recreates, readsSecret] },
  { scenario: 'F32', remediation: 'nudge', refused: 'storage-class-still-missing' },
  { scenario: 'F32', remediation: 'nudge', mend: bringClass },
  { scenario: 'F43', remediation: 'nudge', refused: 'quota-still-full' },
  { scenario: 'F43', remediation: 'nudge', mend: widenQuota },
  { scenario: 'F44', remediation: 'nudge', refused: 'right-still-missing' },
  { scenario: 'F44', remediation: 'nudge', mend: applyStack },
  { scenario: 'F46', remediation: 'nudge', refused: 'webhook-still-down' },
  { scenario: 'F46', remediation: 'nudge', mend: failOpen },
  { scenario: 'F40', remediation: 'nudge', from: '0.89.0' },
  { scenario: 'F01-quota', remediation: 'restart-operator' },
  { scenario: 'F01-quota-full', remediation: 'restart-operator', refused: 'quota-full' },
  { scenario: 'F01-quota-silent', remediation: 'restart-operator', refused: 'quota-wants-amount' },
  { scenario: 'F38', remediation: 'unpause' },
  { scenario: 'F14', remediation: 'scale-operator-up' },
];

/** One of each kind of change. */
export const SHORT: readonly string[] = ['F13', 'F39b', 'F41-owned', 'fix'];

export const nameOf = ({ scenario, remediation, mend, refused, granted }: Case): string =>
  [
    `${scenario} ${remediation}`,
    ...(mend ? ['once it is mended'] : []),
    ...(granted ? ['with the right to delete that object'] : []),
    ...(refused ? [`is refused: ${refused}`] : []),
  ].join(' ');

/** The Prometheus that every case is about. */
export const SUBJECT = { namespace: NS, name: PROMETHEUS } as const;
