import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { at, type Json, nameOf, namespaceOf, object, objects, string, strings } from '../../src/simulator/json.ts';
import { loadSnapshot } from '../../src/simulator/snapshot.ts';
import { type Lab, lab } from './lab.ts';
import { send } from './raw.ts';

const MERGE = 'application/merge-patch+json';
const APPS = '/apis/apps/v1/namespaces/monitoring';
const OPERATOR = 'prometheus-kube-prometheus-operator';
const DEPLOYMENT = `${APPS}/deployments/${OPERATOR}`;
const PROMETHEUS =
  '/apis/monitoring.coreos.com/v1/namespaces/monitoring/prometheuses/prometheus-kube-prometheus-prometheus';
const ROLE = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${OPERATOR}`;
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

type Act = (world: Lab) => Promise<void>;

const request = async ({ simulator }: Lab, method: string, path: string, body?: unknown): Promise<Json> => {
  const type = method === 'PATCH' ? MERGE : 'application/json';
  const { status, json, text } = await send(simulator.kubeconfig, { method, path, body, contentType: type });
  if (status >= 300) throw new Error(text);
  return json;
};
const restart: Act = async (world) => {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' };
  await request(world, 'PATCH', DEPLOYMENT, { spec: { template: { metadata: { annotations } } } });
};
const allRights: Act = async (world) => {
  const role = await request(world, 'GET', ROLE);
  const more = { apiGroups: ['monitoring.coreos.com'], resources: ['*'], verbs: ['*'] };
  await request(world, 'PATCH', ROLE, { rules: [...objects(role['rules']), more] });
};

/** What a person does about each fault that promfix does not repair by itself. */
const REPAIRS: Readonly<Record<string, Act>> = {
  async F02(world) {
    await allRights(world);
    await restart(world);
  },
  async F05(world) {
    const probes = loadSnapshot('F00').objects[CRDS]?.find((one) => nameOf(one).startsWith('probes.'));
    await request(world, 'POST', CRDS, probes);
  },
  async F12(world) {
    const deployment = await request(world, 'GET', DEPLOYMENT);
    const containers = objects(object(deployment, 'spec', 'template', 'spec')['containers']).map((one) => ({
      ...one,
      args: strings(one['args']).filter((arg) => !arg.startsWith('--prometheus-instance-selector')),
    }));
    await request(world, 'PATCH', DEPLOYMENT, { spec: { template: { spec: { containers } } } });
  },
  F27: allRights,
  async F30(world) {
    await request(world, 'PATCH', PROMETHEUS, {
      spec: { version: 'v3.7.3', image: 'quay.io/prometheus/prometheus:v3.7.3' },
    });
  },
  async F50(world) {
    const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    const body = { metadata: { name: 'standard', annotations }, provisioner: 'rancher.io/local-path' };
    await request(world, 'POST', '/apis/storage.k8s.io/v1/storageclasses', body);
  },
  async F60(world) {
    const ca = string(
      world.simulator.state.get('/api/v1/secrets', 'monitoring', 'prometheus-kube-prometheus-admission'),
      'data',
      'ca',
    );
    for (const kind of ['mutating', 'validating']) {
      const path = `/apis/admissionregistration.k8s.io/v1/${kind}webhookconfigurations/prometheus-kube-prometheus-admission`;
      const found = await request(world, 'GET', path);
      const webhooks = objects(found['webhooks']).map((one) => ({
        ...one,
        clientConfig: { ...object(one, 'clientConfig'), caBundle: ca },
      }));
      await request(world, 'PATCH', path, { webhooks });
    }
  },
};

describe.for(Object.entries(REPAIRS))('snapshot %s', ([id, act]) => {
  test('is healthy after the repair that a person makes', async () => {
    const world = await lab({ snapshot: id });
    await act(world);
    await world.simulator.idle();
    const { verdict, rootCause } = diagnose(await world.port().collect(world.target));
    expect({ verdict, cause: rootCause?.cause }).toEqual({ verdict: 'healthy', cause: undefined });
  });
});

test('a restart in vain gives a new pod with the same complaint', async () => {
  const world = await lab({ snapshot: 'F02' });
  const pods = (): Json[] =>
    world.simulator.state.list('/api/v1/pods', 'monitoring').filter((one) => nameOf(one).startsWith(OPERATOR));
  const before = pods();
  await restart(world);
  await world.simulator.idle();
  expect(pods()).toHaveLength(1);
  expect(pods()[0]).not.toEqual(before[0]);
  const { rootCause } = diagnose(await world.port().collect(world.target));
  expect(rootCause?.cause).toBe('rbac-gate-prometheuses');
});

test('objects come in the order in which they were made', async () => {
  const world = await lab({ snapshot: 'F58', pace: 0.02 });
  const made: string[] = [];
  world.simulator.state.watch(({ before, after }) => {
    if (before === undefined && after !== undefined) made.push(`${String(after['kind'])}/${nameOf(after)}`);
  });
  await restart(world);
  await world.simulator.idle();
  const base = 'prometheus-prometheus-kube-prometheus-prometheus';
  const order = [
    `ReplicaSet/`,
    `Pod/${OPERATOR}`,
    `ConfigMap/${base}-rulefiles-0`,
    `StatefulSet/${base}`,
    `Pod/${base}-0`,
  ];
  const places = order.map((one) => made.findIndex((name) => name.startsWith(one)));
  expect(places.every((place) => place >= 0)).toBe(true);
  expect(places.slice(0, 3)).toEqual([...places.slice(0, 3)].sort((a, b) => a - b));
  expect(Math.max(...places.slice(0, 2))).toBeLessThan(Math.min(...places.slice(2)));
});

test('what an object owned goes with it', async () => {
  const world = await lab({ snapshot: 'F00' });
  await request(world, 'DELETE', PROMETHEUS);
  await world.simulator.idle();
  const left = world.simulator.state
    .list('/apis/apps/v1/statefulsets', 'monitoring')
    .concat(world.simulator.state.list('/api/v1/pods', 'monitoring'))
    .map(nameOf);
  expect(left.filter((name) => name.startsWith('prometheus-prometheus-'))).toEqual([]);
  expect(left.filter((name) => name.startsWith('alertmanager-'))).not.toEqual([]);
});

test('a scale to nothing takes the pod, and the metrics with it', async () => {
  const world = await lab({ snapshot: 'F00' });
  await request(world, 'PATCH', DEPLOYMENT, { spec: { replicas: 0 } });
  await world.simulator.idle();
  const { rootCause } = diagnose(await world.port().collect(world.target));
  expect(rootCause?.cause).toBe('operator-scaled-0');
  const path = `/api/v1/namespaces/monitoring/services/https:${OPERATOR}:https/proxy/metrics`;
  expect(await send(world.simulator.kubeconfig, { path })).toMatchObject({ status: 503 });
});

test('seeded Deployments roll out by their status alone', async () => {
  const world = await lab({ snapshot: 'F00' });
  const seeded = world.simulator.seedDeployments(30);
  const [first] = seeded;
  expect(seeded).toHaveLength(30);
  const path = `/apis/apps/v1/namespaces/${first?.namespace}/deployments/${first?.name}`;
  await request(world, 'PATCH', path, { spec: { template: { metadata: { annotations: { x: 'y' } } } } });
  await world.simulator.idle();
  const found = await request(world, 'GET', path);
  expect(namespaceOf(found)).toBe('lab');
  expect([at(found, 'metadata', 'generation'), at(found, 'status', 'observedGeneration')]).toEqual([2, 2]);
});
