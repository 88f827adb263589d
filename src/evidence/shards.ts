import { shardsOf } from './targets.ts';
import type { Evidence, Read, Shards, ShardView } from './types.ts';

type Seen = Pick<Evidence, 'resource' | 'shards'>;

/** The shards of a resource that asks for more than one; undefined where there is only one. A capture from before they were read has none. */
export function shardsOfTarget({ resource, shards }: Seen): Read<Shards> | undefined {
  if (shards !== undefined) return shards;
  if (resource.state !== 'read' || shardsOf(resource.value) === 1) return undefined;
  return { state: 'unread', because: 'not-attempted', detail: 'only shard 0 was read' };
}

/** The shards that `statefulSet` and `pods` are not of, as far as they were read. */
export function otherShards(seen: Seen): readonly ShardView[] {
  const shards = shardsOfTarget(seen);
  return shards?.state === 'read' ? shards.value.all.filter(({ shard }) => shard !== shards.value.judged) : [];
}

/** Whether the StatefulSet is there, and the resource's own. */
export function isMade({ state }: ShardView): boolean {
  return state === 'ready' || state === 'not-ready' || state === 'unlabelled';
}

/** As many ready pods as its StatefulSet asks for. */
export function isComplete(one: ShardView): boolean {
  return isMade(one) && one.ready >= (one.replicas ?? 1);
}

/** The index of the shard that `statefulSet` is of. */
export function judgedShard({ shards }: Pick<Evidence, 'shards'>): number {
  return shards?.state === 'read' ? shards.value.judged : 0;
}
