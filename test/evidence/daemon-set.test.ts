import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect } from '../../src/evidence/collect.ts';
import { inWaves } from './waves.ts';
import { list, meta, NS, startWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const APPS = `/apis/apps/v1/namespaces/${NS}`;
const agent = (mode: string) => ({
  apiVersion: 'monitoring.coreos.com/v1alpha1',
  kind: 'PrometheusAgent',
  metadata: meta('edge'),
  spec: { mode },
});
const workload = (kind: string, status: unknown) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: meta('prom-agent-edge'),
  spec: { selector: { matchLabels: { a: 'b' } }, template: { spec: { containers: [] } } },
  status,
});

async function collected() {
  const { client, waves } = inWaves(world.server.client());
  const target = { cluster: 'c', kind: 'PrometheusAgent', namespace: NS, name: 'edge' } as const;
  const evidence = await collect(target, { client, now: () => new Date(0), deadlineMs: 15_000, readMetrics: true });
  return { evidence, waves };
}

test('an agent in DaemonSet mode: its DaemonSet stands where a StatefulSet would, in three round trips, without a Service', async () => {
  const path = `/apis/monitoring.coreos.com/v1alpha1/namespaces/${NS}/prometheusagents/edge`;
  world.replies.set(path, agent('DaemonSet'));
  const status = { desiredNumberScheduled: 3, currentNumberScheduled: 3, numberReady: 2, observedGeneration: 1 };
  world.replies.set(`${APPS}/daemonsets/prom-agent-edge`, workload('DaemonSet', status));
  world.replies.set(`/api/v1/namespaces/${NS}/pods`, list([]));

  const { evidence, waves } = await collected();

  expect(evidence.statefulSet).toMatchObject({
    state: 'read',
    value: { kind: 'DaemonSet', replicas: 3, status: { replicas: 3, readyReplicas: 2 } },
  });
  expect(evidence.owned.state === 'read' && evidence.owned.value.map(({ kind }) => kind)).toEqual([
    'Secret',
    'Secret',
    'Secret',
    'DaemonSet',
  ]);
  expect(waves.length).toBeLessThanOrEqual(3);
});

test('an agent in StatefulSet mode: no DaemonSet is asked for', async () => {
  const path = `/apis/monitoring.coreos.com/v1alpha1/namespaces/${NS}/prometheusagents/edge`;
  world.replies.set(path, agent('StatefulSet'));
  world.replies.set(`${APPS}/statefulsets/prom-agent-edge`, workload('StatefulSet', { readyReplicas: 1 }));

  const { evidence, waves } = await collected();

  expect(evidence.statefulSet.state === 'read' && evidence.statefulSet.value.kind).toBe(undefined);
  expect(waves.flat().some(({ path: asked }) => asked.includes('daemonsets'))).toBe(false);
});
