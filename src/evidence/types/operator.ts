import type { Condition, Meta } from './meta.ts';
import type { EventView, NamespaceView, NetworkPolicyView, QuotaView, ServiceView } from './namespace.ts';
import type { PodSize, PodView } from './pods.ts';
import type { Read } from './read.ts';
import type { AccessAnswer, BindingView, RoleView } from './rights.ts';

/** A Deployment that runs the prometheus-operator image. */
export interface OperatorDeployment {
  readonly meta: Meta;
  readonly contentHash: string;
  readonly replicas: number;
  /** `spec.paused`: a change of the template starts no rollout. */
  readonly paused?: boolean;
  readonly status: {
    readonly replicas: number;
    readonly readyReplicas: number;
    readonly updatedReplicas: number;
    readonly observedGeneration?: number;
  };
  readonly conditions: readonly Condition[];
  readonly selector: string;
  readonly serviceAccount: string;
  readonly automountToken?: boolean;
  readonly hostNetwork: boolean;
  readonly container: {
    readonly name: string;
    readonly image: string;
    /** Version of the image tag without `v`, where it is one (`0.86.2`). */
    readonly version?: string;
    readonly args: readonly string[];
    readonly memoryLimit?: string;
  };
  /** What one of its pods counts for a quota. Absent in captures of older versions. */
  readonly pod?: PodSize;
  readonly volumes: readonly { readonly name: string; readonly secret?: string; readonly optional?: boolean }[];
  /** Annotations of the pod template, allow-listed (restartedAt, promfix). */
  readonly templateAnnotations: Readonly<Record<string, string>>;
}

/** What the operator printed. Lines are scrubbed text, oldest first, merged by time and text. */
export interface LogView {
  readonly pod: string;
  readonly container: string;
  readonly lines: readonly LogLine[];
  /** True when lines between head and tail were not read. */
  readonly gap: boolean;
  /** True when the first line of the process is among the lines (`head` was not cut off by rotation). */
  readonly fromStart: boolean;
  readonly bytes: number;
}

export interface LogLine {
  /** The kubelet's timestamp, when it was given. */
  readonly at?: string;
  readonly text: string;
  readonly part: 'head' | 'tail' | 'previous';
}

/** One operator with all that was read about its process. The first of `operators` is the one responsible for the target, as far as known. */
export interface OperatorView {
  readonly deployment: OperatorDeployment;
  readonly pods: Read<readonly PodView[]>;
  readonly events: Read<readonly EventView[]>;
  /** The current process; absent when no container has one. */
  readonly log: Read<LogView>;
  /** The previous container's log; absent when there was none. */
  readonly previousLog: Read<LogView>;
  readonly serviceAccount: Read<{ readonly meta: Meta; readonly automountToken?: boolean }>;
  /** Answers of SubjectAccessReviews for the operator's ServiceAccount, current rights. */
  readonly rights: Read<readonly AccessAnswer[]>;
  /** The same for what other kinds that it manages need and the target's does not. Absent in captures of older versions. */
  readonly furtherRights?: Read<readonly AccessAnswer[]>;
  /** Only read where a review says no: what is bound to that ServiceAccount, and bindings that look meant for it. */
  readonly bindings: Read<readonly BindingView[]>;
  readonly roles: Read<readonly RoleView[]>;
  /** The operator's own metrics by the API server's Service proxy; optional. */
  readonly metrics: Read<OperatorMetrics>;
  /** Services that select the operator's pods, with the number of ready endpoints. */
  readonly services: Read<readonly ServiceView[]>;
  readonly quotas: Read<readonly QuotaView[]>;
  readonly networkPolicies: Read<readonly NetworkPolicyView[]>;
  readonly namespace: Read<NamespaceView>;
}

/** prometheus_operator_* samples that are judged. Numbers are the sample values; a series that is not exported is not in the list. */
export interface OperatorMetrics {
  readonly samples: readonly {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}
