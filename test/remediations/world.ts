import type { CauseSlug } from '../../src/diagnosis/causes.ts';
import { RUNGS } from '../../src/diagnosis/ladder.ts';
import type { Certainty, Diagnosis, Verdict } from '../../src/diagnosis/types.ts';
import type {
  AccessAnswer,
  AdmissionSecretView,
  ApplicationView,
  Evidence,
  Meta,
  OperatorDeployment,
  OperatorView,
  QuotaView,
  Read,
  ResourceSummary,
  Target,
  TargetKind,
} from '../../src/evidence/types.ts';
import { isPlan } from '../../src/remediations/index.ts';
import type { ClusterIdentity, Plan, Refusal } from '../../src/remediations/types.ts';

/** Worlds for tests: a cluster in which the repair fits, so that each test states only what is special. */
export const AT = '2026-11-25T03:00:00.000Z';
export const NS = 'monitoring';
export const OPERATOR = 'prometheus-kube-prometheus-operator';
export const ADMISSION = 'prometheus-kube-prometheus-admission';
export const CLUSTER: ClusterIdentity = { name: 'staging', uid: 'kube-system-uid', caFingerprint: 'ca' };
/** The `ownerReferences` of what the target owns. */
export const OWNERS = [{ apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus', name: 'main', uid: 'uid-main' }];
/** Those of what an earlier one of its name owned. */
export const STRANGERS = [
  { apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus', name: 'main', uid: 'uid-before' },
];
export const TARGET: Target = { cluster: 'staging', kind: 'Prometheus', namespace: NS, name: 'main' };

export const read = <T>(value: T): Read<T> => ({ state: 'read', value, at: AT });
export const absent: Read<never> = { state: 'absent', how: 'no-such-object', at: AT };
export const forbidden: Read<never> = {
  state: 'unread',
  because: 'forbidden',
  detail: 'forbidden',
  needs: { verb: 'get', group: '', resource: 'secrets', namespace: NS, name: ADMISSION },
};

export function meta(name: string, more: Partial<Meta> = {}): Meta {
  return {
    name,
    namespace: NS,
    uid: `uid-${name}`,
    created: AT,
    finalizers: [],
    labels: {},
    annotations: {},
    annotationBytes: 0,
    owners: [],
    managers: [],
    ...more,
  };
}

export const resource = (kind: TargetKind, name: string, namespace = NS): ResourceSummary => ({
  kind,
  namespace,
  name,
  uid: `uid-${namespace}-${name}`,
  created: AT,
  labels: {},
});

const allow = (verb: string, group: string, name: string, subresource?: string): AccessAnswer => ({
  verb,
  group,
  resource: name,
  ...(subresource !== undefined && { subresource }),
  allowed: true,
});
const MONITORING = 'monitoring.coreos.com';

/** Everything that a Prometheus controller asks for, allowed. */
export const RIGHTS: readonly AccessAnswer[] = [
  ...['get', 'list', 'watch'].map((verb) => allow(verb, MONITORING, 'prometheuses')),
  ...['update', 'patch'].map((verb) => allow(verb, MONITORING, 'prometheuses', 'status')),
  ...['list', 'watch'].map((verb) => allow(verb, '', 'namespaces')),
  ...['servicemonitors', 'podmonitors', 'prometheusrules', 'probes'].map((name) => allow('list', MONITORING, name)),
  allow('list', '', 'configmaps'),
  allow('list', '', 'secrets'),
  allow('list', 'apps', 'statefulsets'),
];
export const deny = (verb: string, name: string): readonly AccessAnswer[] =>
  RIGHTS.map((one) =>
    one.verb === verb && (one.subresource ? `${one.resource}/${one.subresource}` : one.resource) === name
      ? { ...one, allowed: false }
      : one,
  );

export function deployment(more: Partial<OperatorDeployment> = {}): OperatorDeployment {
  return {
    meta: meta(OPERATOR, { generation: 1 }),
    contentHash: 'hash-of-the-deployment',
    replicas: 1,
    status: { replicas: 1, readyReplicas: 1, updatedReplicas: 1, observedGeneration: 1 },
    conditions: [],
    selector: 'app=operator',
    serviceAccount: OPERATOR,
    hostNetwork: false,
    container: {
      name: 'kube-prometheus-stack',
      image: 'quay.io/prometheus-operator/prometheus-operator:v0.86.2',
      version: '0.86.2',
      args: ['--web.enable-tls=true', '--web.cert-file=/cert/cert', '--web.key-file=/cert/key'],
    },
    volumes: [{ name: 'tls-secret', secret: ADMISSION }],
    templateAnnotations: {},
    ...more,
  };
}

export function operator(more: Partial<OperatorView> = {}): OperatorView {
  return {
    deployment: deployment(),
    pods: read([]),
    events: read([]),
    log: absent,
    previousLog: absent,
    serviceAccount: read({ meta: meta(OPERATOR) }),
    rights: read(RIGHTS),
    bindings: read([]),
    roles: read([]),
    metrics: absent,
    services: read([]),
    quotas: read([]),
    networkPolicies: read([]),
    namespace: read({ meta: meta(NS) }),
    ...more,
  };
}

export const SECRET: AdmissionSecretView = {
  meta: meta(ADMISSION),
  keys: [
    { name: 'ca', bytes: 500 },
    { name: 'cert', bytes: 600 },
    { name: 'key', bytes: 200 },
  ],
};

export const quota = (hard: Record<string, string>, used: Record<string, string>): Read<readonly QuotaView[]> =>
  read([{ meta: meta('limits'), hard, used }]);

export function evidence(more: Partial<Evidence> = {}): Evidence {
  return {
    target: TARGET,
    at: AT,
    cluster: read({ uid: CLUSTER.uid, server: 'https://cluster.example:6443', caFingerprint: CLUSTER.caFingerprint }),
    resource: read({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'Prometheus',
      meta: meta('main'),
      spec: {},
      contentHash: 'hash-of-the-resource',
    }),
    resources: read([resource('Prometheus', 'main')]),
    crds: read([]),
    served: read({
      v1: [
        'prometheuses',
        'alertmanagers',
        'servicemonitors',
        'podmonitors',
        'prometheusrules',
        'probes',
        'thanosrulers',
      ],
      v1alpha1: ['prometheusagents', 'scrapeconfigs', 'alertmanagerconfigs'],
    }),
    operators: read([operator()]),
    namespace: read({ meta: meta(NS) }),
    owned: read([]),
    statefulSet: absent,
    pods: read([]),
    claims: read([]),
    events: read([]),
    quotas: read([]),
    limitRanges: read([]),
    storageClasses: read([]),
    webhooks: read([]),
    admissionSecret: read(SECRET),
    jobs: read([]),
    applications: absent,
    undecodable: absent,
    hidden: 0,
    ...more,
  };
}

/** An Application that heals, with one object among its resources. */
export function applicationWith(kind: string, name: string, status: string): ApplicationView {
  return {
    meta: meta('monitoring', { namespace: 'argocd' }),
    contentHash: 'a',
    sources: [],
    destination: {},
    automated: { selfHeal: true },
    syncOptions: [],
    operationRequested: false,
    conditions: [],
    resources: [{ kind, namespace: NS, name, status }],
    resourceCount: 1,
    history: [],
  };
}

export function diagnosis(cause: CauseSlug | null, more: { certainty?: Certainty; verdict?: Verdict } = {}): Diagnosis {
  return {
    target: TARGET,
    at: AT,
    verdict: more.verdict ?? (cause ? 'broken' : 'healthy'),
    rootCause: cause && {
      cause,
      rung: 'controller',
      certainty: more.certainty ?? 'proven',
      code: cause,
      values: {},
      because: [],
    },
    next: [],
    consequences: [],
    noise: [],
    ruledOut: [],
    notChecked: [],
    observations: [],
    ladder: RUNGS.map((rung) => ({ rung, state: 'reached' })),
    byRunbook: [],
  };
}

/** The plan of a repair that has to be offered. */
export function planned(answer: Plan | Refusal): Plan {
  if (!isPlan(answer)) throw new Error(`refused: ${answer.code} ${JSON.stringify(answer.values)}`);
  return answer;
}
