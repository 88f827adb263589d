import type { Condition, Meta } from './meta.ts';

export interface StatefulSetView {
  /** Set for a PrometheusAgent in that mode: it has a DaemonSet of the same name instead, and `replicas` is the nodes that want a pod. */
  readonly kind?: 'DaemonSet';
  readonly meta: Meta;
  /** Absent in captures of older versions. */
  readonly contentHash?: string;
  readonly replicas?: number;
  readonly status: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly updatedReplicas?: number;
    readonly observedGeneration?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
  };
  readonly conditions: readonly Condition[];
  /** `OrderedReady` or `Parallel`. */
  readonly podManagement?: string;
  /** Type of the update strategy: `RollingUpdate` or `OnDelete`. */
  readonly updates?: string;
  readonly selector: string;
  readonly serviceAccount?: string;
  readonly claimTemplates: readonly {
    readonly name: string;
    readonly storageClass?: string;
    readonly storage?: string;
  }[];
  readonly retention?: { readonly whenDeleted?: string; readonly whenScaled?: string };
  readonly images: readonly string[];
}

/** The StatefulSets of a resource that asks for more than one shard. */
export interface Shards {
  /** The one that `statefulSet`, `pods` and `claims` are of: the first with which something is wrong. */
  readonly judged: number;
  /** Those that are asked for. What a smaller `spec.shards` left behind is not among them. */
  readonly all: readonly ShardView[];
}

export interface ShardView {
  readonly shard: number;
  readonly name: string;
  /** `unlabelled`: ready, without the label by which the operator sees it. `foreign`: the resource does not own it. */
  readonly state: 'ready' | 'not-ready' | 'unlabelled' | 'deleting' | 'foreign' | 'absent' | 'unclear';
  /** Pods that are ready, as its status says. */
  readonly ready: number;
  readonly replicas?: number;
}

export interface ClaimView {
  readonly meta: Meta;
  readonly phase?: string;
  readonly storageClass?: string;
  readonly volume?: string;
}

export interface StorageClassView {
  readonly meta: Meta;
  readonly provisioner: string;
  readonly isDefault: boolean;
  readonly bindingMode?: string;
}
