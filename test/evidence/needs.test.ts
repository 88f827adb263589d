import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect } from '../../src/evidence/collect.ts';
import { NEEDS } from '../../src/evidence/needs.ts';
import type { Seen } from '../kubernetes/server.ts';
import { list, meta, NAME, NS, operatorDeployment, startWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

/** The right that the API server would ask for, as `verb group/resource`; undefined for discovery. */
function rightOf({ method, path }: Seen): string | undefined {
  const match =
    /^\/(?:api\/v1|apis\/([^/]+)\/[^/]+)(?:\/namespaces\/[^/]+(?=\/[^/]))?\/([^/]+)(?:\/([^/]+)(?:\/(.+))?)?$/.exec(
      path,
    );
  if (match === null) return undefined;
  const [, group = '', resource = '', name, rest] = match;
  const verb = method === 'POST' ? 'create' : name === undefined ? 'list' : 'get';
  const subresource = rest === undefined ? '' : `/${rest.split('/')[0] ?? ''}`;
  return `${verb} ${group}/${resource}${subresource}`;
}

test('every request of a collection is covered by the table of rights', async () => {
  world.denied.set('secrets', ['list']);
  const core = `/api/v1/namespaces/${NS}`;
  world.replies.set(
    '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
    list([{ metadata: { name: 'op' }, roleRef: { kind: 'ClusterRole', name: 'op' } }]),
  );
  world.replies.set(
    `/apis/rbac.authorization.k8s.io/v1/namespaces/${NS}/rolebindings`,
    list([{ metadata: meta('op'), roleRef: { kind: 'Role', name: 'op' } }]),
  );
  world.replies.set(
    `${core}/pods/op-1/log`,
    'failed to list *v1.Probe: json: cannot unmarshal string into Go struct field ProbeSpec.items.spec.module of type bool\n',
  );
  world.replies.set(`/apis/apps/v1/namespaces/${NS}/statefulsets/prometheus-${NAME}`, {
    kind: 'StatefulSet',
    metadata: meta(`prometheus-${NAME}`),
    spec: { selector: { matchLabels: { a: 'b' } }, volumeClaimTemplates: [{ metadata: { name: 'db' } }] },
  });
  world.replies.set('/apis/batch/v1/namespaces/monitoring/jobs', list([{ metadata: meta('x-admission-create') }]));
  world.replies.set(
    '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
    list([
      {
        metadata: { name: 'w' },
        webhooks: [
          {
            name: 'w',
            clientConfig: { service: { namespace: 'far', name: 'away' } },
            rules: [{ apiGroups: ['*'], resources: ['*'] }],
          },
        ],
      },
    ]),
  );

  world.replies.set(
    '/apis/argoproj.io/v1alpha1/applications',
    list([{ metadata: meta('stack'), spec: { source: { chart: 'kube-prometheus-stack' } } }]),
  );

  // Of several shards the StatefulSets are listed.
  world.replies.set(`/apis/monitoring.coreos.com/v1/namespaces/${NS}/prometheuses/${NAME}`, {
    kind: 'Prometheus',
    metadata: meta(NAME),
    spec: { shards: 2 },
  });

  // An operator that is not settled: its NetworkPolicies are read as well.
  world.deployments = [{ ...operatorDeployment(), status: { replicas: 1, readyReplicas: 0, updatedReplicas: 1 } }];

  await collect(
    { cluster: 'c', kind: 'Prometheus', namespace: NS, name: NAME },
    { client: world.server.client(), now: () => new Date(0), deadlineMs: 15_000, requestMs: 15_000, readMetrics: true },
  );

  const declared = new Set(NEEDS.flatMap((need) => need.verbs.map((verb) => `${verb} ${need.group}/${need.resource}`)));
  const used = new Set(world.server.seen.flatMap((seen) => rightOf(seen) ?? []));
  expect([...used].filter((right) => !declared.has(right))).toEqual([]);
  // Other kinds than the target's, and what is read one by one where a list is too large or refused, are not part of this collection.
  const unused = [...declared].filter((right) => !used.has(right));
  const rare = /monitoring\.coreos\.com\/|get argoproj\.io\/applications|get apps\/(?:deployments|daemonsets)/;
  expect(unused.filter((right) => !rare.test(right))).toEqual([]);
  expect(used.size).toBeGreaterThan(25);
});

test('no right lists or watches Secrets', () => {
  expect(new Set(NEEDS.filter((need) => need.resource === 'secrets').flatMap((need) => need.verbs))).toEqual(
    new Set(['get']),
  );
});
