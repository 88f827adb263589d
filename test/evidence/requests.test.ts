import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collect } from '../../src/evidence/collect.ts';
import { MONITORING } from '../../src/evidence/targets.ts';
import type { AccessAnswer, Evidence, OperatorView, Read } from '../../src/evidence/types.ts';
import type { KubeRequest } from '../../src/kubernetes/types.ts';
import { inWaves } from './waves.ts';
import { forbidden, type Json, list, meta, NAME, NS, operatorDeployment, startWorld, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
  world.rules = RULES;
  world.replies.set(
    '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
    list([webhooks(NS), webhooks('istio-system', '*')]),
  );
});
afterEach(() => world.close());

/** As the chart grants them. */
const RULES: readonly Json[] = [
  { apiGroups: ['monitoring.coreos.com'], resources: ['*'], verbs: ['*'] },
  { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['*'] },
  { apiGroups: [''], resources: ['configmaps', 'secrets'], verbs: ['*'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['list', 'delete'] },
  { apiGroups: [''], resources: ['services', 'services/finalizers'], verbs: ['get', 'create', 'update', 'delete'] },
  { apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['get'] },
];

const webhooks = (namespace: string, group = 'monitoring.coreos.com'): Json => ({
  metadata: { name: `w-${namespace}` },
  webhooks: [
    {
      name: 'w',
      clientConfig: { service: { namespace, name: 'op-svc' } },
      rules: [{ apiGroups: [group], resources: ['*'] }],
    },
  ],
});

interface Collected {
  readonly evidence: Evidence;
  readonly waves: readonly (readonly KubeRequest[])[];
  readonly requests: number;
  readonly operator: OperatorView;
}

async function collected(namespace = NS): Promise<Collected> {
  const { client, waves } = inWaves(world.server.client());
  const target = { cluster: 'c', kind: 'Prometheus', namespace, name: NAME } as const;
  const evidence = await collect(target, { client, now: () => new Date(0), deadlineMs: 15_000, readMetrics: true });
  const [operator] = known(evidence.operators);
  if (operator === undefined) throw new Error('no operator');
  return { evidence, waves, requests: waves.flat().length, operator };
}

function known<T>(read: Read<T>): T {
  if (read.state === 'read') return read.value;
  throw new Error(`not read: ${JSON.stringify(read)}`);
}

const reviews = ({ waves }: Collected): number =>
  waves.flat().filter(({ path }) => path.endsWith('/subjectaccessreviews')).length;
const without = (resource: string): readonly Json[] =>
  RULES.filter(({ resources }) => !JSON.stringify(resources).includes(`"${resource}"`));
const refused = (answers: readonly AccessAnswer[]): readonly string[] =>
  answers.filter(({ allowed }) => !allowed).map(({ verb, resource }) => `${verb} ${resource}`);
const further = ({ operator: { furtherRights } }: Collected): readonly AccessAnswer[] =>
  furtherRights === undefined ? [] : known(furtherRights);

describe('one diagnosis', () => {
  test('takes at most 40 requests in three round trips', async () => {
    const all = await collected();
    expect(all.waves).toHaveLength(3);
    expect(all.requests).toBeLessThanOrEqual(40);
    expect(reviews(all)).toBe(1);
    expect(all.operator.metrics.state).toBe('read');
    expect(all.evidence.admissionSecret).toMatchObject({ state: 'absent' });
  });

  test('asks nothing twice', async () => {
    const { waves } = await collected();
    const asked = waves.flat().map(({ path, query, body }) => JSON.stringify([path, query, body]));
    expect(asked.filter((one, index) => asked.indexOf(one) !== index)).toEqual([]);
  });

  test('takes no more round trips where the operator runs elsewhere', async () => {
    const pods = world.replies.get(`/api/v1/namespaces/${NS}/pods`);
    if (pods !== undefined) world.replies.set('/api/v1/pods', pods);
    const elsewhere = await collected('team-a');
    expect(elsewhere.waves).toHaveLength(3);
    expect(elsewhere.requests).toBeLessThanOrEqual(40);
    const near = await collected();
    const { namespace: _, events: __, ...same } = near.operator;
    expect(elsewhere.operator).toMatchObject(same);
    expect(elsewhere.operator.events).toMatchObject({ state: 'unread', because: 'not-attempted' });
  });

  test('asks why pods of an operator elsewhere are not ready only where one is not', async () => {
    world.deployments = [{ ...operatorDeployment(), status: { replicas: 2, readyReplicas: 1, updatedReplicas: 1 } }];
    const { operator, waves } = await collected('team-a');
    expect(operator).toMatchObject({ events: { state: 'read' }, networkPolicies: { state: 'read' } });
    expect(waves).toHaveLength(3);
  });

  test('takes one round trip more to say which right is refused, and by which role', async () => {
    world.rules = without('secrets');
    world.denied.set('secrets', ['list', 'watch', 'get', 'create', 'update', 'delete']);
    world.replies.set(
      '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
      list([
        {
          metadata: { name: 'op' },
          roleRef: { kind: 'ClusterRole', name: 'op' },
          subjects: [{ kind: 'ServiceAccount', name: 'op-sa', namespace: NS }],
        },
      ]),
    );
    const all = await collected();
    expect(all.waves.length).toBeLessThanOrEqual(4);
    expect(refused(known(all.operator.rights))).toEqual(
      ['create', 'delete', 'get', 'list', 'update', 'watch'].map((verb) => `${verb} secrets`),
    );
    expect(known(all.operator.roles)).toMatchObject([{ meta: { name: 'op' } }]);
  });
});

describe('a bot with the rights of the chart, and an operator elsewhere', () => {
  const TEAM = 'team-a';
  const team = (name: string, more: Json = {}): Json => meta(name, { namespace: TEAM, ...more });
  const secrets = `/api/v1/namespaces/${TEAM}/secrets`;
  const names = ['', '-tls-assets-0', '-web-config', '-thanos-prometheus-http-client-file'];
  const FOREIGN = ['istio', 'kyverno', 'linkerd', 'vault', 'kueue'];

  /** As much as a target can have: volumes, an Application, and the webhooks of five others. */
  beforeEach(() => {
    const labels = { app: NAME };
    const claim = { metadata: { name: 'db' }, spec: { storageClassName: 'fast' } };
    const application = {
      metadata: { name: 'kps', namespace: 'argocd' },
      spec: { project: 'platform', source: { chart: 'kube-prometheus-stack' } },
      status: { resources: [{ kind: 'Prometheus', namespace: TEAM, name: NAME }] },
    };
    const slices = [...FOREIGN, NS].map((namespace) => ({
      metadata: { name: 's', namespace, labels: { 'kubernetes.io/service-name': 'op-svc' } },
      endpoints: namespace === 'vault' ? [] : [{ conditions: { ready: true } }],
    }));
    const given: readonly (readonly [string, Json])[] = [
      [
        `/apis/monitoring.coreos.com/v1/namespaces/${TEAM}/prometheuses/${NAME}`,
        {
          kind: 'Prometheus',
          metadata: team(NAME),
          spec: { storage: { volumeClaimTemplate: claim } },
          status: { conditions: [{ type: 'Reconciled', status: 'True' }] },
        },
      ],
      [
        `/apis/apps/v1/namespaces/${TEAM}/statefulsets/prometheus-${NAME}`,
        {
          kind: 'StatefulSet',
          metadata: team(`prometheus-${NAME}`),
          spec: { replicas: 1, selector: { matchLabels: labels }, volumeClaimTemplates: [claim] },
        },
      ],
      [
        `/api/v1/namespaces/${TEAM}/persistentvolumeclaims`,
        list([{ metadata: team('db-0'), status: { phase: 'Pending' } }]),
      ],
      ['/apis/argoproj.io/v1alpha1/applications', list([application])],
      ['/apis/discovery.k8s.io/v1/endpointslices', list(slices)],
      [
        '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
        list([webhooks(NS), ...FOREIGN.map((namespace) => webhooks(namespace, '*'))]),
      ],
      ['/api/v1/pods', list([])],
    ];
    for (const [path, answer] of given) world.replies.set(path, answer);
    const pods = world.replies.get(`/api/v1/namespaces/${NS}/pods`);
    if (pods !== undefined) world.replies.set('/api/v1/pods', pods);
    for (const name of names) world.replies.set(`${secrets}/prometheus-${NAME}${name}`, forbidden);
  });

  test('take at most 40 requests in three round trips, whatever the target has', async () => {
    const all = await collected(TEAM);
    expect(all.waves).toHaveLength(3);
    expect(all.requests).toBeLessThanOrEqual(40);
    expect(known(all.evidence.applications)).toHaveLength(1);
    expect(all.evidence).toMatchObject({ claims: { state: 'read' }, storageClasses: { state: 'read' } });
  });

  test('see what stands behind the webhooks of all others in one list', async () => {
    const { evidence, waves } = await collected(TEAM);
    const backends = known(evidence.webhooks).flatMap(({ webhooks: all }) =>
      all.map(({ service, serviceExists, readyEndpoints }) => [service?.namespace, serviceExists, readyEndpoints]),
    );
    expect(backends).toContainEqual(['istio', true, 1]);
    expect(backends).toContainEqual(['vault', true, 0]);
    expect(waves.flat().filter(({ path }) => path === '/apis/discovery.k8s.io/v1/endpointslices')).toHaveLength(1);
  });

  test('ask for the Service that has no slices: it may be missing', async () => {
    world.replies.set('/apis/discovery.k8s.io/v1/endpointslices', list([]));
    world.replies.set('/api/v1/namespaces/istio/services/op-svc', {
      kind: 'PartialObjectMetadata',
      metadata: { name: 'op-svc', namespace: 'istio' },
    });
    const { evidence, waves } = await collected(TEAM);
    expect(waves).toHaveLength(3);
    const of = (namespace: string) =>
      known(evidence.webhooks).flatMap(({ webhooks: all }) =>
        all.filter((one) => one.service?.namespace === namespace),
      );
    expect(of('istio')).toMatchObject([{ serviceExists: true, readyEndpoints: 0 }]);
    expect(of('vault')).toMatchObject([{ serviceExists: false, readyEndpoints: 0 }]);
  });

  test('ask in each namespace where the slices of all may not be listed', async () => {
    world.replies.set('/apis/discovery.k8s.io/v1/endpointslices', forbidden);
    world.replies.set('/apis/discovery.k8s.io/v1/namespaces/istio/endpointslices', forbidden);
    const { evidence, waves } = await collected(TEAM);
    expect(waves).toHaveLength(3);
    const all = known(evidence.webhooks).flatMap((one) => one.webhooks);
    expect(all.find(({ service }) => service?.namespace === 'istio')).not.toHaveProperty('readyEndpoints');
    expect(all.find(({ service }) => service?.namespace === 'vault')).toMatchObject({ readyEndpoints: 0 });
  });

  test('ask for one Secret of the target, and say of each that it may not be read', async () => {
    const { evidence, waves } = await collected(TEAM);
    expect(waves.flat().filter(({ path }) => path.startsWith(secrets))).toHaveLength(1);
    const unread = known(evidence.owned).filter(({ kind }) => kind === 'Secret');
    expect(unread.map(({ object }) => object)).toMatchObject(
      names.map((suffix) => ({
        state: 'unread',
        because: 'forbidden',
        needs: { resource: 'secrets', name: `prometheus-${NAME}${suffix}` },
      })),
    );
  });

  test('don’t ask for storage classes where every claim is bound, or none is wanted', async () => {
    const claims = `/api/v1/namespaces/${TEAM}/persistentvolumeclaims`;
    world.replies.set(claims, list([{ metadata: team('db-0'), status: { phase: 'Bound' } }]));
    expect((await collected(TEAM)).evidence.storageClasses).toMatchObject({ because: 'not-attempted' });
    expect((await collected()).evidence.storageClasses).toMatchObject({ because: 'not-attempted' });
  });

  test('ask for them where the operator did not get through: it may be their fault', async () => {
    world.replies.set(
      `/api/v1/namespaces/${TEAM}/persistentvolumeclaims`,
      list([{ metadata: team('db-0'), status: { phase: 'Bound' } }]),
    );
    world.replies.set(`/apis/monitoring.coreos.com/v1/namespaces/${TEAM}/prometheuses/${NAME}`, {
      kind: 'Prometheus',
      metadata: team(NAME),
      spec: {},
      status: { conditions: [{ type: 'Reconciled', status: 'False' }] },
    });
    expect((await collected(TEAM)).evidence.storageClasses.state).toBe('read');
  });
});

describe('what the role of one review grants', () => {
  test('says the same as a review of each right', async () => {
    const short = await collected();
    delete world.rules;
    const long = await collected();
    expect(reviews(long)).toBeGreaterThan(15);
    const bare = ({ reason: _, ...answer }: AccessAnswer) => answer;
    expect(known(short.operator.rights).map(bare)).toEqual(known(long.operator.rights).map(bare));
    expect(short.operator.bindings).toMatchObject({ state: 'unread', because: 'not-attempted' });
  });

  test.each([
    ['a rule for named objects', { apiGroups: [''], resources: ['nodes'], verbs: ['list'], resourceNames: ['a'] }],
    ['another group', { apiGroups: ['metrics.k8s.io'], resources: ['nodes'], verbs: ['list'] }],
    ['another verb', { apiGroups: [''], resources: ['nodes'], verbs: ['get'] }],
    ['a subresource', { apiGroups: [''], resources: ['nodes/status'], verbs: ['list'] }],
  ])('is not taken from %s: the API server is asked', async (_, rule) => {
    world.rules = [...without('nodes'), rule];
    world.denied.set('nodes', ['list']);
    expect(refused(known((await collected()).operator.rights))).toEqual(['list nodes']);
  });

  test('is not all: what another binding grants is asked for', async () => {
    world.rules = without('nodes');
    const all = await collected();
    expect(reviews(all)).toBe(2);
    expect(refused(known(all.operator.rights))).toEqual([]);
  });

  test('answers for another kind that the operator manages as well, and only a right it lacks is asked for', async () => {
    const none = await collected();
    world.replies.set('/apis/monitoring.coreos.com/v1/alertmanagers', list([{ metadata: meta('alerts') }]));
    const granted = await collected();
    world.rules = [
      ...RULES.filter((rule) => !JSON.stringify(rule).includes(MONITORING)),
      { apiGroups: [MONITORING], resources: ['*'], verbs: ['get', 'list', 'watch', 'patch'] },
      { apiGroups: [MONITORING], resources: ['prometheuses/status'], verbs: ['update'] },
    ];
    world.denied.set('alertmanagers/status', ['update']);
    const lost = await collected();

    expect(further(none)).toEqual([]);
    expect(refused(further(granted))).toEqual([]);
    expect(further(granted).length).toBeGreaterThan(5);
    expect(reviews(granted)).toBe(reviews(none));
    expect(refused(further(lost))).toEqual(['update alertmanagers']);
    expect(refused(known(lost.operator.rights))).toEqual([]);
    for (const all of [granted, lost]) expect(all.waves.length).toBeLessThanOrEqual(4);
  });

  test('holds for the role that the API server names, whatever it is called', async () => {
    const usual = world.server.answer;
    world.replies.set('/apis/rbac.authorization.k8s.io/v1/clusterroles/own', {
      kind: 'ClusterRole',
      metadata: { name: 'own' },
      rules: RULES,
    });
    world.server.answer = (seen, response) => {
      if (!seen.path.endsWith('/subjectaccessreviews')) return usual(seen, response);
      const reason =
        'RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "own" to ServiceAccount "op-sa/monitoring"';
      response.end(JSON.stringify({ kind: 'SubjectAccessReview', status: { allowed: true, reason } }));
    };
    const all = await collected();
    expect(reviews(all)).toBe(1);
    expect(all.waves).toHaveLength(3);
  });
});

describe('operators', () => {
  test('of a namespace with many Deployments are found, beside one elsewhere', async () => {
    const many = Array.from({ length: 80 }, (_, n) => ({
      ...operatorDeployment(`app-${n}`),
      spec: { template: { spec: { containers: [{ name: 'x', image: 'example/app:1' }] } } },
    }));
    world.deployments = [...many, operatorDeployment('op'), operatorDeployment('op', 'cattle')];
    const { evidence } = await collected();
    expect(known(evidence.operators).map(({ deployment: { meta: own } }) => `${own.namespace}/${own.name}`)).toEqual([
      `${NS}/op`,
      'cattle/op',
    ]);
  });

  test('have the content’s hash of the object itself', async () => {
    const { contentHash } = await import('../../src/evidence/content-hash.ts');
    expect((await collected()).operator.deployment.contentHash).toBe(contentHash(operatorDeployment()));
  });

  test('elsewhere are unread where their name may not be looked up', async () => {
    const usual = world.server.answer;
    world.deployments = [operatorDeployment('op', 'cattle')];
    world.server.answer = (seen, response) => {
      if (seen.query.has('fieldSelector')) response.writeHead(503).end('{}');
      else return usual(seen, response);
    };
    const { client } = inWaves(world.server.client());
    const target = { cluster: 'c', kind: 'Prometheus', namespace: NS, name: NAME } as const;
    const evidence = await collect(target, { client, now: () => new Date(0), deadlineMs: 15_000, readMetrics: true });
    expect(evidence.operators).toMatchObject({ state: 'unread', because: 'unavailable' });
  });
});

test('the governing Service is read by name where the list of Services may not be read', async () => {
  const core = `/api/v1/namespaces/${NS}`;
  world.replies.set(`${core}/services`, (_seen, response) => void response.writeHead(403).end('{}'));
  world.replies.set(`${core}/services/prometheus-operated`, {
    kind: 'PartialObjectMetadata',
    metadata: meta('prometheus-operated'),
  });
  const service = known((await collected()).evidence.owned).find(({ kind }) => kind === 'Service');
  expect(service?.object).toMatchObject({ state: 'read', value: { name: 'prometheus-operated' } });
});
