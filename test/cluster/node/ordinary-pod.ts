import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, ContainerState } from '../kinds.ts';
import { certgen } from './certgen.ts';
import { annotation, metadataOf, type NodeContext, type NodePod, now, podTitle, runningSince } from './pod.ts';
import { allWaiting, containerStatus, podEvent, writeStatus } from './status.ts';

/** An image that no registry has, as far as this node is concerned. */
const UNPULLABLE = /\.invalid\/|:does-not-exist/;

export const unpullable = (pod: NodePod): Container | undefined =>
  [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(({ image }) => UNPULLABLE.test(image));

/** Reports a pod whose image can't be pulled. It stays like that. */
export async function failToPull(node: NodeContext, pod: NodePod, container: Container): Promise<void> {
  const { image } = container;
  const why = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
  await podEvent(node, pod, 'Warning', 'Failed', `Failed to pull image "${image}": ${why}`);
  await podEvent(node, pod, 'Warning', 'Failed', 'Error: ImagePullBackOff');
  const waiting: ContainerState = {
    waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ErrImagePull: ${why}` },
  };
  if (!pod.spec.containers.includes(container)) {
    await writeStatus(node, pod, {
      phase: 'Pending',
      ready: false,
      initialized: false,
      init: waiting,
      containers: allWaiting(pod, 'PodInitializing'),
    });
    return;
  }
  const containers = pod.spec.containers.map((one) =>
    one.image === image
      ? containerStatus(pod, one, waiting)
      : containerStatus(pod, one, runningSince(now()), { ready: true }),
  );
  await writeStatus(node, pod, { phase: 'Pending', ready: false, containers });
}

/**
 * A pod that is not an operator: Ready at once, or what its annotations say: `lab/hold` never gets past its init containers,
 * `lab/crash: CODE` crashes again and again after the lines in `lab/log`. Jobs end; those of certgen do their work.
 */
export async function runOrdinaryPod(node: NodeContext, pod: NodePod): Promise<void> {
  await sleep(150);
  while (annotation(pod, 'lab/hold') && !pod.dead) {
    await writeStatus(node, pod, {
      phase: 'Pending',
      ready: false,
      initialized: false,
      containers: allWaiting(pod, 'PodInitializing'),
    });
    await sleep(1500);
  }
  if (pod.dead) return;
  if (metadataOf(pod).ownerReferences?.some(({ kind }) => kind === 'Job')) return runJob(node, pod);
  const code = annotation(pod, 'lab/crash');
  if (code) return crashForEver(node, pod, Number(code) || 1);
  const running = runningSince(now());
  await writeStatus(node, pod, {
    phase: 'Running',
    ready: true,
    containers: pod.spec.containers.map((container) => containerStatus(pod, container, running, { ready: true })),
  });
}

async function runJob(node: NodeContext, pod: NodePod): Promise<void> {
  const [container] = pod.spec.containers;
  const startedAt = now();
  let exitCode = 0;
  try {
    if (container && /kube-webhook-certgen/.test(container.image)) await certgen(node.api, container.args ?? []);
  } catch (error) {
    exitCode = 1;
    pod.logs.write(
      container?.name ?? '',
      JSON.stringify({ err: error instanceof Error ? error.message : String(error), level: 'fatal', msg: 'error' }),
    );
  }
  const state: ContainerState = {
    terminated: { exitCode, reason: exitCode ? 'Error' : 'Completed', startedAt, finishedAt: now() },
  };
  await writeStatus(node, pod, {
    phase: exitCode ? 'Failed' : 'Succeeded',
    ready: false,
    containers: pod.spec.containers.map((one) => containerStatus(pod, one, state)),
  });
}

async function crashForEver(node: NodeContext, pod: NodePod, exitCode: number): Promise<void> {
  const [main, ...others] = pod.spec.containers;
  if (!main) return;
  pod.restarts = 4;
  for (const line of annotation(pod, 'lab/log')?.split('\n') ?? []) pod.logs.write(main.name, line);
  pod.logs.repeat(main.name);
  const at = now();
  const lastState: ContainerState = {
    terminated: { exitCode, reason: exitCode === 137 ? 'OOMKilled' : 'Error', startedAt: at, finishedAt: at },
  };
  await podEvent(
    node,
    pod,
    'Warning',
    'BackOff',
    `Back-off restarting failed container ${main.name} in pod ${podTitle(pod)}`,
  );
  const waiting = {
    reason: 'CrashLoopBackOff',
    message: `back-off 1m20s restarting failed container=${main.name} pod=${podTitle(pod)}`,
  };
  const down = containerStatus(pod, main, { waiting }, { lastState });
  await writeStatus(node, pod, {
    phase: 'Running',
    ready: false,
    containers: [
      down,
      ...others.map((one) => containerStatus(pod, one, runningSince(at), { ready: true, restartCount: 0 })),
    ],
  });
}
