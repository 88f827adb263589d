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
