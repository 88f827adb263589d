import { boolean, defined, type Json, number, object, objects, sortedBy, string } from '../json.ts';
import { projectConditions, projectMeta, text } from '../meta.ts';
import { listObjects, project, type Reading } from '../reading.ts';
import type { ContainerState, ContainerStatus, PodView, Read } from '../types.ts';

const PODS_KEPT = 50;

function projectPod(item: Json, reading: Reading): PodView {
  const spec = object(item, 'spec');
  const status = object(item, 'status');
  return defined<PodView>({
    meta: projectMeta(item, reading.redactor),
    phase: string(status, 'phase'),
    podIP: string(status, 'podIP'),
    hostNetwork: boolean(spec, 'hostNetwork') ?? false,
    nodeName: string(spec, 'nodeName'),
    serviceAccount: string(spec, 'serviceAccountName'),
    conditions: projectConditions(status['conditions'], reading.redactor),
    containers: containerStatuses(status['containerStatuses'], reading),
    initContainers: containerStatuses(status['initContainerStatuses'], reading),
    volumes: projectVolumes(spec['volumes']),
  });
}

/** Volumes that hold a Secret or a ConfigMap; the others can't be missing. */
export function projectVolumes(value: unknown): PodView['volumes'] {
  return objects(value, 100).flatMap((volume) => {
    const secret = string(volume, 'secret', 'secretName');
    const configMap = string(volume, 'configMap', 'name');
    if (secret === undefined && configMap === undefined) return [];
    const optional = boolean(volume, secret === undefined ? 'configMap' : 'secret', 'optional');
    return [defined<PodView['volumes'][number]>({ name: string(volume, 'name') ?? '', secret, configMap, optional })];
  });
}

function containerStatuses(value: unknown, reading: Reading): readonly ContainerStatus[] {
  return objects(value, 50).map((status) => ({
    name: string(status, 'name') ?? '',
    image: string(status, 'image') ?? '',
    ready: boolean(status, 'ready') ?? false,
    restartCount: number(status, 'restartCount') ?? 0,
    state: projectState(object(status, 'state'), reading),
    lastState: projectState(object(status, 'lastState'), reading),
  }));
}

function projectState(state: Json, reading: Reading): ContainerState {
  const { waiting, running, terminated } = state;
  return defined<ContainerState>({
    waiting:
      waiting === undefined || waiting === null
        ? undefined
        : defined<NonNullable<ContainerState['waiting']>>({
            reason: string(waiting, 'reason'),
            message: text(string(waiting, 'message'), reading.redactor),
          }),
    running:
      running === undefined || running === null
        ? undefined
        : defined<NonNullable<ContainerState['running']>>({ startedAt: string(running, 'startedAt') }),
    terminated:
      terminated === undefined || terminated === null
        ? undefined
        : defined<NonNullable<ContainerState['terminated']>>({
            exitCode: number(terminated, 'exitCode') ?? 0,
            reason: string(terminated, 'reason'),
            message: text(string(terminated, 'message'), reading.redactor),
            startedAt: string(terminated, 'startedAt'),
            finishedAt: string(terminated, 'finishedAt'),
          }),
  });
}

/** Pods by label selector, newest first. */
export async function readPods(
  reading: Reading,
  namespace: string,
  labelSelector: string,
  keep: (pod: PodView) => boolean = () => true,
): Promise<Read<readonly PodView[]>> {
  const list = await listObjects(reading, 'pods', { namespace }, { query: { labelSelector, limit: 200 } });
  return project(list, ({ items }) => firstPods(items, reading, keep));
}

/** Pods of all namespaces by label selector, one namespace at a time; undefined where they have to be asked for there. */
export async function readPodsEverywhere(
  reading: Reading,
  labelSelector: string,
): Promise<(namespace: string) => Read<readonly PodView[]> | undefined> {
  const list = await listObjects(reading, 'pods', {}, { query: { labelSelector, limit: 200 } });
  if (list.state !== 'read' || list.value.rest) return () => undefined;
  return (namespace) =>
    project(list, ({ items }) => firstPods(items, reading, (pod) => pod.meta.namespace === namespace));
}

function firstPods(items: readonly Json[], reading: Reading, keep: (pod: PodView) => boolean): readonly PodView[] {
  return newestFirst(items.map((item) => projectPod(item, reading)).filter(keep)).slice(0, PODS_KEPT);
}

function newestFirst(pods: readonly PodView[]): readonly PodView[] {
  const byName = sortedBy(pods, (pod) => pod.meta.name);
  return [...byName].sort((a, b) => (a.meta.created < b.meta.created ? 1 : a.meta.created > b.meta.created ? -1 : 0));
}
