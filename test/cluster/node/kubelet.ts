import { mkdirSync } from 'node:fs';
import type { Server } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../control-plane/api.ts';
import type { List, Pod } from '../kinds.ts';
import { startLogServer } from './log-server.ts';
import { missingVolume } from './mounts.ts';
import { isOperator, runOperatorPod } from './operator-pod.ts';
import { failToPull, runOrdinaryPod, unpullable } from './ordinary-pod.ts';
import { annotation, metadataOf, type NodeContext, type NodePod, newNodePod, podPath } from './pod.ts';
import { keepLease, registerNode } from './registration.ts';
import { allWaiting, podEvent, writeStatus } from './status.ts';

interface KubeletOptions {
  readonly api: Api;
  readonly folder: string;
  readonly operatorProgram: string;
  readonly apiServer: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly nodeName: string;
  readonly nodeIp: string;
}

const LOOK_MS = 250;

/**
 * One node without containers. Pods of the prometheus-operator are real processes; everything else becomes Ready at once. What a kubelet
 * reports (missing volumes, failed pulls, exit codes, back-off, restarts, logs) is reported, in its words.
 */
export class Kubelet {
  readonly #options: KubeletOptions;
  readonly #context: NodeContext;
  readonly #pods = new Map<string, NodePod>();
  #stopped = false;
  #addresses = 0;
  #logServer: Server | undefined;
  #loop: Promise<void> | undefined;

  constructor(options: KubeletOptions) {
    this.#options = options;
    // 10.42.0.10 to 10.42.0.249, over and over
    this.#context = {
      ...options,
      stopped: () => this.#stopped,
      allocateIp: () => `10.42.0.${(this.#addresses++ % 240) + 10}`,
    };
  }

  async start(): Promise<void> {
    const { folder, nodeIp, cert, key } = this.#options;
    mkdirSync(folder, { recursive: true });
    const find = (namespace: string, name: string) =>
      [...this.#pods.values()].find((pod) => metadataOf(pod).namespace === namespace && metadataOf(pod).name === name);
    this.#logServer = await startLogServer({ host: nodeIp, cert, key, find });
    await registerNode(this.#context);
    this.#loop = this.#watch();
    void keepLease(this.#context);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#logServer?.close();
    this.#logServer?.closeAllConnections();
    await this.#loop;
    await Promise.all([...this.#pods.values()].map(end));
  }

  async #watch(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#look();
      } catch (error) {
        if (!this.#stopped) this.#complain('list pods', error);
      }
      await sleep(LOOK_MS);
    }
  }

  async #look(): Promise<void> {
    const { items } = await this.#options.api.get<List<Pod>>(
      `/api/v1/pods?fieldSelector=spec.nodeName%3D${this.#options.nodeName}`,
    );
    for (const latest of items) {
      const pod = this.#pods.get(latest.metadata.uid) ?? this.#admit(latest);
      pod.latest = latest;
      if (latest.metadata.deletionTimestamp && !pod.leaving)
        void this.#remove(pod).catch((error) => this.#complain(latest.metadata.name, error));
    }
    const bound = new Set(items.map(({ metadata }) => metadata.uid));
    for (const [uid, pod] of this.#pods) {
      if (bound.has(uid)) continue;
      this.#pods.delete(uid);
      await end(pod);
    }
  }

  #admit(latest: Pod): NodePod {
    const pod = newNodePod(latest);
    this.#pods.set(pod.uid, pod);
    void this.#run(pod).catch((error) => this.#complain(latest.metadata.name, error));
    return pod;
  }

  async #run(pod: NodePod): Promise<void> {
    const phase = pod.latest.status?.phase;
    if (phase === 'Succeeded' || phase === 'Failed') return;
    await this.#awaitVolumes(pod);
    if (pod.dead) return;
    pod.ip = pod.spec.hostNetwork ? this.#options.nodeIp : this.#context.allocateIp();
    const bad = unpullable(pod);
    if (bad) return failToPull(this.#context, pod, bad);
    return isOperator(pod) ? runOperatorPod(this.#context, pod) : runOrdinaryPod(this.#context, pod);
  }

  async #awaitVolumes(pod: NodePod): Promise<void> {
    for (let told = false; !pod.dead; told = true) {
      const missing = await missingVolume(this.#context, pod);
      if (!missing) return;
      if (!told) {
        await writeStatus(this.#context, pod, {
          phase: 'Pending',
          ready: false,
          initialized: !pod.spec.initContainers,
          containers: allWaiting(pod, 'ContainerCreating'),
        });
        await podEvent(
          this.#context,
          pod,
          'Warning',
          'FailedMount',
          `MountVolume.SetUp failed for volume "${missing.volume}" : ${missing.kind} "${missing.name}" not found`,
        );
      }
      await sleep(1000);
    }
  }

  /** Ends a pod that is being deleted and says that it is gone; with the annotation `lab/stuck` it stays Terminating, as on a lost node. */
  async #remove(pod: NodePod): Promise<void> {
    pod.leaving = true;
    await end(pod);
    while (annotation(pod, 'lab/stuck') && !this.#stopped) await sleep(300);
    if (this.#stopped) return;
    await this.#options.api
      .del(podPath(pod), { gracePeriodSeconds: 0, preconditions: { uid: pod.uid } })
      .catch(() => {});
  }

  #complain(what: string, error: unknown): void {
    if (!this.#stopped) console.error(`kubelet: ${what}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Stops what a pod runs: politely, and after five seconds for certain. */
async function end(pod: NodePod): Promise<void> {
  pod.dead = true;
  const { process: child } = pod;
  const alive = () => child && child.exitCode === null && child.signalCode === null;
  if (!child || !alive()) return;
  child.kill('SIGTERM');
  for (let waited = 0; alive() && waited < 5000; waited += 100) await sleep(100);
  if (alive()) child.kill('SIGKILL');
}
