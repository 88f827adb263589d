import { describe, expect, it } from 'vitest';
import { clusterPort } from '../../src/evidence/cluster-port.ts';
import { loadKubeClient } from '../../src/kubernetes/load.ts';
import { askedFor } from '../cluster/asked-for.ts';
import type { Cluster } from '../cluster/control-plane/cluster.ts';
import { promfix, SCENARIO_TIMEOUT, withScenario } from '../cluster/harness.ts';
import type { Container, Deployment, Managed, Secret } from '../cluster/kinds.ts';
import { ADMISSION, core, NS, OPERATOR, OPERATOR_PATH, PROMETHEUS, prometheusesPath } from '../cluster/names.ts';
import { addArguments } from '../cluster/scenarios/change.ts';
import { byId, loadScenarios } from '../cluster/scenarios/load.ts';
import { isTrue } from '../cluster/scenarios/look.ts';
import { until } from '../cluster/wait.ts';
import { named } from './ask.ts';

/** On demand: `--only operators`, or `--only all`. */
const isMeant = askedFor('operators');
const scenarios = await loadScenarios(null);

const SYSTEM = 'team-b-system';
const SECOND = 'team-b-operator';
const HEALTHY = { verdict: 'healthy', cause: null };

/** Another operator, of another release and in another namespace, with the same rights, for the namespace team-b alone. */
async function installSecond(cluster: Cluster): Promise<void> {
  for (const name of ['team-b', SYSTEM, 'team-c']) await cluster.k('create', 'namespace', name);
  const { data } = await cluster.api.get<Secret>(core('secrets', ADMISSION));
  await cluster.api.post(core('secrets', undefined, SYSTEM), {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: ADMISSION },
    data,
  });
  await cluster.k('-n', SYSTEM, 'create', 'serviceaccount', SECOND);
  const binding = ['create', 'clusterrolebinding', SECOND, `--clusterrole=${OPERATOR}`];
  await cluster.k(...binding, `--serviceaccount=${SYSTEM}:${SECOND}`);
  const { spec } = await cluster.api.get<Deployment>(OPERATOR_PATH);
  const labels = { app: SECOND };
  const template = { ...spec.template, metadata: { labels } };
  template.spec = { ...template.spec, serviceAccountName: SECOND, serviceAccount: SECOND };
  template.spec.containers = template.spec.containers.map(
    (container): Container => ({
      ...container,
      name: 'manager',
      args: [...(container.args ?? []).filter((one) => !one.startsWith('--kubelet-')), ...watching('team-b')],
    }),
  );
  await cluster.apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: SECOND, namespace: SYSTEM, labels },
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
  });
  await cluster.k('-n', SYSTEM, 'rollout', 'status', `deploy/${SECOND}`, '--timeout=120s');
}

const watching = (namespace: string): string[] => [
  `--namespaces=${namespace}`,
  `--prometheus-instance-namespaces=${namespace}`,
];

const make = (cluster: Cluster, namespace: string, name: string, spec = {}) =>
  cluster.apply({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'Prometheus',
    metadata: { name, namespace },
    spec: { replicas: 1, version: 'v3.7.3', serviceMonitorSelector: {}, ...spec },
  });

const says = (cluster: Cluster, namespace: string, name: string, type: string, status: string) =>
  until(`${namespace}/${name} is ${type} ${status}`, async () => {
    const object = await cluster.api.get<Managed>(`${prometheusesPath(namespace)}/${name}`);
    return status === 'True'
      ? isTrue(object, type)
      : object.status?.conditions?.some((one) => one.type === type && one.status === status);
  });

async function requests({ kubeconfig }: Cluster, namespace: string, name: string): Promise<number> {
  const client = loadKubeClient({ kubeconfig });
  const port = clusterPort({
    client,
    clusterName: 'lab',
    now: () => new Date(),
    deadlineMs: 30_000,
    readMetrics: true,
  });
  try {
    await port.collect({ cluster: 'lab', kind: 'Prometheus', namespace, name });
    return client.counters.requests;
  } finally {
    await client.close();
  }
}

describe.runIf(isMeant)('two operators, each for a namespace of its own', () => {
  it('each Prometheus is judged by the operator that watches it', { timeout: SCENARIO_TIMEOUT }, async () => {
    await withScenario(byId(scenarios, 'F00'), async ({ cluster }) => {
      const asked = (subject: string) => named(cluster.kubeconfig, subject);
      await addArguments(...watching(NS))(cluster);
      await cluster.k('-n', NS, 'rollout', 'status', `deploy/${OPERATOR}`, '--timeout=120s');
      await installSecond(cluster);
      await make(cluster, 'team-b', 'payments');
      await make(cluster, 'team-b', 'search', { image: 'registry.example.org/prometheus:main', version: 'main' });
      await make(cluster, 'team-c', 'nobodys');
      await says(cluster, 'team-b', 'payments', 'Available', 'True');
      await says(cluster, 'team-b', 'search', 'Reconciled', 'False');

      expect(await asked(`${NS}/${PROMETHEUS}`)).toEqual(HEALTHY);
      expect(await asked('team-b/payments')).toEqual(HEALTHY);
      expect(await asked('team-b/search')).toEqual({ verdict: 'broken', cause: 'version-not-semver' });
      expect(await asked('team-c/nobodys')).toEqual({ verdict: 'broken', cause: 'ns-allowlist-excludes' });

      // Which one is meant has to be said, and which there are.
      const { code, stderr } = await promfix(['diagnose'], cluster.kubeconfig);
      expect(code).not.toBe(0);
      for (const one of [`${NS}/${PROMETHEUS}`, 'team-b/payments', 'team-b/search', 'team-c/nobodys'])
        expect(stderr).toContain(one);

      // With a second operator that is read in full as well.
      expect(await requests(cluster, 'team-b', 'payments')).toBeLessThanOrEqual(60);

      // Only those of the operator that is gone are touched.
      await cluster.k('-n', SYSTEM, 'scale', `deploy/${SECOND}`, '--replicas=0');
      expect(await asked('team-b/payments')).toMatchObject({ cause: 'operator-scaled-0' });
      expect(await asked(`${NS}/${PROMETHEUS}`)).toEqual(HEALTHY);
    });
  });

  it('an operator elsewhere costs at most 41 requests', { timeout: SCENARIO_TIMEOUT }, async () => {
    await withScenario(byId(scenarios, 'F00'), async ({ cluster }) => {
      await cluster.k('create', 'namespace', 'team-b');
      await make(cluster, 'team-b', 'payments');
      await says(cluster, 'team-b', 'payments', 'Available', 'True');
      expect(await named(cluster.kubeconfig, 'team-b/payments')).toEqual(HEALTHY);
      expect(await requests(cluster, 'team-b', 'payments')).toBeLessThanOrEqual(41);
    });
  });
});
