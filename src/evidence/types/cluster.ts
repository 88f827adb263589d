import type { Meta } from './meta.ts';

export interface ClusterView {
  /** uid of the namespace kube-system: the cluster's identity. */
  readonly uid: string;
  readonly server: string;
  readonly caFingerprint?: string;
}

/** One CRD of monitoring.coreos.com, from PartialObjectMetadata. */
export interface CrdView {
  readonly plural: string;
  readonly meta: Meta;
  /** annotation operator.prometheus.io/version */
  readonly operatorVersion?: string;
  /** Bytes of kubectl.kubernetes.io/last-applied-configuration, when the CRD carries it. */
  readonly lastAppliedBytes?: number;
  /** When the status (conditions, so also Established) was last written, from managedFields. */
  readonly statusWritten?: string;
}

/** Discovery: what is served now for monitoring.coreos.com, as `plural` per version. */
export interface ServedView {
  readonly v1: readonly string[];
  readonly v1alpha1: readonly string[];
}
