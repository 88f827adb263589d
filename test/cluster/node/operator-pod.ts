import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, ContainerState } from '../kinds.ts';
import { reachableServer } from './egress.ts';
import { bytesOf, watchMemory } from './memory.ts';
import { mountCertificate, serviceAccountKubeconfig } from './mounts.ts';
import { type NodeContext, type NodePod, now, podTitle, runningSince } from './pod.ts';
import { healthy, startLivenessProbe } from './probe.ts';
import { containerStatus, podEvent, writeStatus } from './status.ts';

/** By what it runs: the image, or the name that its container has where the image is known by a digest only. */
export const isOperator = ({ spec }: NodePod): boolean =>
  spec.containers[0]?.name === 'prometheus-operator' ||
  /[/-]prometheus-operator:/.test(spec.containers[0]?.image ?? '');

/** Milliseconds; a kubelet takes ten times as long. */
const BACK_OFF = { first: 1000, most: 16_000 };
const REMOUNT_MS = 5000;

/**
 * A pod of the prometheus-operator: the real program with the pod's own arguments, the token of its ServiceAccount and its mounted Secret,
 * started again with a back-off whenever it ends.
 */
export async function runOperatorPod(node: NodeContext, pod: NodePod): Promise<void> {
  const [container] = pod.spec.containers;
  if (!container) return;
  let lastState: ContainerState | undefined;
  for (let delay = BACK_OFF.first; !pod.dead; delay = Math.min(delay * 2, BACK_OFF.most)) {
    const terminated = await runOnce(node, pod, container, lastState);
    if (pod.dead || node.stopped()) return;
    pod.restarts += 1;
    lastState = { terminated };
    const waiting = {
      reason: 'CrashLoopBackOff',
      message: `back-off ${delay / 1000}s restarting failed container=${container.name} pod=${podTitle(pod)}`,
    };
    await writeStatus(node, pod, {
      phase: 'Running',
      ready: false,
      containers: [containerStatus(pod, container, { waiting }, { lastState })],
    });
    await podEvent(
      node,
      pod,
      'Warning',
      'BackOff',
      `Back-off restarting failed container ${container.name} in pod ${podTitle(pod)}`,
    );
    await sleep(delay);
  }
}

type Terminated = NonNullable<ContainerState['terminated']>;

/** One life of the program: until it ends. */
async function runOnce(
  node: NodeContext,
  pod: NodePod,
  container: Container,
  lastState: ContainerState | undefined,
): Promise<Terminated> {
  const folder = join(node.folder, pod.uid);
  mkdirSync(folder, { recursive: true });
  await mountCertificate(node, pod, folder);
  const args = argumentsFor(pod, container, folder);
  const port =
    args
      .find((arg) => arg.startsWith('--web.listen-address'))
      ?.split(':')
      .at(-1) ?? '10250';
  const env = await environment(node, pod, folder);
  pod.logs.turnPage(container.name);
  const startedAt = now();
  const child = spawn(node.operatorProgram, args, { argv0: '/bin/operator', env, stdio: ['ignore', 'pipe', 'pipe'] });
  pod.process = child;
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) =>
      pod.logs.write(container.name, line.replaceAll(folder, '')),
    );
  const ended = exitCode(child);
  const memory = watchMemory(child, bytesOf(container.resources?.limits?.['memory']));
  const stopProbing = startLivenessProbe(node, pod, container, port, child);
  const remount = setInterval(() => void mountCertificate(node, pod, folder).catch(() => {}), REMOUNT_MS);
  const report = (ready: boolean) =>
    writeStatus(node, pod, {
      phase: 'Running',
      ready,
      containers: [containerStatus(pod, container, runningSince(startedAt), { ready, lastState })],
    });
  await report(false);
  if (await becomesHealthy(pod, port, ended)) await report(true);
  const code = await ended;
  clearInterval(remount);
  memory.stop();
  stopProbing();
  const reason = memory.killed() ? 'OOMKilled' : code === 0 ? 'Completed' : 'Error';
  return {
    exitCode: memory.killed() ? 137 : code,
    reason,
    startedAt,
    finishedAt: now(),
    containerID: `lab://${pod.uid}`,
  };
}

/** Mounted files are in the pod's folder; the pod's own address is its network, except with hostNetwork, where the kubelet has 10250. */
function argumentsFor(pod: NodePod, container: Container, folder: string): string[] {
  return (container.args ?? []).map((arg) => {
    const mounted = arg.replace(/=\/cert\//, `=${folder}/cert/`);
    return pod.spec.hostNetwork
      ? mounted
      : mounted.replace(/^--web\.listen-address=:(\d+)$/, `--web.listen-address=${pod.ip}:$1`);
  });
}

async function environment(node: NodeContext, pod: NodePod, folder: string): Promise<NodeJS.ProcessEnv> {
  const server = await reachableServer(node, pod);
  const { hostname, port } = new URL(node.apiServer);
  const env = {
    PATH: process.env['PATH'],
    GOGC: '30',
    KUBERNETES_SERVICE_HOST: hostname,
    KUBERNETES_SERVICE_PORT: port,
  };
  const hasToken = pod.spec.volumes?.some(({ name }) => name.startsWith('kube-api-access'));
  return hasToken ? { ...env, KUBECONFIG: await serviceAccountKubeconfig(node, pod, folder, server) } : env;
}

/** As process 1 of a container, Go ends with 2 on a SIGTERM that nobody handles; the operator handles it only once it runs. */
function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.on('error', () => resolve(127));
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGTERM' ? 2 : 137)));
  });
}

async function becomesHealthy(pod: NodePod, port: string, ended: Promise<number>): Promise<boolean> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over && !pod.dead) {
    if (await healthy(pod.ip ?? '127.0.0.1', port)) return !over && !pod.dead;
    await sleep(200);
  }
  return false;
}
