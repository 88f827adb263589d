import type { ServerResponse } from 'node:http';
import { json, type Seen, startServer, status, type TestServer } from '../kubernetes/server.ts';

export type Json = Record<string, unknown>;
type Reply = Json | string | ((seen: Seen, response: ServerResponse) => void);

export interface World {
  readonly server: TestServer;
  /** Answers by path; what is not there is a 404 of an object, except under groups that are not served. */
  readonly replies: Map<string, Reply>;
  /** Verbs per resource that the operator is denied; `resource` may carry a subresource. */
  readonly denied: Map<string, readonly string[]>;
  /** Rules of the ClusterRole `op` that is bound to the operator for the whole cluster; undefined: reviews don't tell why they allow. */
  rules?: readonly Json[];
  /** All Deployments of the cluster. */
  deployments: readonly Json[];
  close(): Promise<void>;
}

const DATE = 'Wed, 25 Nov 2026 20:00:00 GMT';
export const NS = 'monitoring';
export const NAME = 'main';

export function meta(name: string, more: Json = {}): Json {
  return { name, namespace: NS, uid: `uid-${name}`, creationTimestamp: '2026-11-25T19:00:00Z', ...more };
}

export function operatorDeployment(name = 'op', namespace = NS, args: readonly string[] = []): Json {
  return {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: meta(name, { namespace, uid: `uid-${namespace}-${name}` }),
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          serviceAccountName: `${name}-sa`,
          volumes: [{ name: 'tls-secret', secret: { secretName: 'admission' } }],
          containers: [
            {
              name: 'kube-prometheus-stack',
              image: 'quay.io/prometheus-operator/prometheus-operator:v0.86.2',
              args: ['--web.enable-tls=true', '--web.cert-file=/cert/cert', '--web.key-file=/cert/key', ...args],
              volumeMounts: [{ name: 'tls-secret', mountPath: '/cert', readOnly: true }],
            },
          ],
        },
      },
    },
    status: { replicas: 1, readyReplicas: 1, updatedReplicas: 1, observedGeneration: 1 },
  };
}

function row(deployment: Json): Json {
  const spec = deployment['spec'];
  const container = JSON.parse(JSON.stringify(spec)).template.spec.containers[0];
  const name = (deployment['metadata'] as Json)['name'];
  return { cells: [name, '1/1', 1, 1, '5m', container.name, container.image, `app=${String(name)}`] };
}

const COLUMNS = ['Name', 'Ready', 'Up-to-date', 'Available', 'Age', 'Containers', 'Images', 'Selector'].map((name) => ({
  name,
}));

export const prometheus: Json = {
  kind: 'Prometheus',
  apiVersion: 'monitoring.coreos.com/v1',
  metadata: meta(NAME, { labels: { team: 'a', release: 'x' }, annotations: { note: 'password=hunter2' } }),
  spec: {
    replicas: 1,
    version: 'v3.7.3',
    additionalArgs: [{ name: 'x', value: 'secret-value' }],
    remoteWrite: [
      { url: 'https://u:p@x/', basicAuth: { password: { name: 's', key: 'k' } }, headers: { 'X-Key': 'secret-value' } },
    ],
  },
};

/** A small cluster with one Prometheus that its operator has not touched yet. */
export async function startWorld(): Promise<World> {
  const server = await startServer();
  const pod = {
    metadata: meta('op-1', { labels: { app: 'op' } }),
    spec: { serviceAccountName: 'op-sa' },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [
        {
          name: 'kube-prometheus-stack',
          image: 'quay.io/prometheus-operator/prometheus-operator:v0.86.2',
          ready: true,
          restartCount: 0,
          state: { running: { startedAt: '2026-11-25T19:30:00Z' } },
        },
      ],
    },
  };
  const core = `/api/v1/namespaces/${NS}`;
  const world: World = {
    server,
    deployments: [operatorDeployment()],
    denied: new Map(),
    replies: new Map<string, Reply>([
      [
        '/api/v1/namespaces/kube-system',
        { kind: 'PartialObjectMetadata', metadata: { uid: 'cluster-uid', name: 'kube-system' } },
      ],
      [`/apis/monitoring.coreos.com/v1/namespaces/${NS}/prometheuses/${NAME}`, prometheus],
      ['/apis/monitoring.coreos.com/v1/prometheuses', list([prometheus])],
      [
        '/apis/monitoring.coreos.com/v1',
        { kind: 'APIResourceList', resources: [{ name: 'prometheuses' }, { name: 'prometheuses/status' }] },
      ],
      [`/apis/apps/v1/namespaces/${NS}/deployments/op`, operatorDeployment()],
      [`${core}/pods`, list([pod])],
      [
        `${core}/pods/op-1/log`,
        '2026-11-25T19:30:00.1Z level=info msg="Starting Prometheus Operator"\n2026-11-25T19:30:00.2Z level=warn token=abcdef123456\n',
      ],
      [
        `/api/v1/namespaces/${NS}`,
        { kind: 'Namespace', metadata: { name: NS, uid: 'ns' }, status: { phase: 'Active' } },
      ],
      [
        `${core}/services`,
        list([
          {
            metadata: meta('op-svc'),
            spec: { selector: { app: 'op' }, ports: [{ name: 'https', port: 443, targetPort: 'https' }] },
          },
          { metadata: meta('other'), spec: { selector: { app: 'else' }, ports: [] } },
        ]),
      ],
      [
        '/apis/discovery.k8s.io/v1/namespaces/monitoring/endpointslices',
        list([
          {
            metadata: meta('op-svc-x', { labels: { 'kubernetes.io/service-name': 'op-svc' } }),
            endpoints: [{ conditions: { ready: true } }, { conditions: { ready: false } }],
          },
        ]),
      ],
      [
        `${core}/services/https%3Aop-svc%3Ahttps/proxy/metrics`,
        'prometheus_operator_ready{controller="alertmanager"} 1\n',
      ],
      [`${core}/serviceaccounts/op-sa`, { kind: 'ServiceAccount', metadata: meta('op-sa') }],
    ]),
    close: () => server.close(),
  };
  const empty =
    /^\/(api\/v1|apis\/(apps|storage\.k8s\.io|batch|networking\.k8s\.io|discovery\.k8s\.io|admissionregistration\.k8s\.io|apiextensions\.k8s\.io|rbac\.authorization\.k8s\.io)\/v1)(\/namespaces\/[^/]+)?\/[a-z]+$/;
  server.answer = (seen, response) => {
    if (seen.path.endsWith('/subjectaccessreviews')) return review(world, seen, response);
    const own = world.replies.get(seen.path);
    if (typeof own === 'function') return own(seen, response);
    if (own === undefined && seen.path.endsWith('/clusterroles/op') && world.rules !== undefined)
      return json(response, { kind: 'ClusterRole', metadata: { name: 'op' }, rules: world.rules }, { date: DATE });
    if (own === undefined && /\/deployments$/.test(seen.path)) return listDeployments(world, seen, response);
    if (typeof own === 'string') return void response.writeHead(200, { 'content-type': 'text/plain' }).end(own);
    if (own !== undefined) return json(response, own, { date: DATE });
    if (empty.test(seen.path)) return json(response, list([]), { date: DATE });
    if (seen.path.startsWith('/apis/argoproj.io/') || seen.path.startsWith('/apis/monitoring.coreos.com/v1alpha1'))
      return void response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n');
    return status(response, 404, {
      message: 'not found',
      reason: 'NotFound',
      details: { name: seen.path.split('/').at(-1) ?? '' },
    });
  };
  return world;
}

/** As the API server does: a Table without objects, or the Deployments without their types. */
function listDeployments(world: World, seen: Seen, response: ServerResponse): void {
  const namespace = /namespaces\/([^/]+)/.exec(seen.path)?.[1];
  const name = /^metadata\.name=(.+)$/.exec(seen.query.get('fieldSelector') ?? '')?.[1];
  const found = world.deployments.filter(({ metadata }) => {
    const own = metadata as Json;
    return (namespace ?? own['namespace']) === own['namespace'] && (name ?? own['name']) === own['name'];
  });
  if (seen.headers.accept?.includes('as=Table') === true) {
    const rows = found.map((one) => ({ ...row(one), object: null }));
    json(response, { kind: 'Table', columnDefinitions: COLUMNS, rows }, { date: DATE });
    return;
  }
  const limit = Number(seen.query.get('limit') ?? found.length);
  const items = found.slice(0, limit).map(({ kind: _, apiVersion: __, ...item }) => item);
  json(response, list(items, limit < found.length ? { continue: 'more' } : {}), { date: DATE });
}

export function list(items: readonly Json[], more: Json = {}): Json {
  return { kind: 'List', metadata: { resourceVersion: '1', ...more }, items };
}

export const forbidden = (_seen: Seen, response: ServerResponse): void =>
  status(response, 403, { message: 'not allowed', reason: 'Forbidden' });

function review(world: World, seen: Seen, response: ServerResponse): void {
  const { resourceAttributes: asked } = JSON.parse(seen.body).spec;
  const key = asked.subresource === undefined ? asked.resource : `${asked.resource}/${asked.subresource}`;
  const denied = world.denied.get(key) ?? [];
  const allowed = asked.verb === '*' ? denied.length === 0 : !denied.includes(asked.verb);
  const reason =
    allowed && world.rules !== undefined
      ? 'RBAC: allowed by ClusterRoleBinding "op" of ClusterRole "op" to ServiceAccount "op-sa/monitoring"'
      : undefined;
  json(response, { kind: 'SubjectAccessReview', status: { allowed, reason } }, { date: DATE });
}
