/**
 * Everything that was read for one diagnosis: plain, serialisable, projected to the fields that somebody judges, scrubbed of secrets.
 * Runbooks see nothing else, so a diagnosis from a saved capture equals the one from the live cluster.
 *
 * Times are ISO 8601 strings in UTC as the API server gave them. `undefined` fields are left out, never null.
 */

import type { AdmissionSecretView, JobView, WebhookView } from './types/admission.ts';
import type { ApplicationView } from './types/applications.ts';
import type { ClusterView, CrdView, ServedView } from './types/cluster.ts';
import type { EventView, LimitRangeView, NamespaceView, QuotaView } from './types/namespace.ts';
import type { OperatorView } from './types/operator.ts';
import type { PodView } from './types/pods.ts';
import type { Read } from './types/read.ts';
import type { ListedResources, OwnedObject, ResourceSummary, ResourceView, UndecodableView } from './types/resource.ts';
import type { ClaimView, Shards, StatefulSetView, StorageClassView } from './types/stateful-set.ts';
import type { Target } from './types/target.ts';

export type * from './types/admission.ts';
export type * from './types/applications.ts';
export type * from './types/cluster.ts';
export type * from './types/meta.ts';
export type * from './types/namespace.ts';
export type * from './types/operator.ts';
export type * from './types/pods.ts';
export * from './types/read.ts';
export type * from './types/resource.ts';
export type * from './types/rights.ts';
export type * from './types/stateful-set.ts';
export * from './types/target.ts';

export interface Evidence {
  readonly target: Target;
  /** When the collection ended, API server's clock where known. */
  readonly at: string;
  readonly cluster: Read<ClusterView>;
  readonly resource: Read<ResourceView>;
  readonly resources: Read<readonly ResourceSummary[]>;
  /** Where `resources` may not be read: those in the namespaces that may. Absent otherwise, and in captures of older versions. */
  readonly listed?: Read<ListedResources>;
  readonly crds: Read<readonly CrdView[]>;
  readonly served: Read<ServedView>;
  readonly operators: Read<readonly OperatorView[]>;
  readonly namespace: Read<NamespaceView>;
  readonly owned: Read<readonly OwnedObject[]>;
  readonly statefulSet: Read<StatefulSetView>;
  /** Where the resource asks for more than one. Absent otherwise, and in captures of older versions, which hold the first shard alone. */
  readonly shards?: Read<Shards>;
  /** Pods of the StatefulSet (by owner), or what bears its name. */
  readonly pods: Read<readonly PodView[]>;
  readonly claims: Read<readonly ClaimView[]>;
  /** Events of the target's namespace, newest last, capped. */
  readonly events: Read<readonly EventView[]>;
  readonly quotas: Read<readonly QuotaView[]>;
  readonly limitRanges: Read<readonly LimitRangeView[]>;
  readonly storageClasses: Read<readonly StorageClassView[]>;
  readonly webhooks: Read<readonly WebhookView[]>;
  readonly admissionSecret: Read<AdmissionSecretView>;
  readonly jobs: Read<readonly JobView[]>;
  readonly applications: Read<readonly ApplicationView[]>;
  readonly undecodable: Read<readonly UndecodableView[]>;
  /** Text that a person pasted (`--log`): no cluster was read. */
  readonly pasted?: readonly string[];
  /** How many values were hidden by redaction. */
  readonly hidden: number;
}

/** The sources a runbook may ask for. */
export type EvidenceKey = Exclude<keyof Evidence, 'target' | 'at' | 'hidden'>;

/** A saved diagnosis input. Can be judged again without a cluster, never acted on. */
export interface Capture {
  readonly schema: 'promfix.capture/v1';
  readonly promfix: string;
  readonly evidence: Evidence;
}
