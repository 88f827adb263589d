import type {
  ApplicationView,
  Condition,
  CrdView,
  EventView,
  Evidence,
  LogLine,
  Meta,
  OperatorView,
  OwnedObject,
  OwnerRef,
  PodView,
  Read,
  ResourceView,
  Right,
  StatefulSetView,
  UnreadReason,
  WebhookView,
} from '../../src/evidence/types.ts';

/** When every piece of built evidence was read. */
const AT = '2026-03-01T12:10:00Z';
/** When the operator's process started. */
const STARTED = '2026-03-01T12:00:00Z';

export const read = <T>(value: T): Read<T> => ({ state: 'read', value, at: AT });
export const absent = (how: 'no-such-kind' | 'no-such-object' = 'no-such-object'): Read<never> => ({
  state: 'absent',
  how,
  at: AT,
});
export const unread = (because: UnreadReason = 'forbidden', needs?: Right): Read<never> => ({
  state: 'unread',
  because,
  detail: 'not allowed here',
  ...(needs ? { needs } : {}),
});

export function meta(name: string, more: Partial<Meta> = {}): Meta {
  return {
    name,
    namespace: 'monitoring',
    uid: `uid-${name}`,
    created: '2026-03-01T12:00:30Z',
    finalizers: [],
    labels: {},
    annotations: {},
    annotationBytes: 0,
    owners: [],
    managers: [],
    ...more,
  };
}

export const target = { cluster: 'lab', kind: 'Prometheus', namespace: 'monitoring', name: 'main' } as const;
export const ownedBy: OwnerRef = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'Prometheus',
  name: 'main',
  uid: 'uid-main',
  controller: true,
};

export const condition = (type: string, status: string, more: Partial<Condition> = {}): Condition => ({
  type,
  status,
  lastTransitionTime: '2026-03-01T12:05:00Z',
  ...more,
});
export const AVAILABLE = [condition('Available', 'True'), condition('Reconciled', 'True')];
/** What the operator writes when a sync fails. */
export const failedSync = (message: string): readonly Condition[] => [
  condition('Available', 'False', { reason: 'StatefulSetNotFound', message: 'shard 0: statefulset not found' }),
  condition('Reconciled', 'False', { reason: 'ReconciliationFailed', message }),
];

export function prometheus(
  conditions: readonly Condition[] = AVAILABLE,
  more: Partial<ResourceView> = {},
): ResourceView {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'Prometheus',
    meta: meta('main', { generation: 1 }),
    spec: { version: 'v3.7.3', replicas: 1 },
    ...(conditions.length > 0 ? { status: { conditions } } : {}),
    contentHash: 'hash',
    ...more,
  };
}

export function statefulSet(more: Partial<StatefulSetView> = {}): StatefulSetView {
  return {
    meta: meta('prometheus-main', { owners: [ownedBy], labels: { 'managed-by': 'prometheus-operator' } }),
    replicas: 1,
    status: { replicas: 1, readyReplicas: 1, availableReplicas: 1, observedGeneration: 1 },
    conditions: [],
    selector: 'prometheus=main',
    claimTemplates: [],
    images: ['quay.io/prometheus/prometheus:v3.7.3'],
    ...more,
  };
}

export const ownsPods: OwnerRef = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  name: 'prometheus-main',
  uid: 'uid-prometheus-main',
};

export function pod(more: Partial<PodView> = {}): PodView {
  return {
    meta: meta('prometheus-main-0', { owners: [ownsPods], created: '2026-03-01T12:01:00Z' }),
    phase: 'Running',
    hostNetwork: false,
    nodeName: 'node-1',
    conditions: [condition('PodScheduled', 'True'), condition('Ready', 'True')],
    containers: [
      {
        name: 'prometheus',
        image: 'quay.io/prometheus/prometheus:v3.7.3',
        ready: true,
        restartCount: 0,
        state: { running: {} },
        lastState: {},
      },
    ],
    initContainers: [],
    volumes: [],
    ...more,
  };
}

export const event = (
  kind: string,
  name: string,
  reason: string,
  message: string,
  more: Partial<EventView> = {},
): EventView => ({
  at: '2026-03-01T12:06:00Z',
  type: 'Warning',
  reason,
  message,
  count: 1,
  involved: { kind, name },
  ...more,
});

const OBJECTS = [
  ['ConfigMap', 'prometheus-main-rulefiles-0'],
  ['Secret', 'prometheus-main'],
  ['Secret', 'prometheus-main-tls-assets-0'],
  ['Secret', 'prometheus-main-web-config'],
  ['Secret', 'prometheus-main-thanos-prometheus-http-client-file'],
  ['Service', 'prometheus-operated'],
  ['StatefulSet', 'prometheus-main'],
] as const;
/** The operator's objects, of which it has made the first `made`. */
export const owned = (made: number): readonly OwnedObject[] =>
  OBJECTS.map(([kind, name], index) => ({
    step: index + 1,
    kind,
    name,
    object: index < made ? read(meta(name, { owners: [ownedBy] })) : absent(),
  }));

export const log = (lines: readonly string[]): OperatorView['log'] =>
  read({
    pod: 'operator-0',
    container: 'operator',
    lines: lines.map((text): LogLine => ({ text, part: 'tail' })),
    gap: false,
    fromStart: true,
    bytes: lines.join('\n').length,
  });

export function operator(more: Partial<OperatorView> = {}): OperatorView {
  return {
    deployment: {
      meta: meta('operator', { labels: { chart: 'kube-prometheus-stack-79.5.0' } }),
      contentHash: 'hash',
      replicas: 1,
      status: { replicas: 1, readyReplicas: 1, updatedReplicas: 1 },
      conditions: [],
      selector: 'app=operator',
      serviceAccount: 'operator',
      hostNetwork: false,
      container: {
        name: 'operator',
        image: 'quay.io/prometheus-operator/prometheus-operator:v0.86.2',
        version: '0.86.2',
        args: [],
      },
      volumes: [],
      templateAnnotations: {},
    },
    pods: read([
      pod({
        meta: meta('operator-0'),
        containers: [
          {
            name: 'operator',
            image: 'op',
            ready: true,
            restartCount: 0,
            state: { running: { startedAt: STARTED } },
            lastState: {},
          },
        ],
      }),
    ]),
    events: read([]),
    log: log([]),
    previousLog: absent(),
    serviceAccount: read({ meta: meta('operator') }),
    rights: read([]),
    bindings: unread('not-attempted'),
    roles: unread('not-attempted'),
    metrics: unread('not-attempted'),
    services: read([{ meta: meta('operator'), ports: [{ port: 443 }], readyEndpoints: 1 }]),
    quotas: read([]),
    networkPolicies: read([]),
    namespace: read({ meta: meta('monitoring'), phase: 'Active' }),
    ...more,
  };
}

export const crd = (plural: string, more: Partial<CrdView> = {}): CrdView => ({
  plural,
  meta: meta(`${plural}.monitoring.coreos.com`, { created: '2026-03-01T11:00:00Z' }),
  operatorVersion: '0.86.2',
  statusWritten: '2026-03-01T11:00:01Z',
  ...more,
});

export function webhook(
  more: Partial<WebhookView['webhooks'][number]> = {},
  kind: WebhookView['kind'] = 'MutatingWebhookConfiguration',
): WebhookView {
  return {
    kind,
    meta: meta('admission'),
    webhooks: [
      {
        name: 'prometheusrulemutate.monitoring.coreos.com',
        failurePolicy: 'Ignore',
        service: { namespace: 'monitoring', name: 'operator', path: '/admission-prometheusrules/mutate' },
        caBundleBytes: 700,
        caBundleSha256: 'ca',
        rules: [
          { groups: ['monitoring.coreos.com'], resources: ['prometheusrules'], operations: ['CREATE', 'UPDATE'] },
        ],
        serviceExists: true,
        readyEndpoints: 1,
        ...more,
      },
    ],
  };
}

export function application(more: Partial<ApplicationView> = {}): ApplicationView {
  return {
    meta: meta('stack', { namespace: 'argocd' }),
    contentHash: 'hash',
    project: 'default',
    sources: [{ chart: 'kube-prometheus-stack', targetRevision: '79.5.0', values: {} }],
    destination: { namespace: 'monitoring' },
    syncOptions: ['ServerSideApply=true'],
    sync: { status: 'Synced' },
    health: { status: 'Healthy' },
    operationRequested: false,
    conditions: [],
    resources: [
      { group: 'monitoring.coreos.com', kind: 'Prometheus', namespace: 'monitoring', name: 'main', status: 'Synced' },
    ],
    resourceCount: 1,
    history: [],
    ...more,
  };
}

/** A healthy Prometheus with everything read; `more` replaces sources. */
export function evidence(more: Partial<Evidence> = {}): Evidence {
  return {
    target,
    at: AT,
    cluster: read({ uid: 'uid-cluster', server: 'https://lab:6443' }),
    resource: read(prometheus()),
    resources: read([]),
    crds: read(
      [
        'prometheuses',
        'prometheusagents',
        'alertmanagers',
        'thanosrulers',
        'scrapeconfigs',
        'alertmanagerconfigs',
        'servicemonitors',
        'podmonitors',
        'probes',
        'prometheusrules',
      ].map((plural) => crd(plural)),
    ),
    served: read({
      v1: [
        'prometheuses',
        'alertmanagers',
        'thanosrulers',
        'servicemonitors',
        'podmonitors',
        'probes',
        'prometheusrules',
      ],
      v1alpha1: ['prometheusagents', 'scrapeconfigs', 'alertmanagerconfigs'],
    }),
    operators: read([operator()]),
    namespace: read({ meta: meta('monitoring'), phase: 'Active' }),
    owned: read(owned(7)),
    statefulSet: read(statefulSet()),
    pods: read([pod()]),
    claims: read([]),
    events: read([]),
    quotas: read([]),
    limitRanges: read([]),
    storageClasses: read([]),
    webhooks: read([webhook()]),
    admissionSecret: read({ meta: meta('admission'), keys: [{ name: 'ca', bytes: 700 }], caSha256: 'ca' }),
    jobs: read([]),
    applications: read([application()]),
    undecodable: read([]),
    hidden: 0,
    ...more,
  };
}
