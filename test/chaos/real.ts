import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { at } from '../../src/evidence/json.ts';
import { loadAccess } from '../../src/kubernetes/kubeconfig.ts';
import { serviceAccount } from '../cluster/control-plane/accounts.ts';
import { Cluster } from '../cluster/control-plane/cluster.ts';
import { until } from '../cluster/wait.ts';
import { NS } from '../remediations/world.ts';
import { deploymentPath, type Upstream } from './cluster.ts';
import { WRITING_RULES } from './rights.ts';
import { operatorOf } from './world.ts';

const WORKER = 'system:serviceaccount:promfix:worker';

/** A real control plane with many small Deployments; only within the private namespace of `test/cluster`. */
export async function startReal(count: number): Promise<Upstream> {
  const cluster = new Cluster({ auditLog: true });
  await cluster.start({ fresh: true });
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NS } });
  const names = [...new Set(Array.from({ length: count }, (_, index) => operatorOf(index)))];
  for (const name of names) await cluster.apply(deployment(name));
  const token = async (name: string): Promise<string> => {
    const kubeconfig = await serviceAccount(cluster, name, { namespaced: { [NS]: WRITING_RULES } });
    return loadAccess({ kubeconfig }).user.token ?? '';
  };
  const tokens = { bot: await token('bot'), worker: await token('worker') };
  const earlier = cluster.audit().length;
  await until(
    'every Deployment is available',
    async () => {
      const all = await Promise.all(names.map((name) => cluster.api.get(deploymentPath(name))));
      return all.every((one) => at(one, 'status', 'availableReplicas') === 1);
    },
    { seconds: 120 },
  );
  return {
    url: cluster.server,
    ca: await readFile(join(cluster.pki, 'ca.crt'), 'utf8'),
    tokens,
    generation: async (name) => Number(at(await cluster.api.get(deploymentPath(name)), 'metadata', 'generation')),
    async touch(name) {
      // A number that was not there before, and that nothing is rolled out for.
      const revisionHistoryLimit = 10 + (Date.now() % 1_000_000);
      await cluster.api.merge(deploymentPath(name), { spec: { revisionHistoryLimit } });
    },
    logged() {
      const counts = new Map<string, number>();
      for (const { user, verb, requestURI, objectRef, responseStatus } of cluster.audit().slice(earlier)) {
        const name = objectRef?.name;
        const isWrite = verb === 'patch' && !requestURI.includes('dryRun=All') && (responseStatus?.code ?? 0) < 300;
        if (user.username === WORKER && isWrite && name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      return counts;
    },
    // It disturbs by itself: its controllers write while promfix does.
    disturb: () => {},
    faults: () => ({}),
    close: () => cluster.stop(),
  };
}

function deployment(name: string) {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NS, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'operator', image: 'example.org/lab/operator:v1.0.0' }] },
      },
    },
  };
}
