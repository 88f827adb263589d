/** The API objects that the control plane's tests touch, with the fields that they use. */

type Labels = Record<string, string>;

export interface Metadata {
  name: string;
  namespace: string;
  uid: string;
  creationTimestamp: string;
  generation: number;
  labels?: Labels;
  annotations?: Labels;
  deletionTimestamp?: string;
  finalizers?: string[];
  ownerReferences?: { kind: string; name: string; uid: string }[];
}

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
}

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
}

export interface List<T> {
  items: T[];
}

export interface ContainerState {
  waiting?: { reason?: string; message?: string };
  running?: { startedAt: string };
  terminated?: { exitCode: number; reason: string; startedAt: string; finishedAt: string; containerID?: string };
}

export interface ContainerStatus {
  name: string;
  image: string;
  ready: boolean;
  restartCount: number;
  state: ContainerState;
  lastState?: ContainerState;
}

export interface Container {
  name: string;
  image: string;
  args?: string[];
  resources?: { limits?: Labels; requests?: Labels };
  volumeMounts?: { name: string; mountPath: string }[];
  livenessProbe?: { periodSeconds?: number; failureThreshold?: number };
  readinessProbe?: unknown;
}

interface Volume {
  name: string;
  secret?: { secretName: string; optional?: boolean; items?: { key: string; path: string }[] };
  configMap?: { name: string; optional?: boolean };
}

export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  volumes?: Volume[];
  hostNetwork?: boolean;
  nodeSelector?: Labels;
  serviceAccountName?: string;
  serviceAccount?: string;
  automountServiceAccountToken?: boolean;
}

export interface Pod extends KubeObject {
  spec: PodSpec;
  status?: {
    phase?: string;
    conditions?: Condition[];
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
}

export interface Deployment extends KubeObject {
  spec: {
    replicas: number;
    selector: { matchLabels: Labels };
    template: { metadata: { labels: Labels; annotations?: Labels }; spec: PodSpec };
  };
  status?: { readyReplicas?: number };
}

export interface StatefulSet extends KubeObject {
  spec: { replicas: number };
  status: { observedGeneration?: number; readyReplicas?: number };
}

/** A resource of the operator: `spec` is what a scenario changes freely. */
export interface Managed extends KubeObject {
  spec: Record<string, unknown>;
  status?: { conditions?: Condition[]; paused?: boolean; availableReplicas?: number };
}

export interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

export interface ClusterRole extends KubeObject {
  rules: Rule[];
}

export interface Secret extends KubeObject {
  data: Record<string, string>;
}

interface Webhook {
  name: string;
  failurePolicy: 'Ignore' | 'Fail';
  clientConfig: { caBundle?: string; service: { name: string; namespace: string; path?: string } };
}

export interface WebhookConfiguration extends KubeObject {
  webhooks: Webhook[];
}

export interface Crd extends KubeObject {
  spec: { versions: { schema: { openAPIV3Schema: Record<string, unknown> }; subresources?: unknown }[] };
  status?: { conditions?: Condition[] };
}

export interface KubeEvent extends KubeObject {
  reason: string;
  message: string;
}

export interface NetworkPolicy extends KubeObject {
  spec: { podSelector?: { matchLabels?: Labels }; policyTypes?: string[]; egress?: unknown[] };
}

export interface Application extends KubeObject {
  spec: { source: { helm: Record<string, unknown> } };
  status: {
    operationState?: { phase: string; message: string; operation: { sync: { autoHealAttemptsCount?: number } } };
  };
}

export interface TokenRequest extends KubeObject {
  status: { token: string };
}
