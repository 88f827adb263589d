import type { Condition, Meta } from './meta.ts';
import type { Read } from './read.ts';
import type { TargetKind } from './target.ts';

/** The custom resource under diagnosis. `spec` keeps only fields that a runbook judges (see `sources/resource.ts`), values as stored. */
export interface ResourceView {
  readonly apiVersion: string;
  readonly kind: string;
  readonly meta: Meta;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status?: {
    readonly conditions: readonly Condition[];
    readonly replicas?: number;
    readonly availableReplicas?: number;
    readonly updatedReplicas?: number;
    readonly paused?: boolean;
    readonly selector?: string;
  };
  /** SHA-256 of the canonical JSON of the object without status, managedFields and resourceVersion. */
  readonly contentHash: string;
}

/** All custom resources of the operator's workload kinds in the cluster: what one operator manages, and what else exists. */
export interface ResourceSummary {
  readonly kind: TargetKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly created: string;
  /** A status was ever written (a managedFields entry of subresource status). */
  readonly statusWritten?: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Where only some namespaces may be read: the resources in these. */
export interface ListedResources {
  readonly namespaces: readonly string[];
  readonly resources: readonly ResourceSummary[];
}

/** What the operator makes for the target, in the order it makes it (see `ownedNames`). Contents are never read. */
export interface OwnedObject {
  readonly step: number;
  readonly kind: 'ConfigMap' | 'Secret' | 'Service' | 'StatefulSet' | 'DaemonSet';
  readonly name: string;
  readonly object: Read<Meta>;
  /** `versionHash` of a Secret or ConfigMap that is there. */
  readonly hash?: string;
}

/** One monitoring object that does not decode, found only where the log says that a list fails to decode. */
export interface UndecodableView {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
  readonly found: string;
  readonly expected: string;
}
