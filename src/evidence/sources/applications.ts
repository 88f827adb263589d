import { chartFrameHash, contentHash } from '../content-hash.ts';
import { boolean, defined, isObject, type Json, number, object, objects, sortedBy, string, strings } from '../json.ts';
import { projectMeta, text } from '../meta.ts';
import { getObject, listObjects, made, project, type Reading } from '../reading.ts';
import { MONITORING } from '../targets.ts';
import type { ApplicationView, Read, Target } from '../types.ts';
import { judgedValues } from './helm-values.ts';
import type { Candidate } from './operator-search.ts';
import { withWindows } from './sync-windows.ts';

/** Applications read in one list; where there are more, the candidates are picked by name from a metadata list. */
const SMALL = 25;
const MAX_BYTES = 24 * 1024 * 1024;
const MAX_PICKED = 6;
const ROWS_KEPT = 150;

/** The Argo CD Applications that hold the target, its operator or its CRDs. Absent when Argo CD's kinds are not served. */
export async function readApplications(
  reading: Reading,
  target: Target,
  found: Promise<Read<readonly Candidate[]>>,
): Promise<Read<readonly ApplicationView[]>> {
  const first = await listObjects(reading, 'applications', {}, { query: { limit: SMALL }, maxBytes: MAX_BYTES });
  const many =
    (first.state === 'read' && first.value.rest) || (first.state === 'unread' && first.because === 'too-large');
  const all = many ? await pick(reading, target) : project(first, ({ items }) => items);
  const read = await found;
  const operators = read.state === 'read' ? read.value : [];
  const views = project(all, (items) => {
    const kept = items.filter((item) => holds(item, target, operators));
    const sorted = sortedBy(
      kept.map((item) => projectApplication(item, items, reading)),
      (view) => `${view.meta.namespace ?? ''}/${view.meta.name}`,
    );
    return sorted.slice(0, MAX_PICKED);
  });
  if (views.state !== 'read') return views;
  return { ...views, value: await Promise.all(views.value.map((view) => withWindows(reading, view))) };
}

/** From many Applications those whose name or labels speak of monitoring; full objects only for them. */
async function pick(reading: Reading, target: Target): Promise<Read<readonly Json[]>> {
  const list = await listObjects(
    reading,
    'applications',
    {},
    { metadataOnly: true, query: { limit: 5000 }, maxBytes: MAX_BYTES },
  );
  if (list.state !== 'read') return list;
  const score = (item: Json): number => {
    const name = string(item, 'metadata', 'name') ?? '';
    return (
      (/prometheus/i.test(name) ? 2 : 0) +
      (/monitoring|observability/i.test(name) ? 1 : 0) +
      (name.includes(target.namespace) ? 1 : 0) +
      (target.name.startsWith(name) ? 3 : 0)
    );
  };
  const ranked = sortedBy(
    list.value.items.filter((item) => score(item) > 0),
    (item) =>
      `${9 - score(item)} ${string(item, 'metadata', 'namespace') ?? ''}/${string(item, 'metadata', 'name') ?? ''}`,
  );
  const reads = await Promise.all(
    ranked
      .slice(0, MAX_PICKED)
      .map((item) =>
        getObject(
          reading,
          'applications',
          { namespace: string(item, 'metadata', 'namespace'), name: string(item, 'metadata', 'name') },
          { maxBytes: MAX_BYTES },
        ),
      ),
  );
  const missing = reads.find((read) => read.state === 'unread');
  if (missing !== undefined && missing.state === 'unread') return missing;
  return made(
    reading,
    reads.flatMap((read) => (read.state === 'read' ? [read.value] : [])),
  );
}

function holds(item: Json, target: Target, operators: readonly Candidate[]): boolean {
  const rows = objects(object(item, 'status')['resources'], 5000);
  const hasRow = rows.some((row) => {
    const kind = string(row, 'kind');
    const name = string(row, 'name') ?? '';
    const namespace = string(row, 'namespace');
    if (kind === target.kind) return name === target.name && namespace === target.namespace;
    if (kind === 'CustomResourceDefinition') return name.endsWith(`.${MONITORING}`);
    return (
      kind === 'Deployment' && operators.some((operator) => operator.name === name && operator.namespace === namespace)
    );
  });
  if (hasRow) return true;
  return sourcesOf(item).some((source) =>
    /prometheus(-operator|-stack|-operator-crds)/.test(
      `${string(source, 'chart') ?? ''} ${string(source, 'path') ?? ''}`,
    ),
  );
}

function sourcesOf(item: Json): readonly Json[] {
  const spec = object(item, 'spec');
  const many = objects(spec['sources'], 20);
  return many.length > 0 ? many : isObject(spec['source']) ? [spec['source']] : [];
}

function projectApplication(item: Json, all: readonly Json[], reading: Reading): ApplicationView {
  const spec = object(item, 'spec');
  const status = object(item, 'status');
  const policy = object(spec, 'syncPolicy');
  const scrub = reading.redactor;
  const automated = policy['automated'];
  const rows = objects(status['resources'], 5000);
  const state = status['operationState'];
  return defined<ApplicationView>({
    meta: projectMeta(item, scrub),
    contentHash: contentHash(item),
    project: string(spec, 'project'),
    sources: sourcesOf(item).map((source, index) => projectSource(source, index, item, reading)),
    destination: defined<ApplicationView['destination']>({
      server: string(spec, 'destination', 'server'),
      name: string(spec, 'destination', 'name'),
      namespace: string(spec, 'destination', 'namespace'),
    }),
    automated: isObject(automated)
      ? defined<NonNullable<ApplicationView['automated']>>({
          prune: boolean(automated, 'prune'),
          selfHeal: boolean(automated, 'selfHeal'),
          enabled: boolean(automated, 'enabled'),
        })
      : undefined,
    syncOptions: strings(policy['syncOptions'], 50),
    multiSource: objects(spec['sources'], 1).length > 0 || undefined,
    retry: isObject(policy['retry']) ? projectRetry(policy['retry']) : undefined,
    sync: isObject(status['sync'])
      ? defined<NonNullable<ApplicationView['sync']>>({
          status: string(status, 'sync', 'status'),
          revision: string(status, 'sync', 'revision'),
          revisions: several(object(status, 'sync')['revisions']),
        })
      : undefined,
    health: isObject(status['health'])
      ? defined<NonNullable<ApplicationView['health']>>({
          status: string(status, 'health', 'status'),
          message: text(status['health']['message'], scrub),
          lastTransitionTime: string(status, 'health', 'lastTransitionTime'),
        })
      : undefined,
    operation: isObject(state) ? projectOperation(state, reading) : undefined,
    hydrated: isObject(spec['sourceHydrator']) || undefined,
    operationRequested: isObject(item['operation']),
    conditions: objects(status['conditions'], 50).map((condition) =>
      defined<ApplicationView['conditions'][number]>({
        type: string(condition, 'type') ?? '',
        message: text(condition['message'], scrub) ?? '',
        lastTransitionTime: string(condition, 'lastTransitionTime'),
      }),
    ),
    resources: sortedBy(
      rows.filter(isTelling).map(projectRow),
      (row) => `${row.kind} ${row.namespace ?? ''}/${row.name}`,
    ).slice(0, ROWS_KEPT),
    resourceCount: rows.length,
    history: objects(status['history'], 200)
      .slice(-20)
      .map((entry) =>
        defined<ApplicationView['history'][number]>({
          revision: string(entry, 'revision'),
          deployedAt: string(entry, 'deployedAt'),
        }),
      ),
    parent: parentOf(item, all),
    parentKind: parentKindOf(item),
    reconciledAt: string(status, 'reconciledAt'),
  });
}

function projectRetry(retry: Json): NonNullable<ApplicationView['retry']> {
  return defined<NonNullable<ApplicationView['retry']>>({
    limit: number(retry, 'limit'),
    refresh: boolean(retry, 'refresh'),
    duration: string(retry, 'backoff', 'duration'),
    factor: number(retry, 'backoff', 'factor'),
    maxDuration: string(retry, 'backoff', 'maxDuration'),
  });
}

/** What Argo CD says of several sources; undefined where there is one. */
function several(revisions: unknown): readonly string[] | undefined {
  const all = strings(revisions, 20);
  return all.length > 0 ? all : undefined;
}

function projectSource(
  source: Json,
  index: number,
  application: Json,
  reading: Reading,
): ApplicationView['sources'][number] {
  const helm = object(source, 'helm');
  const isSingle = objects(object(application, 'spec')['sources'], 20).length === 0;
  return defined<ApplicationView['sources'][number]>({
    repoURL: text(source['repoURL'], reading.redactor),
    chart: string(source, 'chart'),
    path: string(source, 'path'),
    targetRevision: string(source, 'targetRevision'),
    index: isSingle ? undefined : index,
    frameHash:
      string(source, 'chart') === undefined ? undefined : chartFrameHash(application, isSingle ? undefined : index),
    releaseName: string(helm, 'releaseName'),
    skipCrds: boolean(helm, 'skipCrds'),
    values: Object.fromEntries(
      Object.entries(judgedValues(helm)).map(([path, value]) => [
        path,
        typeof value === 'string' ? reading.redactor.text(value) : value,
      ]),
    ),
  });
}

type Operation = NonNullable<ApplicationView['operation']>;

function projectOperation(state: Json, reading: Reading): Operation {
  const sync = object(state, 'operation', 'sync');
  const result = object(state, 'syncResult');
  return defined<Operation>({
    phase: string(state, 'phase'),
    message: text(state['message'], reading.redactor),
    startedAt: string(state, 'startedAt'),
    finishedAt: string(state, 'finishedAt'),
    retryCount: number(state, 'retryCount'),
    automated: boolean(state, 'operation', 'initiatedBy', 'automated'),
    partial: objects(sync['resources'], 1).length > 0,
    autoHealAttempts: number(sync, 'autoHealAttemptsCount'),
    revision: string(result, 'revision') ?? string(sync, 'revision'),
    revisions: several(result['revisions']) ?? several(sync['revisions']),
    syncOptions: strings(sync['syncOptions'], 50),
    results: objects(result['resources'], 5000)
      .filter((row) => !isPlainSuccess(row))
      .slice(0, ROWS_KEPT)
      .map((row) => projectResult(row, reading)),
  });
}

function isPlainSuccess(row: Json): boolean {
  const status = string(row, 'status');
  const phase = string(row, 'hookPhase');
  return (
    !row['hookType'] &&
    (status === 'Synced' || status === 'Pruned') &&
    (phase === undefined || phase === '' || phase === 'Succeeded')
  );
}

function projectResult(row: Json, reading: Reading): Operation['results'][number] {
  return defined<Operation['results'][number]>({
    group: string(row, 'group'),
    kind: string(row, 'kind') ?? '',
    namespace: string(row, 'namespace'),
    name: string(row, 'name') ?? '',
    status: string(row, 'status'),
    hookPhase: string(row, 'hookPhase'),
    hookType: string(row, 'hookType'),
    syncPhase: string(row, 'syncPhase'),
    message: text(row['message'], reading.redactor),
  });
}

function isTelling(row: Json): boolean {
  if (string(row, 'status') !== 'Synced' || row['hook'] === true || row['requiresPruning'] === true) return true;
  const group = string(row, 'group');
  const kind = string(row, 'kind') ?? '';
  if (kind === 'CustomResourceDefinition') return (string(row, 'name') ?? '').endsWith(`.${MONITORING}`);
  if (group === MONITORING) return ['Prometheus', 'PrometheusAgent', 'Alertmanager', 'ThanosRuler'].includes(kind);
  return (
    ['Deployment', 'ClusterRole', 'ClusterRoleBinding'].includes(kind) && /operator/.test(string(row, 'name') ?? '')
  );
}

function projectRow(row: Json): ApplicationView['resources'][number] {
  return defined<ApplicationView['resources'][number]>({
    group: string(row, 'group') || undefined,
    kind: string(row, 'kind') ?? '',
    namespace: string(row, 'namespace'),
    name: string(row, 'name') ?? '',
    status: string(row, 'status'),
    health: string(row, 'health', 'status'),
    hook: boolean(row, 'hook'),
    requiresPruning: boolean(row, 'requiresPruning'),
  });
}

function ownerOf(item: Json): Json | undefined {
  return objects(object(item, 'metadata')['ownerReferences'], 20).find((reference) =>
    /^Application(Set)?$/.test(string(reference, 'kind') ?? ''),
  );
}

function parentKindOf(item: Json): ApplicationView['parentKind'] {
  const kind = string(ownerOf(item), 'kind');
  return kind === 'Application' || kind === 'ApplicationSet' ? kind : undefined;
}

/** Who manages this Application: an ApplicationSet, or an app of apps. */
function parentOf(item: Json, all: readonly Json[]): string | undefined {
  const metadata = object(item, 'metadata');
  const name = string(metadata, 'name') ?? '';
  const owner = ownerOf(item);
  if (owner !== undefined) return string(owner, 'name');
  const tracking = string(metadata, 'annotations', 'argocd.argoproj.io/tracking-id');
  if (tracking?.includes(':')) return tracking.split(':')[0];
  const holder = all.find(
    (other) =>
      other !== item &&
      objects(object(other, 'status')['resources'], 5000).some(
        (row) => string(row, 'kind') === 'Application' && string(row, 'name') === name,
      ),
  );
  if (holder !== undefined) return string(holder, 'metadata', 'name');
  return string(metadata, 'labels', 'argocd.argoproj.io/instance');
}
