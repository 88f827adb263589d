import { createHash } from 'node:crypto';
import { type Json, nameOf, namespaceOf, object, objects, string, without } from '../json.ts';
import type { State } from '../state.ts';
import { seconds } from '../times.ts';
import { ownerReference, PODS } from './objects.ts';

/** Ten letters for a template, as `pod-template-hash` has. The real server's function is another one. */
export function templateHash(template: Json): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  const digest = createHash('sha256').update(JSON.stringify(template)).digest();
  return [...digest.subarray(0, 10)].map((byte) => letters[byte % letters.length]).join('');
}

/** A new pod of a ReplicaSet, bound but not started. `model` is a pod of the same Deployment, for what admission adds. */
export function newPod(state: State, replicaSet: Json, model: Json | undefined): Json {
  const template = object(replicaSet, 'spec', 'template');
  const at = seconds(state.now());
  const generateName = `${nameOf(replicaSet)}-`;
  const spec = { ...object(model, 'spec'), ...object(template, 'spec') };
  // The token's volume and its mounts are added on admission; the template has neither.
  const volumes = object(model, 'spec')['volumes'] ?? spec['volumes'];
  const containers = objects(spec['containers']).map((one) => {
    const known = objects(object(model, 'spec')['containers']).find((other) => other['name'] === one['name']);
    return without({ ...one, volumeMounts: known?.['volumeMounts'] ?? one['volumeMounts'] });
  });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${generateName}${state.newSuffix()}`,
      generateName,
      namespace: namespaceOf(replicaSet),
      uid: state.newUid(),
      creationTimestamp: at,
      generation: 1,
      labels: object(template, 'metadata', 'labels'),
      ...(Object.keys(object(template, 'metadata', 'annotations')).length > 0 && {
        annotations: object(template, 'metadata', 'annotations'),
      }),
      ownerReferences: [ownerReference(replicaSet)],
    },
    spec: without({ ...spec, volumes, containers, nodeName: string(model, 'spec', 'nodeName') ?? 'node-1' }),
    status: {
      phase: 'Pending',
      conditions: conditions(at, false),
      containerStatuses: statuses(containers, { waiting: { reason: 'ContainerCreating' } }, false),
      qosClass: 'BestEffort',
      startTime: at,
    },
  };
}

export function startedPod(state: State, pod: Json): Json {
  const at = seconds(state.now());
  const containers = objects(object(pod, 'spec')['containers']);
  const ip = `10.42.0.${20 + (state.list(PODS).length % 200)}`;
  const status = {
    ...object(pod, 'status'),
    phase: 'Running',
    podIP: ip,
    podIPs: [{ ip }],
    hostIP: '10.42.255.1',
    containerStatuses: statuses(containers, { running: { startedAt: at } }, false),
  };
  return { ...pod, status };
}

export function readyPod(state: State, pod: Json): Json {
  const at = seconds(state.now());
  const status = object(pod, 'status');
  const containerStatuses = objects(status['containerStatuses']).map((one) => ({ ...one, ready: true }));
  return { ...pod, status: { ...status, conditions: conditions(at, true), containerStatuses } };
}

export function isReady(pod: Json): boolean {
  return objects(object(pod, 'status')['conditions']).some(
    (one) => one['type'] === 'Ready' && one['status'] === 'True',
  );
}

function statuses(containers: readonly Json[], state: Json, ready: boolean): readonly Json[] {
  return containers.map((one) => ({
    name: one['name'],
    image: one['image'],
    imageID: '',
    ready,
    started: ready || 'running' in state,
    restartCount: 0,
    state,
    lastState: {},
  }));
}

function conditions(at: string, ready: boolean): readonly Json[] {
  const condition = (type: string, status: boolean): Json => ({
    type,
    status: status ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: at,
    ...(!status && { reason: 'ContainersNotReady' }),
  });
  return [
    condition('PodScheduled', true),
    condition('Initialized', true),
    condition('ContainersReady', ready),
    condition('Ready', ready),
  ];
}
