import type { Cluster } from '../control-plane/cluster.ts';
import type { ClusterRole, Container, Deployment, KubeObject, Managed, PodSpec, Rule } from '../kinds.ts';
import { core, NS, OPERATOR, OPERATOR_PATH, PROMETHEUS, PROMETHEUS_PATH, prometheusesPath } from '../names.ts';
import { sleep, until } from '../wait.ts';
import { operatorPods, owned, prometheus } from './look.ts';

/** What scenarios do. */

export type Change = (cluster: Cluster) => Promise<unknown> | unknown;
/** Changes a Prometheus before it is created. */
type Edit = (draft: Draft) => void;

/** A Prometheus that is yet to be created. */
export interface Draft {
  apiVersion: string;
  kind: string;
  metadata: Partial<KubeObject['metadata']> & { name: string; namespace: string };
  spec: Record<string, unknown>;
}

export const patchPrometheus = (cluster: Cluster, spec: unknown, metadata?: unknown): Promise<unknown> =>
  cluster.api.merge(PROMETHEUS_PATH, { spec, ...(metadata !== undefined && { metadata }) });

/** A harmless annotation: the operator reconciles now instead of after its back-off. */
export const nudge = (cluster: Cluster): Promise<unknown> =>
  patchPrometheus(cluster, {}, { annotations: { nudge: String(Date.now()) } });

/** Deletes the Prometheus and waits until the garbage collector has removed what it owned. */
export async function removePrometheus(cluster: Cluster): Promise<void> {
  await cluster.k('-n', NS, 'delete', 'prometheus', PROMETHEUS, '--wait=true');
  await until('what the Prometheus owned is gone', async () => (await owned(cluster)).length === 0);
}

/** The Prometheus as the chart makes it, ready to be created again. */
export async function chartPrometheus(cluster: Cluster): Promise<Managed> {
  const live = (await prometheus(cluster)) ?? cluster.savedCr;
  if (!live) throw new Error('there is no Prometheus, and none was saved');
  return live;
}

export async function draftOf(cluster: Cluster, edit: Edit = () => {}): Promise<Draft> {
  const { metadata, spec } = await chartPrometheus(cluster);
  const { name, namespace, labels, annotations } = metadata;
  const kept = {
    name,
    namespace,
    ...(labels && { labels: { ...labels } }),
    ...(annotations && { annotations: { ...annotations } }),
  };
  const draft = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'Prometheus',
    metadata: kept,
    spec: structuredClone(spec),
  };
  edit(draft);
  return draft;
}

export const createPrometheus = (cluster: Cluster, draft: unknown): Promise<unknown> =>
  cluster.api.post(prometheusesPath(), draft);

/** Removes the Prometheus and creates it anew: a first install, as far as the operator is concerned. */
export async function recreatePrometheus(cluster: Cluster, edit?: Edit): Promise<void> {
  const draft = await draftOf(cluster, edit);
  if (await prometheus(cluster)) await removePrometheus(cluster);
  await createPrometheus(cluster, draft);
}

/** An edit that sets fields of the spec. */
export const withSpec =
  (fields: Record<string, unknown>): Edit =>
  ({ spec }) =>
    void Object.assign(spec, fields);

// ---- the operator

/** Scales the operator and waits until its containers run, or wait for something. */
export async function scaleOperator(cluster: Cluster, replicas: number): Promise<void> {
  await cluster.k('-n', NS, 'scale', `deploy/${OPERATOR}`, `--replicas=${replicas}`);
  const begun = async () => {
    const states = (await operatorPods(cluster)).map(({ status }) => status?.containerStatuses?.[0]?.state);
    return states.length === replicas && states.every((state) => state?.running || state?.waiting);
  };
  await until(`${replicas} operator pods`, begun);
}

export async function restartOperator(cluster: Cluster): Promise<void> {
  await cluster.k('-n', NS, 'rollout', 'restart', `deploy/${OPERATOR}`);
  await cluster.k('-n', NS, 'rollout', 'status', `deploy/${OPERATOR}`, '--timeout=60s').catch(() => {});
}

/** Changes something and makes the Prometheus anew while no operator runs, then starts one and does not wait: it may be unable to start. */
export async function whileDown(cluster: Cluster, change?: Change, edit?: Edit): Promise<void> {
  await scaleOperator(cluster, 0);
  await change?.(cluster);
  await recreatePrometheus(cluster, edit);
  await cluster.k('-n', NS, 'scale', `deploy/${OPERATOR}`, '--replicas=1');
}

/** Edits the pod template of the operator's Deployment. */
export async function editOperator(
  cluster: Cluster,
  edit: (spec: PodSpec, container: Container) => void,
): Promise<void> {
  const deployment = await cluster.api.get<Deployment>(OPERATOR_PATH);
  const { spec } = deployment.spec.template;
  const [container] = spec.containers;
  if (!container) throw new Error('the operator has no container');
  edit(spec, container);
  await cluster.api.put(OPERATOR_PATH, deployment);
}

export const addArguments =
  (...more: string[]): Change =>
  (cluster) =>
    editOperator(cluster, (_, container) => {
      container.args = [...(container.args ?? []), ...more];
    });

/** The chart's objects as they should be: the usual repair. */
export const applyStack = (cluster: Cluster): Promise<unknown> => cluster.applyFile('stack.yaml');
export async function applyStackAndNudge(cluster: Cluster): Promise<void> {
  await applyStack(cluster);
  await nudge(cluster);
}
export async function applyStackAndRestart(cluster: Cluster): Promise<void> {
  await applyStack(cluster);
  await restartOperator(cluster);
}

// ---- rights

const ALL_VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];

/** Changes the rules of the operator's ClusterRole. */
export const editRole =
  (edit: (rules: Rule[]) => Rule[]): Change =>
  async (cluster) => {
    const path = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${OPERATOR}`;
    const role = await cluster.api.get<ClusterRole>(path);
    await cluster.api.put(path, { ...role, rules: edit(role.rules) });
  };

/** Takes verbs (all, unless said) on one resource from the operator's ClusterRole and leaves everything else. */
export const withoutRight = (group: string, resource: string, verbs: readonly string[] = ALL_VERBS): Change =>
  editRole((rules) =>
    rules.flatMap((rule) => {
      if (!rule.apiGroups?.includes(group) || !rule.resources?.includes(resource)) return [rule];
      const others = rule.resources.filter((name) => name !== resource);
      const left = (rule.verbs.includes('*') ? ALL_VERBS : rule.verbs).filter((verb) => !verbs.includes(verb));
      return [
        ...(others.length > 0 ? [{ ...rule, resources: others }] : []),
        ...(left.length > 0 ? [{ apiGroups: [group], resources: [resource], verbs: left }] : []),
      ];
    }),
  );

// ---- other objects

/** Spec of a claim for a volume; without a class it asks for the default one. */
export const claim = (storageClassName?: string): Record<string, unknown> => ({
  storage: {
    volumeClaimTemplate: {
      spec: {
        ...(storageClassName && { storageClassName }),
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '10Gi' } },
      },
    },
  },
});

export const storageClass = (cluster: Cluster, name: string): Promise<unknown> =>
  cluster.apply({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name },
    provisioner: 'rancher.io/local-path',
    volumeBindingMode: 'WaitForFirstConsumer',
  });

/** A volume made by hand: no provisioner runs. `claimRef` is what a provisioner would set. */
export const volume = (cluster: Cluster, storageClassName: string, claimRef?: unknown): Promise<unknown> =>
  cluster.apply({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'by-hand' },
    spec: {
      storageClassName,
      ...(claimRef !== undefined && { claimRef }),
      capacity: { storage: '10Gi' },
      accessModes: ['ReadWriteOnce'],
      hostPath: { path: '/data' },
    },
  });

/** A ResourceQuota; resolves when it counts. */
export async function quota(cluster: Cluster, name: string, hard: Record<string, string>): Promise<void> {
  await cluster.apply({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name, namespace: NS }, spec: { hard } });
  const path = core('resourcequotas', name);
  await until(
    'the quota counts',
    async () => (await cluster.api.get<KubeObject & { status?: { used?: unknown } }>(path)).status?.used,
  );
}

interface AdmissionPolicy {
  readonly group: string;
  readonly resource: string;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  /** CEL that must hold. */
  readonly expression: string;
  readonly message: string;
}

/** A ValidatingAdmissionPolicy with its binding. The API server enforces it after a moment that nothing announces. */
export const admissionPolicy =
  (name: string, { group, resource, operation, expression, message }: AdmissionPolicy): Change =>
  async (cluster) => {
    const apiVersion = 'admissionregistration.k8s.io/v1';
    const resourceRules = [{ apiGroups: [group], apiVersions: ['*'], resources: [resource], operations: [operation] }];
    const spec = { failurePolicy: 'Fail', matchConstraints: { resourceRules }, validations: [{ expression, message }] };
    await cluster.apply({ apiVersion, kind: 'ValidatingAdmissionPolicy', metadata: { name }, spec });
    await cluster.apply({
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'] },
    });
    await sleep(3000);
  };

/** The API server reads webhook configurations a moment after they change. */
export const webhooksTakeEffect = (): Promise<void> => sleep(1500);

/** Of scenario F43. */
export async function widenQuota(cluster: Cluster): Promise<void> {
  await cluster.api.merge(core('resourcequotas', 'objects'), { spec: { hard: { 'count/statefulsets.apps': '5' } } });
  await sleep(1000); // until the quota controller has seen it
}
