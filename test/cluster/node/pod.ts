import type { ChildProcess } from 'node:child_process';
import type { Api } from '../control-plane/api.ts';
import type { ContainerState, Metadata, Pod, PodSpec } from '../kinds.ts';
import { LogBook } from './logs.ts';

/** What the parts of the node share. */
export interface NodeContext {
  readonly api: Api;
  readonly nodeName: string;
  readonly nodeIp: string;
  /** Folder of what pods have mounted. */
  readonly folder: string;
  /** The program behind the operator's image. */
  readonly operatorProgram: string;
  readonly apiServer: string;
  /** File with the CA of the API server. */
  readonly ca: string;
  stopped(): boolean;
  allocateIp(): string;
}

/** A pod as the node sees it, from when it was bound until it is gone. */
export interface NodePod {
  readonly uid: string;
  readonly spec: PodSpec;
  /** As last read from the API server. */
  latest: Pod;
  ip: string | undefined;
  startTime: string | undefined;
  restarts: number;
  /** Told to end: nothing is started or reported any more. */
  dead: boolean;
  /** Its removal has begun. */
  leaving: boolean;
  process: ChildProcess | undefined;
  /** What was mounted last, to write files only when they changed. */
  mounted: string | undefined;
  readonly logs: LogBook;
}

export const newNodePod = (pod: Pod): NodePod => ({
  uid: pod.metadata.uid,
  spec: pod.spec,
  latest: pod,
  ip: undefined,
  startTime: undefined,
  restarts: 0,
  dead: false,
  leaving: false,
  process: undefined,
  mounted: undefined,
  logs: new LogBook(),
});

export const metadataOf = (pod: NodePod): Metadata => pod.latest.metadata;
export const annotation = (pod: NodePod, name: string): string | undefined => metadataOf(pod).annotations?.[name];
export const podPath = (pod: NodePod): string =>
  `/api/v1/namespaces/${metadataOf(pod).namespace}/pods/${metadataOf(pod).name}`;
/** `NAME_NAMESPACE(UID)`, as a kubelet writes it in messages. */
export const podTitle = (pod: NodePod): string => `${metadataOf(pod).name}_${metadataOf(pod).namespace}(${pod.uid})`;

/** Now, as the API writes times: whole seconds. */
export const now = (): string => new Date().toISOString().replace(/\.\d+Z$/, 'Z');
export const runningSince = (startedAt: string): ContainerState => ({ running: { startedAt } });
