import type { Cluster } from '../control-plane/cluster.ts';
import type { Condition, ContainerStatus, KubeEvent, List, Managed, Pod, StatefulSet } from '../kinds.ts';
import { core, OPERATOR, PROMETHEUS_PATH, STATEFULSET, STATEFULSET_PATH } from '../names.ts';

/** What scenarios look at. */

export const prometheus = (cluster: Cluster): Promise<Managed | undefined> =>
  cluster.api.maybe<Managed>(PROMETHEUS_PATH);
export const statefulSet = (cluster: Cluster): Promise<StatefulSet | undefined> =>
  cluster.api.maybe<StatefulSet>(STATEFULSET_PATH);
export const condition = (object: Managed | undefined, type: string): Condition | undefined =>
  object?.status?.conditions?.find((one) => one.type === type);

/** A condition's message, empty where there is none. */
export const messageOf = (object: Managed | undefined, type: string): string => condition(object, type)?.message ?? '';
export const isTrue = (object: Managed | undefined, type: string): boolean =>
  condition(object, type)?.status === 'True';

/** What the operator makes for the Prometheus, in its order: how far a sync got. */
export async function owned(cluster: Cluster): Promise<string[]> {
  const steps = [
    ['configmaps', `${STATEFULSET}-rulefiles-0`],
    ['secrets', STATEFULSET],
    ['secrets', `${STATEFULSET}-tls-assets-0`],
    ['secrets', `${STATEFULSET}-web-config`],
    ['secrets', `${STATEFULSET}-thanos-prometheus-http-client-file`],
    ['services', 'prometheus-operated'],
  ] as const;
  const found = await Promise.all(
    steps.map(async ([kind, name]) => ((await cluster.api.maybe(core(kind, name))) ? [`${kind}/${name}`] : [])),
  );
  return [...found.flat(), ...((await statefulSet(cluster)) ? [`statefulsets/${STATEFULSET}`] : [])];
}

/** Objects of a finished sync, the StatefulSet included. */
export const ALL_OWNED = 7;

/** The Prometheus is there and nobody ever wrote its status. */
export async function statusEmpty(cluster: Cluster): Promise<boolean> {
  const object = await prometheus(cluster);
  return object !== undefined && !object.status?.conditions;
}

/** No status and no StatefulSet: the incident's picture. */
export const nothingMade = async (cluster: Cluster): Promise<boolean> =>
  (await statusEmpty(cluster)) && !(await statefulSet(cluster));

export const logHas = async (cluster: Cluster, text: string): Promise<boolean> =>
  (await cluster.operatorLog().catch(() => '')).includes(text);

export const operatorPods = async (cluster: Cluster): Promise<Pod[]> =>
  (await cluster.api.get<List<Pod>>(`${core('pods')}?labelSelector=app%3Dkube-prometheus-stack-operator`)).items;

/** The operator's container, as the kubelet reports it. */
export const operatorContainer = async (cluster: Cluster): Promise<ContainerStatus | undefined> =>
  (await operatorPods(cluster))[0]?.status?.containerStatuses?.[0];

export async function hasEvent(cluster: Cluster, reason: string, text: string): Promise<boolean> {
  const { items } = await cluster.api.get<List<KubeEvent>>(`${core('events')}?fieldSelector=reason%3D${reason}`);
  return items.some(({ message }) => message.includes(text));
}

/** The operator's own metrics through the API server's Service proxy, as lines `name{labels} value`. */
export async function metrics(cluster: Cluster): Promise<string[]> {
  const text = await cluster.api.get<string>(core('services', `https:${OPERATOR}:https/proxy/metrics`));
  return text.split('\n').filter((line) => line.startsWith('prometheus_operator_'));
}

const READY = 'prometheus_operator_ready{controller="prometheus"}';
/** All caches of the Prometheus controller are in: it reconciles whatever its filters let through. */
export const controllerReady = async (cluster: Cluster): Promise<boolean> =>
  (await metrics(cluster)).includes(`${READY} 1`);
/** The controller was built and waits for its caches. */
export const controllerWaits = async (cluster: Cluster): Promise<boolean> =>
  (await metrics(cluster)).includes(`${READY} 0`);
/** The controller was never built: it has no such metric at all. */
export const controllerAbsent = async (cluster: Cluster): Promise<boolean> =>
  !(await metrics(cluster)).some((line) => line.startsWith(READY));

/** Available, reconciled, and with a StatefulSet. */
export async function healthy(cluster: Cluster): Promise<boolean> {
  const object = await prometheus(cluster);
  return isTrue(object, 'Available') && isTrue(object, 'Reconciled') && (await statefulSet(cluster)) !== undefined;
}

/** Healthy, by an operator that has done at least one sync since it started. */
export async function reconciled(cluster: Cluster): Promise<boolean> {
  const syncs = /^prometheus_operator_reconcile_operations_total\{controller="prometheus"\} ([1-9]\d*)$/;
  return (await metrics(cluster)).some((line) => syncs.test(line)) && healthy(cluster);
}
