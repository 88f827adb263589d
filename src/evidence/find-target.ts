import type { KubeError } from '../kubernetes/types.ts';
import type { TargetAnswer, TargetQuery } from '../ports.ts';
import type { Reading } from './reading.ts';
import { searchOperators } from './sources/operator-search.ts';
import { mergeSummaries, readSummaries } from './sources/resources.ts';
import type { ResourceSummary, Target, TargetKind } from './types.ts';

/**
 * Which custom resource somebody means. Nothing named and one Prometheus: that one. A named one that does not exist is still a target, as
 * long as its namespace is known; then the ladder says that the resource is missing. A full name is believed without asking.
 */
export async function findTarget(reading: Reading, cluster: string, query: TargetQuery): Promise<TargetAnswer> {
  const { kind = 'Prometheus', namespace, name } = query;
  // Nothing that a list could say would change a full name.
  if (namespace !== undefined && name !== undefined)
    return { found: 'one', target: { cluster, kind, namespace, name } };
  const kinds = kindsFor(query);
  const found = await readSummaries(reading, kinds.first, reading.namespaces);
  const others = kinds.rest.length > 0 && !hasMatch(found, query) ? await readOthers(reading, kinds.rest) : undefined;
  const all = others === undefined ? found : mergeSummaries([found, others]);
  const matches =
    all.state === 'read'
      ? all.value.filter((item) => fits(item, query))
      : found.state === 'read'
        ? found.value.filter((item) => fits(item, query))
        : [];
  const targets = matches.map(
    (item): Target => ({ cluster, kind: item.kind, namespace: item.namespace, name: item.name }),
  );
  const [one] = targets;
  if (one !== undefined) return targets.length === 1 ? { found: 'one', target: one } : { found: 'many', targets };
  throwIfCut(reading.failures);
  return missing(reading, cluster, query, kinds.first);
}

interface Kinds {
  readonly first: TargetKind;
  readonly rest: readonly TargetKind[];
}

/**
 * A Prometheus is what people mean by default. An agent is taken only where nothing was named and no Prometheus is there: a named Prometheus
 * that turns out to be an agent is a finding of its own.
 */
function kindsFor(query: TargetQuery): Kinds {
  if (query.kind !== undefined) return { first: query.kind, rest: [] };
  return { first: 'Prometheus', rest: query.name === undefined ? ['PrometheusAgent'] : [] };
}

async function readOthers(reading: Reading, kinds: readonly TargetKind[]): ReturnType<typeof readSummaries> {
  return mergeSummaries(await Promise.all(kinds.map((kind) => readSummaries(reading, kind, reading.namespaces))));
}

function hasMatch(read: Awaited<ReturnType<typeof readSummaries>>, query: TargetQuery): boolean {
  return read.state === 'read' && read.value.some((item) => fits(item, query));
}

function fits(item: ResourceSummary, query: TargetQuery): boolean {
  return (
    (query.namespace === undefined || item.namespace === query.namespace) &&
    (query.name === undefined || item.name === query.name)
  );
}

/** Nothing fits: a bare name gets the only namespace that may be read, or that of the only operator. */
async function missing(reading: Reading, cluster: string, query: TargetQuery, kind: TargetKind): Promise<TargetAnswer> {
  const { namespaces } = reading;
  // Where operators elsewhere can't be seen, the only one that is seen need not be the only one.
  const home = namespaces.length > 1 ? undefined : (namespaces[0] ?? (await operatorNamespace(reading)));
  const namespace = query.name === undefined ? undefined : home;
  if (query.name !== undefined && namespace !== undefined) {
    return { found: 'one', target: { cluster, kind, namespace, name: query.name } };
  }
  // What may not be listed is not absent: the caller has to say which right is missing.
  const refused = reading.failures.find((failure) => failure.kind === 'forbidden');
  if (refused !== undefined) throw refused;
  return { found: 'none', query };
}

async function operatorNamespace(reading: Reading): Promise<string | undefined> {
  const found = await searchOperators(reading, 'default').all;
  const namespaces = new Set(
    found.state === 'read' && found.value.everywhere
      ? found.value.candidates.map((candidate) => candidate.namespace)
      : [],
  );
  return namespaces.size === 1 ? [...namespaces][0] : undefined;
}

/** "Nothing found" must not be said when nothing was answered. */
function throwIfCut(failures: readonly KubeError[]): void {
  const cut = failures.find((failure) => failure.kind !== 'not-found' && failure.kind !== 'forbidden');
  if (cut !== undefined) throw cut;
}
