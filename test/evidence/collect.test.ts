import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { captureText, parseCapture } from '../../src/evidence/capture.ts';
import { clusterPort } from '../../src/evidence/cluster-port.ts';
import { collect } from '../../src/evidence/collect.ts';
import type { Evidence, Read, Target } from '../../src/evidence/types.ts';
import { operatorPod } from '../../src/runbooks/operator-story.ts';
import { json, status } from '../kubernetes/server.ts';
import {
  forbidden,
  type Json,
  list,
  meta,
  NAME,
  NS,
  operatorDeployment,
  prometheus,
  startWorld,
  type World,
} from './world.ts';

const target: Target = { cluster: 'test', kind: 'Prometheus', namespace: NS, name: NAME };
const now = () => new Date('2026-11-25T21:00:00Z');

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const read = (more: Partial<Parameters<typeof collect>[1]> = {}): Promise<Evidence> =>
  collect(target, {
    client: world.server.client(),
    now,
    deadlineMs: 15_000,
    requestMs: 15_000,
    readMetrics: true,
    ...more,
  });

function readValue<T>(source: Read<T>): T {
  if (source.state === 'read') return source.value;
  throw new Error(`not read: ${JSON.stringify(source)}`);
}

const core = (rest: string): string => `/api/v1/namespaces/${NS}/${rest}`;

describe('a small cluster', () => {
  test('is read in one pass, with the API server’s clock', async () => {
    const evidence = await read();
    expect(evidence.at).toBe('2026-11-25T20:00:00.000Z');
    expect(readValue(evidence.cluster)).toMatchObject({ uid: 'cluster-uid' });
    expect(readValue(evidence.served)).toEqual({ v1: ['prometheuses'], v1alpha1: [] });
    expect(evidence.statefulSet).toMatchObject({ state: 'absent', how: 'no-such-object' });
    expect(evidence.applications).toMatchObject({ state: 'absent', how: 'no-such-kind' });
    const [operator] = readValue(evidence.operators);
    expect(operator?.deployment.container.version).toBe('0.86.2');
    expect(operator && readValue(operator.log)).toMatchObject({ fromStart: true, gap: false });
    expect(operator && readValue(operator.services)).toMatchObject([{ meta: { name: 'op-svc' }, readyEndpoints: 1 }]);
    expect(operator && readValue(operator.metrics).samples).toHaveLength(1);
    expect(operator && readValue(operator.rights).every((answer) => answer.allowed)).toBe(true);
    expect(operator?.bindings).toMatchObject({ state: 'unread', because: 'not-attempted' });
  });

  test('lets no value leave that is not on the list, and counts what it hid', async () => {
    world.replies.set(core('secrets/admission'), {
      kind: 'Secret',
      metadata: meta('admission'),
      data: {
        cert: Buffer.from('secret-value').toString('base64'),
        key: Buffer.from('secret-value').toString('base64'),
      },
    });
    const evidence = await read();
    const text = JSON.stringify(evidence);
    for (const secret of ['secret-value', Buffer.from('secret-value').toString('base64'), 'hunter2', 'abcdef123456'])
      expect(text).not.toContain(secret);
    expect(evidence.hidden).toBe(1);
    expect(readValue(evidence.admissionSecret)).toEqual({
      meta: expect.anything(),
      keys: [
        { name: 'cert', bytes: 12 },
        { name: 'key', bytes: 12 },
      ],
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      serving: { cert: 'cert', key: 'key' },
    });
    expect(readValue(evidence.resource).spec['remoteWrite']).toEqual([
      { basicAuth: { password: { name: 's', key: 'k' } } },
    ]);
  });

  test('never lists Secrets and never writes', async () => {
    await read();
    expect(world.server.seen.filter((seen) => seen.path.endsWith('/secrets'))).toEqual([]);
    expect(
      world.server.seen.filter((seen) => seen.method !== 'GET' && !seen.path.endsWith('/subjectaccessreviews')),
    ).toEqual([]);
  });

  test('takes the same number of requests whatever its size', async () => {
    const small = world.server.client();
    await read({ client: small });
    world.deployments = [
      operatorDeployment(),
      ...Array.from({ length: 500 }, (_, n) => ({
        ...operatorDeployment(`app-${n}`, 'apps'),
        spec: { template: { spec: { containers: [{ name: 'x', image: `example/app:${n}` }] } } },
      })),
    ];
    world.replies.set(
      '/apis/monitoring.coreos.com/v1/prometheuses',
      list(Array.from({ length: 300 }, (_, n) => ({ ...prometheus, metadata: meta(`p-${n}`) }))),
    );
    world.replies.set(
      core('events'),
      list(
        Array.from({ length: 2000 }, (_, n) => ({
          metadata: meta(`e-${n}`),
          lastTimestamp: '2026-11-25T19:00:00Z',
          message: 'x',
        })),
      ),
    );
    const large = world.server.client();
    const evidence = await read({ client: large });
    expect(large.counters.requests).toBe(small.counters.requests);
    expect(readValue(evidence.operators)).toHaveLength(1);
    expect(readValue(evidence.events)).toHaveLength(300);
  });

  test('gives the same evidence again from its capture', async () => {
    const evidence = await read();
    const text = captureText(evidence);
    expect(parseCapture(text).evidence).toEqual(evidence);
    expect(captureText(parseCapture(text).evidence)).toBe(text);
  });
});

describe('what may not be read', () => {
  test('is unread with the right that is missing, and the rest is there', async () => {
    world.replies.set(core('pods/op-1/log'), forbidden);
    world.replies.set(core('secrets/admission'), forbidden);
    world.replies.set('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', forbidden);
    const evidence = await read();
    expect(evidence.crds).toMatchObject({
      state: 'unread',
      because: 'forbidden',
      needs: { verb: 'list', group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions' },
    });
    expect(evidence.admissionSecret).toMatchObject({
      state: 'unread',
      because: 'forbidden',
      needs: { verb: 'get', resource: 'secrets', namespace: NS, name: 'admission' },
    });
    expect(readValue(evidence.operators)[0]?.log).toMatchObject({
      state: 'unread',
      because: 'forbidden',
      needs: { verb: 'get', resource: 'pods/log', namespace: NS },
    });
    expect(evidence.resource.state).toBe('read');
  });

  test('in other namespaces does not hide the operator of the target’s own', async () => {
    world.replies.set('/apis/apps/v1/deployments', forbidden);
    expect(readValue((await read()).operators)).toHaveLength(1);
    world.deployments = [];
    expect((await read()).operators).toMatchObject({
      state: 'unread',
      because: 'forbidden',
      needs: { verb: 'list', group: 'apps', resource: 'deployments' },
    });
  });

  test('in other namespaces is no loss where operators are looked for in those that may be read', async () => {
    world.replies.set('/apis/apps/v1/deployments', forbidden);
    world.deployments = [operatorDeployment('op', 'operators')];
    const found = async (...namespaces: string[]) => (await read({ namespaces })).operators;
    expect((await found(NS)).state).toBe('unread');
    expect(readValue(await found(NS, 'operators'))).toMatchObject([
      { deployment: { meta: { namespace: 'operators', name: 'op' } } },
    ]);
    world.replies.set('/apis/apps/v1/namespaces/operators/deployments', forbidden);
    world.deployments = [operatorDeployment('op', NS)];
    expect((await found(NS, 'operators')).state).toBe('unread');
  });

  test('as an access review leaves the rights unread', async () => {
    world.server.answer = (
      (usual) => (seen, response) =>
        seen.path.endsWith('/subjectaccessreviews') ? forbidden(seen, response) : usual(seen, response)
    )(world.server.answer);
    const [operator] = readValue((await read()).operators);
    expect(operator?.rights).toMatchObject({
      state: 'unread',
      because: 'forbidden',
      needs: { verb: 'create', resource: 'subjectaccessreviews' },
    });
  });
});

describe('what is slow or strange', () => {
  test('is late, and the rest is a result', async () => {
    world.replies.set(core('resourcequotas'), () => undefined);
    const evidence = await read({ requestMs: 1500 });
    expect(evidence.quotas).toMatchObject({ state: 'unread', because: 'timeout' });
    expect(evidence.resource.state).toBe('read');
  });

  test('ends at the deadline of the whole', async () => {
    world.replies.set(core('pods'), () => undefined);
    const before = performance.now();
    const evidence = await read({ deadlineMs: 2500, requestMs: 60_000 });
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(readValue(evidence.operators)[0]?.pods).toMatchObject({ state: 'unread', because: 'timeout' });
  });

  test('is a login page', async () => {
    world.server.answer = (_seen, response) =>
      void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    await expect(read()).rejects.toMatchObject({ kind: 'malformed' });
  });

  test('is nothing at all', async () => {
    world.server.answer = (_seen, response) => status(response, 503, { message: 'down' });
    await expect(read()).rejects.toMatchObject({ kind: 'unavailable' });
  });

  test('is an object full of nulls and ten thousand conditions', async () => {
    const conditions = Array.from({ length: 10_000 }, () => ({ type: 'A', status: 'True', message: null }));
    world.replies.set(`/apis/monitoring.coreos.com/v1/namespaces/${NS}/prometheuses/${NAME}`, {
      kind: 'Prometheus',
      metadata: { name: NAME, labels: null, managedFields: null, finalizers: 3 },
      spec: null,
      status: { conditions },
    });
    world.replies.set(core('pods'), {
      kind: 'PodList',
      items: [null, { metadata: null, spec: [], status: { containerStatuses: [{ state: { waiting: null } }] } }],
    });
    world.replies.set(core('events'), { kind: 'EventList', items: null });
    const evidence = await read();
    expect(readValue(evidence.resource).status?.conditions.length).toBeLessThan(100);
    expect(readValue(evidence.events)).toEqual([]);
    expect(parseCapture(captureText(evidence)).evidence).toEqual(evidence);
  });
});

describe('rights', () => {
  test('that are denied are named verb by verb, and only then bindings are read', async () => {
    world.denied.set('secrets', ['list']);
    world.replies.set(
      '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
      list([
        {
          metadata: { name: 'op' },
          roleRef: { kind: 'ClusterRole', name: 'op' },
          subjects: [{ kind: 'ServiceAccount', name: 'op-sa', namespace: 'default' }],
        },
        { metadata: { name: 'unrelated' }, roleRef: { kind: 'ClusterRole', name: 'view' }, subjects: [] },
      ]),
    );
    world.replies.set('/apis/rbac.authorization.k8s.io/v1/clusterroles/op', {
      kind: 'ClusterRole',
      metadata: { name: 'op' },
      rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }],
    });
    const [operator] = readValue((await read()).operators);
    const denied = operator === undefined ? [] : readValue(operator.rights).filter((answer) => !answer.allowed);
    expect(denied).toEqual([{ verb: 'list', group: '', resource: 'secrets', allowed: false }]);
    expect(operator && readValue(operator.bindings).map((binding) => binding.meta.name)).toEqual(['op']);
    expect(operator && readValue(operator.roles)).toMatchObject([
      { kind: 'ClusterRole', rules: [{ resources: ['secrets'], verbs: ['get'] }] },
    ]);
  });

  test('are asked with the groups that a ServiceAccount has', async () => {
    await read();
    const body = JSON.parse(
      world.server.seen.find((seen) => seen.path.endsWith('/subjectaccessreviews'))?.body ?? '{}',
    );
    expect(body.spec).toMatchObject({
      user: `system:serviceaccount:${NS}:op-sa`,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${NS}`, 'system:authenticated'],
    });
  });
});

test('of several operators the one that watches the target comes first', async () => {
  const [own, other] = [operatorDeployment('op', NS, ['--namespaces=default']), operatorDeployment('else', 'cattle')];
  world.deployments = [own, other];
  world.replies.set(`/apis/apps/v1/namespaces/${NS}/deployments/op`, own);
  world.replies.set('/apis/apps/v1/namespaces/cattle/deployments/else', other);
  expect(readValue((await read()).operators).map((operator) => operator.deployment.meta.name)).toEqual(['else', 'op']);
});

describe('finding the target', () => {
  const port = () =>
    clusterPort({ client: world.server.client(), clusterName: 'test', now, deadlineMs: 5000, readMetrics: true });
  const many = (...names: readonly (readonly [string, string])[]): Json =>
    list(names.map(([namespace, name]) => ({ metadata: meta(name, { namespace }) })));

  test('takes the only Prometheus', async () => {
    expect(await port().find({})).toEqual({ found: 'one', target });
  });

  test('asks when several fit, and takes the one that is named', async () => {
    world.replies.set('/apis/monitoring.coreos.com/v1/prometheuses', many(['a', 'x'], ['b', 'x'], ['b', 'y']));
    expect(await port().find({})).toMatchObject({
      found: 'many',
      targets: [{ namespace: 'a' }, { namespace: 'b' }, { namespace: 'b' }],
    });
    expect(await port().find({ namespace: 'a' })).toMatchObject({ found: 'one', target: { name: 'x' } });
    expect(await port().find({ name: 'y' })).toMatchObject({ found: 'one', target: { namespace: 'b' } });
  });

  test('keeps a named one that does not exist', async () => {
    expect(await port().find({ namespace: 'team', name: 'gone' })).toEqual({
      found: 'one',
      target: { ...target, namespace: 'team', name: 'gone' },
    });
    expect(await port().find({ name: 'gone' })).toEqual({ found: 'one', target: { ...target, name: 'gone' } });
    world.deployments = [];
    expect(await port().find({ name: 'gone' })).toMatchObject({ found: 'none' });
  });

  test('works where the CRD is gone and where lists are forbidden, if the name is full', async () => {
    world.replies.set(
      '/apis/monitoring.coreos.com/v1/prometheuses',
      (_seen, response) => void response.writeHead(404).end('404 page not found'),
    );
    expect(await port().find({ namespace: NS, name: NAME })).toMatchObject({ found: 'one' });
    expect(await port().find({})).toMatchObject({ found: 'none' });
    world.replies.set('/apis/monitoring.coreos.com/v1/prometheuses', forbidden);
    expect(await port().find({ namespace: NS, name: NAME })).toMatchObject({ found: 'one' });
    await expect(port().find({})).rejects.toMatchObject({ kind: 'forbidden' });
  });

  describe('where only some namespaces may be read', () => {
    const inNamespaces = (...namespaces: string[]) =>
      clusterPort({
        client: world.server.client(),
        clusterName: 'test',
        now,
        deadlineMs: 5000,
        readMetrics: true,
        namespaces,
      });
    const listIn = (namespace: string) => `/apis/monitoring.coreos.com/v1/namespaces/${namespace}/prometheuses`;
    beforeEach(() => {
      world.replies.set('/apis/monitoring.coreos.com/v1/prometheuses', forbidden);
      world.replies.set('/apis/apps/v1/deployments', forbidden);
      world.replies.set('/apis/monitoring.coreos.com/v1alpha1/namespaces/a/prometheusagents', list([]));
      world.replies.set(listIn('a'), list([]));
      world.replies.set(listIn('b'), many(['b', 'x']));
    });

    test('finds it in them', async () => {
      expect(await inNamespaces('a', 'b').find({})).toMatchObject({
        found: 'one',
        target: { namespace: 'b', name: 'x' },
      });
      expect(await inNamespaces('a', 'b').find({ name: 'x' })).toMatchObject({ target: { namespace: 'b' } });
    });

    test('does not call absent what one of them did not tell', async () => {
      world.replies.set(listIn('b'), forbidden);
      await expect(inNamespaces('a', 'b').find({})).rejects.toMatchObject({ kind: 'forbidden' });
    });

    test('reads what the operator may manage in them, where the whole cluster may not be read', async () => {
      const api = '/apis/monitoring.coreos.com';
      const kinds = ['v1/prometheuses', 'v1/alertmanagers', 'v1/thanosrulers', 'v1alpha1/prometheusagents'];
      const path = (kind: string, namespace?: string) => {
        const [version = '', plural = ''] = kind.split('/');
        return `${api}/${version}/${namespace === undefined ? '' : `namespaces/${namespace}/`}${plural}`;
      };
      for (const kind of kinds) {
        world.replies.set(path(kind), forbidden);
        for (const namespace of ['a', 'b']) world.replies.set(path(kind, namespace), list([]));
      }
      world.replies.set(listIn('b'), many(['b', 'x']));
      expect(await read({ namespaces: ['a', 'b'] })).toMatchObject({
        resources: { state: 'unread', because: 'forbidden' },
        listed: {
          state: 'read',
          value: { namespaces: ['a', 'b'], resources: [{ kind: 'Prometheus', namespace: 'b', name: 'x' }] },
        },
      });
      world.replies.set(path('v1/thanosrulers', 'a'), forbidden);
      expect((await read({ namespaces: ['a', 'b'] })).listed).toMatchObject({ state: 'unread', because: 'forbidden' });
      for (const kind of kinds) world.replies.set(path(kind), list([]));
      world.replies.set(path('v1/alertmanagers'), { ...list([]), metadata: { continue: 'more' } });
      expect((await read()).resources).toMatchObject({ state: 'unread', because: 'too-large' });
      world.replies.set(path('v1/alertmanagers'), list([]));
      const whole = await read({ namespaces: ['a', 'b'] });
      expect(whole).toMatchObject({ resources: { state: 'read' } });
      expect(whole).not.toHaveProperty('listed');
    });

    test('says that there is none, and takes a bare name for one in the only namespace', async () => {
      expect(await inNamespaces('a').find({})).toMatchObject({ found: 'none' });
      expect(await inNamespaces('a').find({ name: 'gone' })).toMatchObject({
        found: 'one',
        target: { namespace: 'a', name: 'gone' },
      });
    });
  });

  test('looks at an agent where there is no Prometheus', async () => {
    world.replies.set('/apis/monitoring.coreos.com/v1/prometheuses', list([]));
    world.replies.set('/apis/monitoring.coreos.com/v1alpha1/prometheusagents', many(['a', 'agent']));
    expect(await port().find({})).toMatchObject({ found: 'one', target: { kind: 'PrometheusAgent', name: 'agent' } });
    expect(await port().find({ namespace: 'a', name: 'agent' })).toMatchObject({
      found: 'one',
      target: { kind: 'Prometheus', name: 'agent' },
    });
  });

  test('does not say "none" when nothing was answered', async () => {
    world.server.answer = (_seen, response) => status(response, 500, { message: 'etcd' });
    await expect(port().find({})).rejects.toMatchObject({ kind: 'unavailable' });
  });

  test('knows the cluster', async () => {
    expect(await port().identity()).toMatchObject({
      name: 'test',
      uid: 'cluster-uid',
      caFingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });
});

test('the log is read of the pod that is judged: of two that are not ready, the newer', async () => {
  const pod = (name: string, creationTimestamp: string): Json => ({
    metadata: meta(name, { labels: { app: 'op' }, creationTimestamp }),
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False' }],
      containerStatuses: [
        { name: 'sidecar', image: 'quay.io/prometheus-operator/prometheus-operator:v1', restartCount: 0, state: {} },
        { name: 'kube-prometheus-stack', image: 'sha256:0123', restartCount: 0, state: {} },
      ],
    },
  });
  world.replies.set(core('pods'), list([pod('op-aaa', '2026-11-25T19:00:00Z'), pod('op-bbb', '2026-11-25T19:30:00Z')]));
  for (const name of ['op-aaa', 'op-bbb']) world.replies.set(core(`pods/${name}/log`), `${name} begins\n`);
  const [operator] = readValue((await read()).operators);
  expect(operatorPod(operator)?.meta.name).toBe('op-bbb');
  expect(operator && readValue(operator.log)).toMatchObject({ pod: 'op-bbb', container: 'kube-prometheus-stack' });
});

test('an object that does not decode is found by the path in the log', async () => {
  world.replies.set(
    core('pods/op-1/log'),
    '2026-11-25T19:30:00.1Z err="failed to list *v1.ServiceMonitor: json: cannot unmarshal string into Go struct field ServiceMonitorSpec.items.spec.endpoints of type []v1.Endpoint"\n',
  );
  world.replies.set('/apis/monitoring.coreos.com/v1/servicemonitors', (seen, response) =>
    json(
      response,
      seen.query.get('continue') === null
        ? list([{ metadata: meta('good'), spec: { endpoints: [] } }], { continue: 'more' })
        : list([{ metadata: meta('bad'), spec: { endpoints: 'oops' } }]),
    ),
  );
  expect(readValue((await read()).undecodable)).toEqual([
    {
      kind: 'ServiceMonitor',
      namespace: NS,
      name: 'bad',
      path: 'spec.endpoints',
      found: 'string',
      expected: '[]v1.Endpoint',
    },
  ]);
});
