import type { Api } from '../../test/cluster/control-plane/api.ts';

interface Sizes {
  readonly pods: number;
  readonly deployments: number;
  readonly secrets: number;
  readonly roleBindings: number;
}

const CROWD = 'crowd';
const AT_ONCE = 32;

const named = (prefix: string, index: number) => ({
  name: `${prefix}-${index}`,
  labels: { app: `crowd-${index % 500}` },
});
const container = { name: 'app', image: 'registry.example/app:1', env: [{ name: 'MODE', value: 'production' }] };
/** Nobody schedules these, and nothing is mounted into them. */
const podSpec = { schedulerName: 'nobody', automountServiceAccountToken: false, containers: [container] };

function deployment(index: number): unknown {
  const { name, labels } = named('app', index);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    // Without replicas there are no pods besides those that are counted.
    spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } },
  };
}

function secret(index: number): unknown {
  const value = Buffer.alloc(200, 'x').toString('base64');
  return { apiVersion: 'v1', kind: 'Secret', metadata: named('secret', index), data: { value } };
}

function roleBinding(index: number): unknown {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: named('binding', index),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'ServiceAccount', name: `account-${index}`, namespace: CROWD }],
  };
}

/** Fills a namespace of its own with many objects that have nothing to do with monitoring. */
export async function crowd(api: Api, sizes: Sizes): Promise<void> {
  await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: CROWD } });
  // The ServiceAccount of a new namespace takes a moment, and no pod is admitted before.
  const account = `/api/v1/namespaces/${CROWD}/serviceaccounts/default`;
  while (!(await api.maybe(account))) await new Promise((resolve) => setTimeout(resolve, 100));
  const core = `/api/v1/namespaces/${CROWD}`;
  await many(api, `${core}/secrets`, sizes.secrets, secret);
  await many(
    api,
    `/apis/rbac.authorization.k8s.io/v1/namespaces/${CROWD}/rolebindings`,
    sizes.roleBindings,
    roleBinding,
  );
  await many(api, `/apis/apps/v1/namespaces/${CROWD}/deployments`, sizes.deployments, deployment);
  await many(api, `${core}/pods`, sizes.pods, (index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: named('pod', index),
    spec: podSpec,
  }));
}

async function many(api: Api, path: string, count: number, make: (index: number) => unknown): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await api.post(path, make(index));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
