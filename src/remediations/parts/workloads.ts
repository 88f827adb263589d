import { shardsOf, statefulSetName } from '../../evidence/targets.ts';
import type { ResourceView, Target } from '../../evidence/types.ts';
import type { ObjectRef } from '../types.ts';

/** More shards than that nobody runs; the operator names them all the same way. */
const MAX_SHARDS = 100;

/** The StatefulSets that the operator makes for a resource, one a shard. */
export function workloadsOf({ kind, namespace, name }: Target, resource: ResourceView): readonly ObjectRef[] {
  return Array.from({ length: Math.min(shardsOf(resource), MAX_SHARDS) }, (_, shard) => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    namespace,
    name: statefulSetName(kind, name, shard),
  }));
}
