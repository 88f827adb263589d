/**
 * Everything that was read for one diagnosis: plain, serialisable, projected to the fields that somebody judges, scrubbed of secrets.
 * Runbooks see nothing else, so a diagnosis from a saved capture equals the one from the live cluster.
 *
 * Times are ISO 8601 strings in UTC as the API server gave them. `undefined` fields are left out, never null.
 */

/** The kinds that go through the ladder. */
export const TARGET_KINDS = ['Prometheus', 'PrometheusAgent', 'Alertmanager', 'ThanosRuler'] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];

/** What is under diagnosis. `cluster` is the configured name, shown first everywhere. */
export interface Target {
  readonly cluster: string;
  readonly kind: TargetKind;
  readonly namespace: string;
  readonly name: string;
}

export type UnreadReason =
  | 'unauthorized'
  | 'forbidden'
  | 'timeout'
  | 'unavailable'
  | 'too-large'
  | 'malformed'
  | 'not-attempted';

/** The right that a source needs, as a Role would state it. `resource` may carry a subresource (`pods/log`). */
export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** Absent for cluster-scoped resources and cluster-wide reads. */
  readonly namespace?: string;
  readonly name?: string;
}

/** Absent is knowledge (the server said so); unread is not: nothing may be concluded from it. */
export type Read<T> =
  | { readonly state: 'read'; readonly value: T; readonly at: string; readonly resourceVersion?: string }
  | { readonly state: 'absent'; readonly how: 'no-such-kind' | 'no-such-object'; readonly at: string }
  | { readonly state: 'unread'; readonly because: UnreadReason; readonly detail: string; readonly needs?: Right };

// ---------------------------------------------------------------------------------------------------------------- shared pieces

export interface OwnerRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

/** One entry of metadata.managedFields without the fields themselves. */
export interface FieldManager {
  readonly manager: string;
  readonly operation: string;
  readonly subresource?: string;
  readonly time?: string;
}

/** Metadata, projected. Labels and annotations are allow-listed; `annotationBytes` is the sum of all keys and values as stored. */
export interface Meta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly created: string;
  readonly deleting?: string;
  readonly finalizers: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly annotationBytes: number;
  readonly owners: readonly OwnerRef[];
  readonly managers: readonly FieldManager[];
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
  readonly observedGeneration?: number;
}

/** A core/v1 Event, projected. `at` is the last time it was seen. */
export interface EventView {
  readonly at: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly involved: { readonly kind: string; readonly name: string; readonly uid?: string };
  readonly source?: string;
}

// ---------------------------------------------------------------------------------------------------------------- sources

export interface ClusterView {
  /** uid of the namespace kube-system: the cluster's identity. */
  readonly uid: string;
  readonly server: string;
  readonly caFingerprint?: string;
  readonly kubernetesVersion?: string;
}

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

export interface AccessAnswer {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** Absent = asked for all namespaces. */
  readonly namespace?: string;
  readonly allowed: boolean;
  readonly reason?: string;
}

export interface BindingView {
  readonly kind: 'ClusterRoleBinding' | 'RoleBinding';
  readonly meta: Meta;
  /** Of the whole object, where `subjects` are exactly those that stand there. Absent in captures of older versions. */
  readonly contentHash?: string;
  readonly role: { readonly kind: string; readonly name: string };
  readonly subjects: readonly {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
    readonly apiGroup?: string;
  }[];
}
export interface RoleView {
  readonly kind: 'ClusterRole' | 'Role';
  readonly meta: Meta;
  /** Of the whole object, where `rules` are exactly those that stand there. Absent in captures of older versions. */
  readonly contentHash?: string;
  /** Its rules are gathered from other ClusterRoles. */
  readonly aggregated?: boolean;
  readonly rules: readonly {
    readonly groups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
    readonly resourceNames?: readonly string[];
    readonly nonResourceURLs?: readonly string[];
  }[];
}

/** prometheus_operator_* samples that are judged. Numbers are the sample values; a series that is not exported is not in the list. */
export interface OperatorMetrics {
  readonly samples: readonly {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

export interface ServiceView {
  readonly meta: Meta;
  readonly ports: readonly { readonly name?: string; readonly port: number; readonly targetPort?: string }[];
  readonly readyEndpoints?: number;
}
export interface QuotaView {
  readonly meta: Meta;
  readonly hard: Readonly<Record<string, string>>;
  readonly used: Readonly<Record<string, string>>;
  /** `Terminating`, `BestEffort` …, of both ways to state them; `other` where a selector says more than a name. Absent: none. */
  readonly scopes?: readonly string[];
}
export interface NetworkPolicyView {
  readonly meta: Meta;
  readonly podSelector: Readonly<Record<string, unknown>>;
  readonly types: readonly string[];
  readonly egressRules: number;
}
export interface NamespaceView {
  readonly meta: Meta;
  readonly phase?: string;
}
export interface LimitRangeView {
  readonly meta: Meta;
  readonly limits: readonly Readonly<Record<string, unknown>>[];
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

export interface StatefulSetView {
  readonly meta: Meta;
  /** Absent in captures of older versions. */
  readonly contentHash?: string;
  readonly replicas?: number;
  readonly status: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly observedGeneration?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
  };
  readonly conditions: readonly Condition[];
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

export interface WebhookView {
  readonly kind: 'MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration';
  readonly meta: Meta;
  /** Absent in captures of older versions. */
  readonly contentHash?: string;
  readonly webhooks: readonly {
    readonly name: string;
    readonly failurePolicy?: string;
    readonly timeoutSeconds?: number;
    readonly service?: {
      readonly namespace: string;
      readonly name: string;
      readonly path?: string;
      readonly port?: number;
    };
    readonly url?: string;
    /** Bytes of the decoded caBundle; 0 = empty. */
    readonly caBundleBytes: number;
    /** SHA-256 (hex) of the decoded caBundle, when there is one. */
    readonly caBundleSha256?: string;
    /** Who wrote the caBundle, by managedFields. */
    readonly caBundleManagers?: readonly string[];
    readonly rules: readonly {
      readonly groups: readonly string[];
      readonly resources: readonly string[];
      readonly operations: readonly string[];
    }[];
    /** Whether the Service it calls exists (asked once per distinct Service). */
    readonly serviceExists?: boolean;
    /** Number of ready endpoints of that Service. */
    readonly readyEndpoints?: number;
  }[];
}

/** The admission Secret: keys, sizes and the certificate's public part; the private key never leaves the source. */
export interface AdmissionSecretView {
  readonly meta: Meta;
  readonly type?: string;
  readonly keys: readonly { readonly name: string; readonly bytes: number }[];
  /** `versionHash` of the Secret. Absent in captures of older versions, like the four that follow. */
  readonly hash?: string;
  readonly immutable?: boolean;
  /** The keys in which the operator expects certificate and private key. */
  readonly serving?: { readonly cert: string; readonly key: string };
  /** The key with the CA: `ca`, `ca.crt`, or that of a certificate that signed itself. */
  readonly caKey?: string;
  readonly caNotAfter?: string;
  /** SHA-256 (hex) of the decoded CA, comparable with `WebhookView.caBundleSha256`. */
  readonly caSha256?: string;
  readonly certificate?: {
    readonly subject: string;
    readonly issuer: string;
    readonly notBefore: string;
    readonly notAfter: string;
    readonly dnsNames: readonly string[];
    readonly signedByCa?: boolean;
    readonly keyMatches?: boolean;
  };
}

export interface JobView {
  readonly meta: Meta;
  readonly conditions: readonly Condition[];
  readonly active: number;
  readonly failed: number;
  readonly succeeded: number;
  readonly pods: readonly PodView[];
}

/** A time in which an AppProject lets its Applications sync, or does not. */
export interface SyncWindow {
  readonly kind?: string;
  /** Five fields of cron. */
  readonly schedule?: string;
  /** As Go writes durations: `1h30m`. */
  readonly duration?: string;
  readonly timeZone?: string;
  /** What a person starts is let through. */
  readonly manualSync?: boolean;
}

/** An Argo CD Application that has (or is about to have) the target or its operator. */
export interface ApplicationView {
  readonly meta: Meta;
  readonly contentHash: string;
  readonly project?: string;
  readonly sources: readonly {
    readonly repoURL?: string;
    readonly chart?: string;
    readonly path?: string;
    readonly targetRevision?: string;
    /** Its place in `spec.sources`; absent for `spec.source`. */
    readonly index?: number;
    /** `chartFrameHash`, for a source that is a chart. */
    readonly frameHash?: string;
    readonly releaseName?: string;
    readonly skipCrds?: boolean;
    /** Helm values that a runbook judges, as dotted paths (`crds.enabled`, `prometheusOperator.admissionWebhooks.patch.enabled` …). */
    readonly values: Readonly<Record<string, string | number | boolean>>;
  }[];
  readonly destination: { readonly server?: string; readonly name?: string; readonly namespace?: string };
  readonly automated?: { readonly prune?: boolean; readonly selfHeal?: boolean; readonly enabled?: boolean };
  readonly syncOptions: readonly string[];
  /** How many sync windows its project has. Absent: the project was not read. A window that blocks leaves no trace in the Application. */
  readonly syncWindows?: number;
  /** Those of them that are meant for this Application. */
  readonly windows?: readonly SyncWindow[];
  /** It has `spec.sources`, so its revisions are a list. */
  readonly multiSource?: boolean;
  /** `spec.syncPolicy.retry`. */
  readonly retry?: {
    readonly limit?: number;
    readonly refresh?: boolean;
    readonly duration?: string;
    readonly factor?: number;
    readonly maxDuration?: string;
  };
  readonly sync?: {
    readonly status?: string;
    readonly revision?: string;
    /** Of several sources, in their order. */
    readonly revisions?: readonly string[];
  };
  readonly health?: { readonly status?: string; readonly message?: string; readonly lastTransitionTime?: string };
  readonly operation?: {
    readonly phase?: string;
    readonly message?: string;
    readonly startedAt?: string;
    readonly finishedAt?: string;
    readonly retryCount?: number;
    readonly automated?: boolean;
    readonly partial: boolean;
    readonly autoHealAttempts?: number;
    readonly revision?: string;
    /** One for each of several sources. */
    readonly revisions?: readonly string[];
    readonly syncOptions: readonly string[];
    /** Rows of syncResult that are not plain successes, and all hooks. */
    readonly results: readonly {
      readonly group?: string;
      readonly kind: string;
      readonly namespace?: string;
      readonly name: string;
      readonly status?: string;
      readonly hookPhase?: string;
      readonly hookType?: string;
      readonly syncPhase?: string;
      readonly message?: string;
    }[];
  };
  /** The source is worked out by Argo CD's hydrator. */
  readonly hydrated?: boolean;
  /** An operation is requested but not yet taken up. */
  readonly operationRequested: boolean;
  readonly conditions: readonly {
    readonly type: string;
    readonly message: string;
    readonly lastTransitionTime?: string;
  }[];
  /** Objects that are not Synced, and every CRD, Prometheus and operator row. */
  readonly resources: readonly {
    readonly group?: string;
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
    readonly status?: string;
    readonly health?: string;
    readonly hook?: boolean;
    readonly requiresPruning?: boolean;
  }[];
  readonly resourceCount: number;
  readonly history: readonly {
    readonly revision?: string;
    readonly deployedAt?: string;
    readonly syncOptions?: readonly string[];
  }[];
  /** Name of an Application or ApplicationSet that manages this one. */
  readonly parent?: string;
  /** Which of the two it is, where an owner reference says so. */
  readonly parentKind?: 'Application' | 'ApplicationSet';
  readonly reconciledAt?: string;
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

export interface Evidence {
  readonly target: Target;
  /** When the collection ended, API server's clock where known. */
  readonly at: string;
  readonly cluster: Read<ClusterView>;
  readonly resource: Read<ResourceView>;
  readonly resources: Read<readonly ResourceSummary[]>;
  readonly crds: Read<readonly CrdView[]>;
  readonly served: Read<ServedView>;
  readonly operators: Read<readonly OperatorView[]>;
  readonly namespace: Read<NamespaceView>;
  readonly owned: Read<readonly OwnedObject[]>;
  readonly statefulSet: Read<StatefulSetView>;
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
