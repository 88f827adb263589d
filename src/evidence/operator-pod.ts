import type { OperatorDeployment, PodView } from './types.ts';

/**
 * The pod whose process is judged, and whose log is read: the newest that is not going away; a ready one goes first, because while a rollout
 * hangs, that one does the work.
 */
export function chooseOperatorPod(pods: readonly PodView[]): PodView | undefined {
  return [...pods].sort(
    (a, b) =>
      rank(a) - rank(b) || b.meta.created.localeCompare(a.meta.created) || a.meta.name.localeCompare(b.meta.name),
  )[0];
}

function rank(pod: PodView): number {
  if (isReady(pod)) return 0;
  return pod.meta.deleting === undefined ? 1 : 2;
}

/** Ready and not going away. */
export function isReady(pod: PodView): boolean {
  return pod.meta.deleting === undefined && pod.conditions.some((one) => one.type === 'Ready' && one.status === 'True');
}

/** The operator's own container of its pod (sidecars may stand beside it). */
export function operatorContainer(
  { container }: OperatorDeployment,
  pod: PodView | undefined,
): PodView['containers'][number] | undefined {
  return pod?.containers.find((one) => one.name === container.name) ?? pod?.containers[0];
}
