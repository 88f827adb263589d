import { defined, sortedBy } from '../json.ts';
import { projectMeta, statusWritten } from '../meta.ts';
import { listObjects, project, type Reading } from '../reading.ts';
import { TARGETS } from '../targets.ts';
import { type Read, type ResourceSummary, TARGET_KINDS, type TargetKind } from '../types.ts';

/** All objects of one workload kind in the cluster, metadata only. */
export async function readSummaries(reading: Reading, kind: TargetKind): Promise<Read<readonly ResourceSummary[]>> {
  const list = await listObjects(reading, TARGETS[kind].plural, {}, { metadataOnly: true });
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
export async function readResources(reading: Reading): Promise<Read<readonly ResourceSummary[]>> {
  return mergeSummaries(await Promise.all(TARGET_KINDS.map((kind) => readSummaries(reading, kind))));
}

export function mergeSummaries(reads: readonly Read<readonly ResourceSummary[]>[]): Read<readonly ResourceSummary[]> {
  const missing = reads.find((read) => read.state === 'unread');
  if (missing !== undefined) return missing;
  const found = reads.flatMap((read) => (read.state === 'read' ? [read] : []));
  const [first] = found;
  if (first === undefined)
    return reads[0] ?? { state: 'unread', because: 'not-attempted', detail: 'no kind was asked for' };
  const all = found.flatMap((read) => read.value);
  return { state: 'read', at: first.at, value: sortedBy(all, (item) => `${item.kind} ${item.namespace}/${item.name}`) };
}
