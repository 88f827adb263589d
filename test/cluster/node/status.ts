import { statusOf } from '../control-plane/api.ts';
import type { Condition, Container, ContainerState, ContainerStatus } from '../kinds.ts';
import { metadataOf, type NodeContext, type NodePod, now, podPath } from './pod.ts';

interface Report {
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  readonly ready: boolean;
  readonly containers: readonly ContainerStatus[];
  /** Init containers are done; true unless said. */
  readonly initialized?: boolean;
  /** The state of init containers that are not done. */
  readonly init?: ContainerState;
}

interface ContainerMore {
  readonly ready?: boolean;
  readonly lastState?: ContainerState | undefined;
  readonly restartCount?: number;
}

/** The status of one container. */
export function containerStatus(
  pod: NodePod,
  { name, image }: Container,
  state: ContainerState,
  more: ContainerMore = {},
): ContainerStatus {
  const ready = more.ready ?? false;
  const status = {
    name,
    image,
    imageID: '',
    containerID: ready ? `lab://${pod.uid}-${name}` : '',
    ready,
    started: ready,
  };
  return {
    ...status,
    restartCount: more.restartCount ?? pod.restarts,
    state,
    ...(more.lastState && { lastState: more.lastState }),
  };
}

/** All containers of a pod waiting for the same reason. */
export const allWaiting = (pod: NodePod, reason: string): ContainerStatus[] =>
  pod.spec.containers.map((container) => containerStatus(pod, container, { waiting: { reason } }));

/** Writes a pod's status. A pod that is gone meanwhile is no error. */
export async function writeStatus(node: NodeContext, pod: NodePod, report: Report): Promise<void> {
  pod.startTime ??= now();
  const status = {
    phase: report.phase,
    startTime: pod.startTime,
    hostIP: node.nodeIp,
    hostIPs: [{ ip: node.nodeIp }],
    ...(pod.ip && { podIP: pod.ip, podIPs: [{ ip: pod.ip }] }),
    conditions: conditions(pod, report),
    containerStatuses: report.containers,
    initContainerStatuses: initStatuses(pod, report),
  };
  await node.api.merge(`${podPath(pod)}/status`, { metadata: { uid: pod.uid }, status }).catch((error: unknown) => {
    if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
  });
}

function conditions(pod: NodePod, { ready, containers, initialized = true }: Report): Condition[] {
  const at = now();
  const condition = (
    type: string,
    holds: boolean,
    reason: string,
    message: string,
  ): Condition & { lastTransitionTime: string } => ({
    type,
    status: holds ? 'True' : 'False',
    lastTransitionTime: at,
    ...(!holds && { reason, message }),
  });
  const unready = `containers with unready status: [${names(containers.filter((container) => !container.ready))}]`;
  const incomplete = `containers with incomplete status: [${names(pod.spec.initContainers ?? [])}]`;
  return [
    condition('PodReadyToStartContainers', Boolean(pod.ip), '', ''),
    condition('Initialized', initialized, 'ContainersNotInitialized', incomplete),
    condition('Ready', ready, 'ContainersNotReady', unready),
    condition('ContainersReady', ready, 'ContainersNotReady', unready),
    condition('PodScheduled', true, '', ''),
  ];
}

const names = (containers: readonly { name: string }[]): string => containers.map(({ name }) => name).join(' ');

function initStatuses(pod: NodePod, { initialized = true, init }: Report): ContainerStatus[] {
  const at = pod.startTime ?? now();
  const done: ContainerState = { terminated: { exitCode: 0, reason: 'Completed', startedAt: at, finishedAt: at } };
  const state = initialized ? done : (init ?? { waiting: { reason: 'PodInitializing' } });
  return (pod.spec.initContainers ?? []).map((container) => ({
    name: container.name,
    image: container.image,
    imageID: '',
    ready: initialized,
    restartCount: 0,
    state,
  }));
}

/** An event about a pod. It is lost when the API server does not take it, as a kubelet's would be. */
export async function podEvent(
  node: NodeContext,
  pod: NodePod,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): Promise<void> {
  const { name, namespace } = metadataOf(pod);
  const at = now();
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { generateName: `${name}.`, namespace },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace, name, uid: pod.uid },
    type,
    reason,
    message,
    count: 1,
    firstTimestamp: at,
    lastTimestamp: at,
    source: { component: 'kubelet', host: node.nodeName },
    reportingComponent: 'kubelet',
    reportingInstance: node.nodeName,
  };
  await node.api.post(`/api/v1/namespaces/${namespace}/events`, event).catch(() => {});
}
