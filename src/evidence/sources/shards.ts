import { string } from '../json.ts';
import { listObjects, project, type Reading, unread } from '../reading.ts';
import { MANAGED_BY_OPERATOR, shardsOf, statefulSetName } from '../targets.ts';
import type { Read, ResourceView, Shards, ShardView, StatefulSetView, Target } from '../types.ts';
import { projectStatefulSet } from './stateful-set.ts';

/** StatefulSets of a namespace that are looked through, and shards that are looked for. */
const MOST = 500;

interface Judged {
  readonly statefulSet: Read<StatefulSetView>;
  /** Only of a resource that asks for more than one. */
  readonly shards?: Read<Shards>;
}

/**
 * The StatefulSet that is judged. Of several shards it is the first with which something is wrong, as the operator makes them in order and
 * stops at the first error: one list of the namespace's StatefulSets, however many shards there are.
 */
export async function readJudgedShard(
  reading: Reading,
  target: Target,
  resource: Promise<Read<ResourceView>>,
  first: Promise<Read<StatefulSetView>>,
): Promise<Judged> {
  const [wanted, zero] = await Promise.all([resource, first]);
  const count = wanted.state === 'read' ? shardsOf(wanted.value) : 1;
  if (wanted.state !== 'read' || count === 1) return { statefulSet: zero };
  const found = await readShards(reading, target, zero, count);
  if (found.state !== 'read') return { statefulSet: zero, shards: found };
  const all = found.value.map(({ shard, name, read }) => viewOf(shard, name, read, wanted.value));
  const judged = choose(all, wanted.value);
  const statefulSet = found.value.find(({ shard }) => shard === judged)?.read ?? zero;
  return { statefulSet, shards: { ...found, value: { judged, all } } };
}

interface Found {
  readonly shard: number;
  readonly name: string;
  readonly read: Read<StatefulSetView>;
}

async function readShards(
  reading: Reading,
  { kind, namespace, name: target }: Target,
  zero: Read<StatefulSetView>,
  count: number,
): Promise<Read<readonly Found[]>> {
  // Without the first there is nothing to compare with.
  if (zero.state === 'unread') return zero;
  if (count > MOST) return unread('too-large', `the resource asks for ${count} shards`);
  const list = await listObjects(reading, 'statefulsets', { namespace }, { query: { limit: MOST } });
  if (list.state === 'read' && list.value.rest)
    return unread('too-large', `there are more than ${MOST} StatefulSets in the namespace`);
  return project(list, ({ items }) =>
    Array.from({ length: count }, (_, shard): Found => {
      const name = statefulSetName(kind, target, shard);
      if (shard === 0) return { shard, name, read: zero };
      const item = items.find((one) => string(one, 'metadata', 'name') === name);
      // The items of a list come without their type, which the content's hash covers.
      const read: Found['read'] =
        item === undefined
          ? { state: 'absent', how: 'no-such-object', at: list.state === 'unread' ? '' : list.at }
          : project(list, () => projectStatefulSet({ apiVersion: 'apps/v1', kind: 'StatefulSet', ...item }, reading));
      return { shard, name, read };
    }),
  );
}

function viewOf(shard: number, name: string, read: Read<StatefulSetView>, resource: ResourceView): ShardView {
  if (read.state !== 'read') return { shard, name, state: read.state === 'absent' ? 'absent' : 'unclear', ready: 0 };
  const { meta, status, replicas = 1 } = read.value;
  const { readyReplicas: ready = 0 } = status;
  const shown = { shard, name, ready, replicas };
  if (!meta.owners.some(({ uid }) => uid === resource.meta.uid)) return { ...shown, state: 'foreign' };
  if (meta.deleting !== undefined) return { ...shown, state: 'deleting' };
  if (ready < replicas || (replicas === 0 && resource.spec['replicas'] !== 0)) return { ...shown, state: 'not-ready' };
  return { ...shown, state: meta.labels['managed-by'] === MANAGED_BY_OPERATOR ? 'ready' : 'unlabelled' };
}

/** What the operator's error names; else what is not as it should be, the operator's own labels last. */
function choose(all: readonly ShardView[], { status }: ResourceView): number {
  const failed = status?.conditions.find((one) => one.type === 'Reconciled' && one.status === 'False');
  const named = all.find(({ name, state }) => state !== 'ready' && failed?.message?.includes(`"${name}"`) === true);
  const wrong = named ?? all.find(({ state }) => state !== 'ready' && state !== 'unlabelled');
  return (wrong ?? all.find(({ state }) => state !== 'ready') ?? all[0])?.shard ?? 0;
}
