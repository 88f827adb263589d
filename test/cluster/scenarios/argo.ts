import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../control-plane/cluster.ts';
import type { ManifestFile } from '../control-plane/manifests.ts';
import type { Application } from '../kinds.ts';
import { ADMISSION, NS, PROMETHEUS } from '../names.ts';
import { CHART, declaredVersion } from '../versions.ts';

/** The Argo CD Application of the stack, written as Argo CD 3.x leaves it: no Argo CD runs. */

export const APP = 'kube-prometheus-stack';
export const APPLICATIONS = '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications';
/** Argo CD's field manager. */
export const MANAGER = 'argocd-controller';

/** One object, as an Application lists it. */
export interface Row {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

export const documents = (yaml: string): string[] => yaml.split(/^---$/m);
export const manifest = (cluster: Cluster, file: ManifestFile): string =>
  readFileSync(join(cluster.manifests, file), 'utf8');

/** The object of one YAML document of the manifests, which all are in block style at the top. */
export function rowOf(document: string): Row | undefined {
  const field = (pattern: RegExp) => pattern.exec(document)?.[1];
  const api = field(/^apiVersion: (\S+)$/m);
  const kind = field(/^kind: (\S+)$/m);
  const name = field(/^ {2}name: (\S+)$/m);
  if (!api || !kind || !name) return undefined;
  const [version = '', group = ''] = api.split('/').reverse();
  const namespace = field(/^ {2}namespace: (\S+)$/m);
  return { group, version, kind, ...(namespace && { namespace }), name };
}

const rows = (yaml: string): Row[] => documents(yaml).flatMap((document) => rowOf(document) ?? []);

/** Adds Argo CD's tracking annotation to every object. */
export const tracked = (yaml: string): string =>
  documents(yaml)
    .map((document) => {
      const row = rowOf(document);
      if (!row) return document;
      const line = `    argocd.argoproj.io/tracking-id: ${APP}:${row.group}/${row.kind}:${row.namespace ?? ''}/${row.name}\n`;
      return /^ {2}annotations:$/m.test(document)
        ? document.replace(/^ {2}annotations:\n/m, `  annotations:\n${line}`)
        : document.replace(/^metadata:\n/m, `metadata:\n  annotations:\n${line}`);
    })
    .join('---');

export const is =
  (kind: string, name?: string) =>
  (row: Row): boolean =>
    row.kind === kind && (!name || row.name === name);

export interface Operation {
  readonly phase?: 'Running' | 'Succeeded' | 'Failed';
  readonly message?: string;
  /** Seconds since it began. */
  readonly ago?: number;
  /** The objects of a self-heal, which syncs only some. */
  readonly partial?: (row: Row) => boolean;
  readonly retryCount?: number;
  readonly syncOptions?: readonly string[];
}

export interface ApplicationOptions {
  readonly name?: string;
  /** Differences from the stack's chart source. */
  readonly source?: Record<string, unknown>;
  readonly helm?: Record<string, unknown>;
  readonly syncOptions?: readonly string[];
  readonly sync?: 'Synced' | 'OutOfSync';
  readonly health?: 'Healthy' | 'Progressing' | 'Missing' | 'Degraded';
  readonly operation?: Operation;
  /** The manifests whose objects it has. */
  readonly files?: readonly ManifestFile[];
  readonly outOfSync?: (row: Row) => boolean;
  /** The object whose health the running sync waits for. */
  readonly waits?: (row: Row) => boolean;
  /** Errors of the operation by `Kind/name`. */
  readonly errors?: Readonly<Record<string, string>>;
  readonly hooks?: readonly object[];
  readonly conditions?: readonly object[];
}

export const SERVER_SIDE = ['CreateNamespace=true', 'ServerSideApply=true'] as const;
/** The row of the chart's hook that makes the admission Secret. */
export const PRE_SYNC = {
  name: `${ADMISSION}-create`,
  hookType: 'PreSync',
  syncPhase: 'PreSync',
  hookPhase: 'Succeeded',
  message: 'Reached expected number of succeeded pods',
};
export const WAITING_FOR_PROMETHEUS = `waiting for healthy state of monitoring.coreos.com/Prometheus/${PROMETHEUS}`;

/** Now minus some seconds, as the API writes times. */
export const ago = (seconds: number): string =>
  new Date(Date.now() - seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');

/** Writes the Application, in place of one of that name. Synced and Healthy unless said. */
export async function application(cluster: Cluster, options: ApplicationOptions = {}): Promise<void> {
  const {
    name = APP,
    syncOptions = SERVER_SIDE,
    sync = 'Synced',
    health = 'Healthy',
    files = ['crds.yaml', 'stack.yaml', 'webhooks.yaml'],
    outOfSync = () => false,
  } = options;
  const helm = { releaseName: 'prometheus', ...options.helm };
  const source = {
    repoURL: 'https://prometheus-community.github.io/helm-charts',
    chart: 'kube-prometheus-stack',
    targetRevision: CHART.version,
    helm,
    ...options.source,
  };
  const destination = { server: 'https://kubernetes.default.svc', namespace: NS };
  const resources = files.flatMap((file) => rows(manifest(cluster, file)));
  const revision = source.targetRevision;
  const state = operationState(resources, source, syncOptions, options);
  const app = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: 'argocd' },
    // It stands there for as long as the operation runs.
    ...(state.phase === 'Running' && { operation: state.operation }),
    spec: {
      project: 'default',
      source,
      destination,
      syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions },
    },
    status: {
      sync: { status: sync, revision, comparedTo: { source, destination } },
      health: { status: health, lastTransitionTime: state.startedAt },
      operationState: state,
      resources: resources.map((row) => ({ ...row, status: outOfSync(row) ? 'OutOfSync' : 'Synced' })),
      resourceHealthSource: 'appTree',
      reconciledAt: ago(5),
      controllerNamespace: 'argocd',
      sourceType: 'Helm',
      ...(options.conditions && { conditions: options.conditions }),
      summary: { images: [`quay.io/prometheus-operator/prometheus-operator:v${declaredVersion(cluster.operator)}`] },
    },
  };
  const anything = { group: '*', kind: '*' };
  const project = {
    sourceRepos: ['*'],
    destinations: [{ namespace: '*', server: '*' }],
    clusterResourceWhitelist: [anything],
  };
  await cluster.apply({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: 'default', namespace: 'argocd' },
    spec: project,
  });
  if (await cluster.api.maybe(`${APPLICATIONS}/${name}`)) await cluster.api.del(`${APPLICATIONS}/${name}`);
  await cluster.api.post(APPLICATIONS, app);
}

function operationState(
  resources: readonly Row[],
  source: { readonly targetRevision: string },
  wholeSyncOptions: readonly string[],
  options: ApplicationOptions,
) {
  const {
    phase = 'Succeeded',
    message = 'successfully synced (all tasks run)',
    ago: began = 900,
    partial,
    retryCount,
    syncOptions = wholeSyncOptions,
  } = options.operation ?? {};
  const { waits = () => false, errors = {}, hooks = [] } = options;
  const applied = partial ? resources.filter(partial) : resources;
  const some = { resources: applied.map(({ version: _, ...row }) => row), autoHealAttemptsCount: 3 };
  const result = (row: Row) => {
    const error = errors[`${row.kind}/${row.name}`];
    const done = `${row.kind.toLowerCase()}${row.group && `.${row.group}`}/${row.name} ${syncOptions.includes('ServerSideApply=true') ? 'serverside-applied' : 'configured'}`;
    return {
      ...row,
      // As Argo CD writes it: empty for what has none.
      namespace: row.namespace ?? '',
      status: error ? 'SyncFailed' : 'Synced',
      syncPhase: 'Sync',
      hookPhase: error ? 'Failed' : waits(row) ? 'Running' : 'Succeeded',
      message: error ?? done,
    };
  };
  const job = { group: 'batch', version: 'v1', kind: 'Job', namespace: NS, status: 'Synced' };
  return {
    phase,
    message,
    startedAt: ago(began),
    ...(phase !== 'Running' && { finishedAt: ago(began - 20) }),
    ...(retryCount && { retryCount }),
    operation: {
      initiatedBy: { automated: true },
      retry: { limit: 5 },
      sync: { revision: source.targetRevision, syncOptions, prune: true, ...(partial && some) },
    },
    syncResult: {
      revision: source.targetRevision,
      source,
      resources: [...hooks.map((hook) => ({ ...job, ...hook })), ...applied.map(result)],
    },
  };
}

export const findApplication = (cluster: Cluster, name = APP): Promise<Application | undefined> =>
  cluster.api.maybe<Application>(`${APPLICATIONS}/${name}`);

export async function operationSays(cluster: Cluster, text: string): Promise<boolean> {
  return (await findApplication(cluster))?.status.operationState?.message.includes(text) ?? false;
}
