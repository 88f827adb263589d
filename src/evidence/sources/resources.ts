import { watches } from '../flags.ts';
import { defined, sortedBy } from '../json.ts';
import { projectMeta, statusWritten } from '../meta.ts';
import { listObjects, project, type Reading, unread } from '../reading.ts';
import { TARGETS } from '../targets.ts';
import { type ListedResources, type Read, type ResourceSummary, TARGET_KINDS, type TargetKind } from '../types.ts';

type Summaries = Read<readonly ResourceSummary[]>;

/**
 * The objects of one workload kind, metadata only: in the cluster, or in these namespaces where any are given; of very many the first, or,
 * where `all` are wanted, none.
 */
export async function readSummaries(
  reading: Reading,
  kind: TargetKind,
  namespaces: readonly string[] = [],
  all = false,
): Promise<Summaries> {
  if (namespaces.length === 0) return readIn(reading, kind, undefined, all);
  return mergeSummaries(await Promise.all(namespaces.map((namespace) => readIn(reading, kind, namespace, all))));
}

async function readIn(
  reading: Reading,
  kind: TargetKind,
  namespace: string | undefined,
  all: boolean,
): Promise<Summaries> {
  const { plural } = TARGETS[kind];
  const list = await listObjects(reading, plural, { namespace }, { metadataOnly: true });
  if (all && list.state === 'read' && list.value.rest)
    return unread('too-large', `there are more ${plural} than are counted`);
  return project(list, ({ items }) =>
    items.map((item) => {
      const meta = projectMeta(item, reading.redactor, { allLabels: true });
      return defined<ResourceSummary>({
        kind,
        namespace: meta.namespace ?? '',
        name: meta.name,
        uid: meta.uid,
        created: meta.created,
        statusWritten: statusWritten(meta),
        labels: meta.labels,
      });
    }),
  );
}

/**
 * All objects of all workload kinds. A kind that is not served has no objects; one that could not be read to its end makes the whole unread, as
 * a count that leaves some out would be shown as the truth.
 */
export async function readResources(reading: Reading): Promise<Summaries> {
  return mergeSummaries(await Promise.all(TARGET_KINDS.map((kind) => readSummaries(reading, kind, [], true))));
}

/** Those in the namespaces that may be read, where the whole cluster may not; undefined where it may. */
export async function readListed(
  reading: Reading,
  everywhere: Promise<Summaries>,
): Promise<Read<ListedResources> | undefined> {
  const { namespaces } = reading;
  if (namespaces.length === 0) return undefined;
  const all = await everywhere;
  if (all.state !== 'unread' || all.because !== 'forbidden') return undefined;
  const within = await Promise.all(TARGET_KINDS.map((kind) => readSummaries(reading, kind, namespaces, true)));
  return project(mergeSummaries(within), (resources) => ({ namespaces, resources }));
}

/** Which other kinds an operator with these arguments manages an object of, as far as any could be read. */
export async function otherKinds(
  than: TargetKind,
  args: readonly string[],
  everywhere: Promise<Summaries>,
  within: Promise<Read<ListedResources> | undefined>,
): Promise<readonly TargetKind[]> {
  const [all, listed] = await Promise.all([everywhere, within]);
  const seen = all.state === 'read' ? all.value : listed?.state === 'read' ? listed.value.resources : [];
  return TARGET_KINDS.filter(
    (kind) => kind !== than && seen.some((one) => one.kind === kind && watches(args, kind, one.namespace)),
  );
}

export function mergeSummaries(reads: readonly Summaries[]): Summaries {
  const missing = reads.find((read) => read.state === 'unread');
  if (missing !== undefined) return missing;
  const found = reads.flatMap((read) => (read.state === 'read' ? [read] : []));
  const [first] = found;
  if (first === undefined)
    return reads[0] ?? { state: 'unread', because: 'not-attempted', detail: 'no kind was asked for' };
  const all = found.flatMap((read) => read.value);
  return { state: 'read', at: first.at, value: sortedBy(all, (item) => `${item.kind} ${item.namespace}/${item.name}`) };
}
