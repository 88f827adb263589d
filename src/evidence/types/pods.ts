import type { Condition, Meta } from './meta.ts';

export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: {
    readonly exitCode: number;
    readonly reason?: string;
    readonly message?: string;
    readonly startedAt?: string;
    readonly finishedAt?: string;
  };
}

export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state: ContainerState;
  readonly lastState: ContainerState;
}

export interface PodView {
  readonly meta: Meta;
  readonly phase?: string;
  readonly podIP?: string;
  readonly hostNetwork: boolean;
  readonly nodeName?: string;
  readonly serviceAccount?: string;
  readonly conditions: readonly Condition[];
  readonly containers: readonly ContainerStatus[];
  readonly initContainers: readonly ContainerStatus[];
  readonly volumes: readonly {
    readonly name: string;
    readonly secret?: string;
    readonly configMap?: string;
    readonly optional?: boolean;
  }[];
}

/** What a pod template asks for, before any LimitRange. Amounts are Kubernetes quantities as stored. */
export interface PodSize {
  readonly containers: readonly {
    readonly name: string;
    /** `before`: an init container; `beside`: one that runs on (`restartPolicy: Always`). These in their order. */
    readonly runs: 'main' | 'beside' | 'before';
    readonly requests: Readonly<Record<string, string>>;
    readonly limits: Readonly<Record<string, string>>;
  }[];
  readonly priorityClass?: string;
  /** Resources of the pod itself, or a RuntimeClass, which may add an overhead: what it counts can't be summed up from its containers. */
  readonly addsMore: boolean;
  /** Pods that a rolling update may start beside the old ones; 0: the old one ends first. */
  readonly surge: number;
}
