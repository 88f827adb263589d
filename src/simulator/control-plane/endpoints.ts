import { type Json, nameOf, number, object, objects, same, string } from '../json.ts';
import type { State } from '../state.ts';
import { PODS, put, SERVICES, SLICES } from './objects.ts';
import { isReady } from './pods.ts';

/** Writes the endpoint slices of the Services that select a pod, as the endpoint slice controller does. */
export function updateEndpoints(state: State, namespace: string, pod: Json): void {
  const labels = object(pod, 'metadata', 'labels');
  for (const service of state.list(SERVICES, namespace)) {
    const selector = Object.entries(object(service, 'spec', 'selector'));
    if (selector.length === 0 || !selector.every(([key, value]) => labels[key] === value)) continue;
    const slice = state
      .list(SLICES, namespace)
      .find((one) => string(one, 'metadata', 'labels', 'kubernetes.io/service-name') === nameOf(service));
    if (slice === undefined) continue;
    const pods = state
      .list(PODS, namespace)
      .filter((one) => selector.every(([key, value]) => object(one, 'metadata', 'labels')[key] === value))
      .filter((one) => string(one, 'status', 'podIP') !== undefined);
    const endpoints = pods.map(endpoint);
    if (same(endpoints, slice['endpoints'])) continue;
    put(state, SLICES, { ...slice, endpoints, ports: pods.length === 0 ? null : portsOf(service, pods[0] ?? {}) });
  }
}

function endpoint(pod: Json): Json {
  const ready = isReady(pod);
  return {
    addresses: [string(pod, 'status', 'podIP')],
    conditions: { ready, serving: ready, terminating: false },
    nodeName: string(pod, 'spec', 'nodeName'),
    targetRef: {
      kind: 'Pod',
      namespace: string(pod, 'metadata', 'namespace'),
      name: nameOf(pod),
      uid: string(pod, 'metadata', 'uid'),
    },
  };
}

function portsOf(service: Json, pod: Json): readonly Json[] {
  const named = objects(object(pod, 'spec')['containers']).flatMap((one) => objects(one['ports']));
  return objects(object(service, 'spec')['ports']).map((port) => {
    const { name = '', targetPort, protocol = 'TCP' } = port;
    const found = named.find((one) => one['name'] === targetPort);
    const target = typeof targetPort === 'number' ? targetPort : number(found, 'containerPort');
    return { name, port: target ?? number(port, 'port') ?? 0, protocol };
  });
}
