import { defined, isObject, type Json, number, object, objects, string, stringMap } from '../json.ts';
import type { PodSize } from '../types.ts';

type Container = PodSize['containers'][number];

/** What a pod of a Deployment counts for a quota, from the spec of the Deployment and of its pods. */
export function podSize(spec: Json, template: Json): PodSize {
  const main = objects(template['containers'], 20).map((container) => sizeOf(container, 'main'));
  const init = objects(template['initContainers'], 20).map((container) =>
    sizeOf(container, string(container, 'restartPolicy') === 'Always' ? 'beside' : 'before'),
  );
  return defined<PodSize>({
    containers: [...main, ...init],
    priorityClass: string(template, 'priorityClassName') || undefined,
    addsMore: isObject(template['resources']) || string(template, 'runtimeClassName') !== undefined,
    surge: surgeOf(spec),
  });
}

function sizeOf(container: Json, runs: Container['runs']): Container {
  const resources = object(container, 'resources');
  return {
    name: string(container, 'name') ?? '',
    runs,
    requests: amounts(object(resources, 'requests')),
    limits: amounts(object(resources, 'limits')),
  };
}

/** Quantities may be stored as numbers. */
function amounts(map: Json): Readonly<Record<string, string>> {
  const texts = Object.fromEntries(
    Object.entries(map).map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]),
  );
  return stringMap(texts, 20);
}

/** As the deployment controller reckons: a share of the replicas, rounded up; a quarter unless something else is said. */
function surgeOf(spec: Json): number {
  if (string(spec, 'strategy', 'type') === 'Recreate') return 0;
  const surge = object(spec, 'strategy', 'rollingUpdate')['maxSurge'] ?? '25%';
  if (typeof surge === 'number') return surge;
  const share = /^(\d+)%$/.exec(String(surge))?.[1];
  return share === undefined ? 1 : Math.ceil((Number(share) / 100) * (number(spec, 'replicas') ?? 1));
}
