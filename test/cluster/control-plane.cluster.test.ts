import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Cluster } from './control-plane/cluster.ts';
import { SCENARIO_TIMEOUT, startHealthy, withScenario } from './harness.ts';
import { loadScenarios, select } from './scenarios/load.ts';
import { controllerAbsent, controllerReady, healthy, logHas, owned, statusEmpty } from './scenarios/look.ts';

describe('the control plane', () => {
  const cluster = new Cluster({ auditLog: true });
  beforeAll(() => startHealthy(cluster), SCENARIO_TIMEOUT);
  afterAll(() => cluster.stop(), 30_000);

  test('runs an operator that makes all seven objects of the Prometheus', async () => {
    expect(await owned(cluster)).toHaveLength(7);
    expect(await healthy(cluster)).toBe(true);
  });

  test("shows the operator's log and metrics through the API server", async () => {
    expect(await logHas(cluster, 'Starting Prometheus Operator')).toBe(true);
    expect(await controllerReady(cluster)).toBe(true);
  });

  test('cuts a log to the bytes and lines that are asked for', async () => {
    const log = (...more: string[]) =>
      cluster.k('-n', 'monitoring', 'logs', 'deploy/prometheus-kube-prometheus-operator', ...more);
    expect(Buffer.byteLength(await log('--limit-bytes=100'))).toBe(100);
    expect((await log('--tail=2')).trim().split('\n')).toHaveLength(2);
  });

  test('gives a ServiceAccount the rights that it was given, and no others', async () => {
    const rules = [{ apiGroups: ['monitoring.coreos.com'], resources: ['prometheuses'], verbs: ['get', 'list'] }];
    const kubeconfig = await cluster.serviceAccount('reader', { namespaced: { monitoring: rules } });
    const as = (...args: string[]) => cluster.k('--kubeconfig', kubeconfig, '-n', 'monitoring', ...args);
    expect(await as('get', 'prometheuses', '-o', 'name')).toContain('prometheus-kube-prometheus-prometheus');
    await expect(as('get', 'secrets')).rejects.toThrow(/secrets is forbidden/);
    await expect(as('annotate', 'prometheus', 'prometheus-kube-prometheus-prometheus', 'a=b')).rejects.toThrow(
      /forbidden/,
    );
  });

  test('keeps a record of what a ServiceAccount wrote, and leaves its own work out', async () => {
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['create'] }];
    const kubeconfig = await cluster.serviceAccount('writer', { namespaced: { monitoring: rules } });
    await cluster.k('--kubeconfig', kubeconfig, '-n', 'monitoring', 'create', 'configmap', 'written');
    const writes = cluster
      .audit()
      .filter(({ user, verb }) => user.username === 'system:serviceaccount:promfix:writer' && verb === 'create');
    expect(
      writes.map(({ objectRef, responseStatus }) => [objectRef?.resource, objectRef?.name, responseStatus?.code]),
    ).toEqual([['configmaps', 'written', 201]]);
    expect(cluster.audit().some(({ user }) => user.username === 'admin')).toBe(false);
  });
});

test('the incident shows all of its symptoms, and none when it is repaired', {
  timeout: SCENARIO_TIMEOUT,
}, async () => {
  const [incident] = select(await loadScenarios(null), 'F58');
  if (!incident) throw new Error('F58 is missing');
  await withScenario(incident, async ({ cluster, repair }) => {
    expect(await statusEmpty(cluster)).toBe(true);
    expect(await owned(cluster)).toEqual([]);
    expect(await controllerAbsent(cluster)).toBe(true);
    const application = await cluster.k('-n', 'argocd', 'get', 'applications', '--no-headers');
    expect(application.trim().split(/\s+/)).toEqual(['kube-prometheus-stack', 'OutOfSync', 'Progressing']);
    await repair();
    expect(await healthy(cluster)).toBe(true);
    expect(await owned(cluster)).toHaveLength(7);
  });
});
