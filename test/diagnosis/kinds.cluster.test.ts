import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { askedFor } from '../cluster/asked-for.ts';
import type { Cluster } from '../cluster/control-plane/cluster.ts';
import { promfix, SCENARIO_TIMEOUT, withScenario } from '../cluster/harness.ts';
import type { Managed } from '../cluster/kinds.ts';
import { NS, OPERATOR, PROMETHEUS, STATEFULSET } from '../cluster/names.ts';
import { addArguments, editRole, patchPrometheus, recreatePrometheus, withSpec } from '../cluster/scenarios/change.ts';
import { byId, loadScenarios } from '../cluster/scenarios/load.ts';
import { operatorVersion } from '../cluster/versions.ts';
import { until } from '../cluster/wait.ts';
import { named } from './ask.ts';

/** On demand: `--only kinds`, or `--only all`. */
const isMeant = askedFor('kinds');
const scenarios = await loadScenarios(null);

interface Kind {
  readonly kind: string;
  /** As somebody writes it. */
  readonly word: string;
  readonly plural: string;
  readonly version: string;
  readonly spec: Readonly<Record<string, unknown>>;
  /** Something in it that the operator can't make sense of. */
  readonly bad: Readonly<Record<string, unknown>>;
}

const KINDS: readonly Kind[] = [
  {
    kind: 'Alertmanager',
    word: 'alertmanager',
    plural: 'alertmanagers',
    version: 'v1',
    spec: { replicas: 1 },
    bad: { image: 'registry.example.org/alertmanager:main', version: 'main' },
  },
  {
    kind: 'ThanosRuler',
    word: 'thanosruler',
    plural: 'thanosrulers',
    version: 'v1',
    spec: { replicas: 1, ruleSelector: {}, queryEndpoints: ['dnssrv+_http._tcp.query.monitoring'] },
    bad: { image: 'registry.example.org/thanos:main', version: 'main' },
  },
  {
    kind: 'PrometheusAgent',
    word: 'prometheusagent',
    plural: 'prometheusagents',
    version: 'v1alpha1',
    spec: { replicas: 1, serviceMonitorSelector: {}, serviceAccountName: 'prometheus-kube-prometheus-prometheus' },
    bad: { image: 'registry.example.org/prometheus:main', version: 'main' },
  },
];

const NAME = 'other';
const path = ({ plural, version }: Kind): string =>
  `/apis/monitoring.coreos.com/${version}/namespaces/${NS}/${plural}/${NAME}`;
const make = (cluster: Cluster, { kind, version, spec }: Kind, more = {}) =>
  cluster.apply({
    apiVersion: `monitoring.coreos.com/${version}`,
    kind,
    metadata: { name: NAME, namespace: NS },
    spec: { ...spec, ...more },
  });

async function diagnosed({ kubeconfig }: Cluster, { word }: Kind) {
  const { stdout, stderr } = await promfix(['diagnose', `${word}/${NAME}`, '-n', NS, '--output', 'json'], kubeconfig);
  expect(stdout, stderr).toMatch(/^\s*\{/);
  // The published schema.
  const { verdict, rootCause } = JSON.parse(stdout) as { verdict: string; rootCause: { cause: string } | null };
  return { verdict, cause: rootCause?.cause ?? null };
}

const says = (cluster: Cluster, kind: Kind, type: string, status: string) => async () => {
  const { status: shown } = await cluster.api.get<Managed>(path(kind));
  return Boolean(shown?.conditions?.some((one) => one.type === type && one.status === status));
};

const scenario = (id: string) => byId(scenarios, id);

describe.runIf(isMeant)('the other kinds go through the same ladder', () => {
  it('healthy; paused; with a version that is none; while the operator is scaled to zero', {
    timeout: SCENARIO_TIMEOUT,
  }, async () => {
    await withScenario(scenario('F00'), async ({ cluster }) => {
      for (const kind of KINDS) await make(cluster, kind);
      for (const kind of KINDS) {
        await until(`the ${kind.kind} is Available`, says(cluster, kind, 'Available', 'True'));
        expect(await diagnosed(cluster, kind), kind.kind).toEqual({ verdict: 'healthy', cause: null });
      }
      for (const kind of KINDS) await make(cluster, kind, kind.bad);
      for (const kind of KINDS) {
        await until(`the ${kind.kind} is not Reconciled`, says(cluster, kind, 'Reconciled', 'False'));
        expect(await diagnosed(cluster, kind), kind.kind).toMatchObject({ cause: 'version-not-semver' });
      }
      for (const kind of KINDS) {
        await cluster.k('-n', NS, 'delete', kind.word, NAME, '--wait=true', '--cascade=foreground');
        await make(cluster, kind, { paused: true });
      }
      for (const kind of KINDS)
        await until(
          `the ${kind.kind} is found paused`,
          async () => (await diagnosed(cluster, kind)).cause === 'paused',
          {
            seconds: 30,
          },
        );
      await cluster.k('-n', NS, 'scale', `deploy/${OPERATOR}`, '--replicas=0');
      for (const kind of KINDS)
        expect(await diagnosed(cluster, kind), kind.kind).toMatchObject({ cause: 'operator-scaled-0' });
    });
  });

  it('a CRD that came late is found for the kind that it concerns', { timeout: SCENARIO_TIMEOUT }, async () => {
    await withScenario(scenario('F58b'), async ({ cluster }) => {
      for (const kind of KINDS) {
        await make(cluster, kind);
        expect(await diagnosed(cluster, kind), kind.kind).toEqual({ verdict: 'broken', cause: 'crd-race-at-start' });
      }
    });
  });

  it('an agent as a DaemonSet: without the feature gate, with it, and on no node', {
    timeout: SCENARIO_TIMEOUT,
  }, async () => {
    await withScenario(scenario('F00'), async ({ cluster }) => {
      const agent = KINDS.find(({ kind }) => kind === 'PrometheusAgent');
      if (!agent) throw new Error('there is no agent among the kinds');
      // Neither is allowed in that mode, by the CRDs of 0.90.
      const { replicas: _, serviceMonitorSelector: __, ...spec } = agent.spec;
      const edge = { ...agent, spec: { ...spec, mode: 'DaemonSet' } };
      const asked = () => diagnosed(cluster, edge);
      await make(cluster, edge);
      await until('the agent is not Reconciled', says(cluster, edge, 'Reconciled', 'False'));
      expect(await asked()).toEqual({ verdict: 'broken', cause: 'daemonset-gate-off' });

      await editRole((rules) => [...rules, { apiGroups: ['apps'], resources: ['daemonsets'], verbs: ['*'] }])(cluster);
      await addArguments('--feature-gates=PrometheusAgentDaemonSet=true')(cluster);
      await until('the agent is Reconciled', says(cluster, edge, 'Reconciled', 'True'));
      await cluster.k('-n', NS, 'rollout', 'status', `daemonset/prom-agent-${NAME}`, '--timeout=120s');
      expect(await asked()).toEqual({ verdict: 'healthy', cause: null });

      await make(cluster, edge, { nodeSelector: { disk: 'none-has-it' } });
      await until('no node wants it', async () => (await asked()).cause === 'unschedulable', { seconds: 60 });
    });
  });

  it.runIf(semver.gte(operatorVersion(), '0.88.0'))(
    'a repair that never reaches the pod: OrderedReady waits for the one that fails',
    { timeout: SCENARIO_TIMEOUT },
    async () => {
      await withScenario(scenario('F00'), async ({ cluster }) => {
        const asked = () => named(cluster.kubeconfig, `${NS}/${PROMETHEUS}`);
        const broken = { podManagementPolicy: 'OrderedReady', image: 'quay.io/prometheus/prometheus:does-not-exist' };
        await recreatePrometheus(cluster, withSpec(broken));
        await until('the image is not pulled', async () => (await asked()).cause === 'pod-start-failure');
        await patchPrometheus(cluster, { image: 'quay.io/prometheus/prometheus:v3.7.3' });
        await until('the change is stuck', async () => (await asked()).cause === 'rollout-stuck', { seconds: 60 });
        await cluster.k('-n', NS, 'delete', 'pod', `${STATEFULSET}-0`);
        await cluster.available();
        expect(await asked()).toEqual({ verdict: 'healthy', cause: null });
      });
    },
  );
});
