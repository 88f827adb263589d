import { defined, sortedBy } from '../json.ts';
import { projectMeta, statusWritten } from '../meta.ts';
import { listObjects, project, type Reading } from '../reading.ts';
import { TARGETS } from '../targets.ts';
import { type Read, type ResourceSummary, TARGET_KINDS, type TargetKind } from '../types.ts';

type Summaries = Read<readonly ResourceSummary[]>;

/** All objects of one workload kind, metadata only: in the cluster, or in these namespaces where any are given. */
export async function readSummaries(
  reading: Reading,
  kind: TargetKind,
  namespaces: readonly string[] = [],
): Promise<Summaries> {
  if (namespaces.length === 0) return readIn(reading, kind, undefined);
  return mergeSummaries(await Promise.all(namespaces.map((namespace) => readIn(reading, kind, namespace))));
}

async function readIn(reading: Reading, kind: TargetKind, namespace: string | undefined): Promise<Summaries> {
  const list = await listObjects(reading, TARGETS[kind].plural, { namespace }, { metadataOnly: true });
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
 * All objects of all workload kinds. A kind that is not served has no objects; a kind that could not be read makes the whole unread, because
 * a count that leaves some out would be shown as the truth.
 */
export async function readResources(reading: Reading): Promise<Summaries> {
  return mergeSummaries(await Promise.all(TARGET_KINDS.map((kind) => readSummaries(reading, kind))));
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
