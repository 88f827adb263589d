import type { Clockwork } from '../clockwork.ts';
import { at, type Json, nameOf, namespaceOf, number, object, objects, same, withMetadata, without } from '../json.ts';
import { collectionOf } from '../kinds.ts';
import type { State } from '../state.ts';
import { seconds } from '../times.ts';
import { updateEndpoints } from './endpoints.ts';
import { DEPLOYMENTS, ownedBy, ownerReference, PODS, put, REPLICA_SETS, removeFrom, tell } from './objects.ts';
import { isReady, newPod, readyPod, startedPod, templateHash } from './pods.ts';

/** Milliseconds from a change of a Deployment, as they were on the real control plane. */
const TIMES = { seen: 250, started: 900, ready: 2600 } as const;
const REVISION = 'deployment.kubernetes.io/revision';

interface DeploymentHooks {
  /** A container's process begins. */
  started(deployment: Json, pod: Json): void;
  ready(deployment: Json, pod: Json): void;
  gone(pod: Json): void;
  /** A pod to build the first one like, where there is none. */
  model(deployment: Json): Json | undefined;
}

/**
 * The Deployment and ReplicaSet controllers, the scheduler and the kubelet in one: after a change of its template or its number of replicas
 * a Deployment gets new pods, and the old ones go once those are ready. A Deployment that has no ReplicaSet gets its status only.
 */
export function runDeployments(state: State, clockwork: Clockwork, hooks: DeploymentHooks): () => void {
  return state.watch(({ kind, before, after }) => {
    if (collectionOf(kind) !== DEPLOYMENTS || after === undefined) return;
    const generation = number(after, 'metadata', 'generation') ?? 0;
    if (generation === number(before, 'metadata', 'generation') && before !== undefined) return;
    const again = (): Json | undefined => {
      const found = state.get(DEPLOYMENTS, namespaceOf(after), nameOf(after));
      // A newer change has its own round.
      return number(found, 'metadata', 'generation') === generation ? found : undefined;
    };
    clockwork.after(TIMES.seen, () => {
      const deployment = again();
      if (deployment !== undefined) roll(state, clockwork, hooks, deployment, again);
    });
  });
}

function roll(
  state: State,
  clockwork: Clockwork,
  hooks: DeploymentHooks,
  deployment: Json,
  again: () => Json | undefined,
): void {
  const sets = state.list(REPLICA_SETS, namespaceOf(deployment)).filter(ownedBy(deployment));
  const wanted = number(deployment, 'spec', 'replicas') ?? 1;
  if (sets.length === 0) {
    writeStatus(state, deployment, { total: wanted, updated: wanted, ready: wanted });
    return;
  }
  const template = object(deployment, 'spec', 'template');
  const known = sets.find((one) => same(bare(object(one, 'spec', 'template')), bare(template)));
  if (known === undefined && at(deployment, 'spec', 'paused') === true) {
    report(state, deployment);
    return;
  }
  const current = known ?? makeReplicaSet(state, deployment, sets);
  const pods = podsOf(state, current);
  const model = pods[0] ?? sets.flatMap((one) => podsOf(state, one))[0] ?? hooks.model(deployment);
  for (const pod of pods.slice(wanted)) discard(state, hooks, current, pod);
  const fresh = Array.from({ length: Math.max(0, wanted - pods.length) }, () => {
    const pod = put(state, PODS, newPod(state, current, model));
    tell(state, current, {
      reason: 'SuccessfulCreate',
      message: `Created pod: ${nameOf(pod)}`,
      component: 'replicaset-controller',
    });
    return pod;
  });
  scale(state, deployment, current, wanted);
  report(state, deployment);
  if (fresh.length === 0) retire(state, hooks, deployment, current);
  for (const pod of fresh) {
    const still = (): Json | undefined => state.get(PODS, namespaceOf(pod), nameOf(pod));
    clockwork.after(TIMES.started - TIMES.seen, () => {
      const found = still();
      if (found === undefined) return;
      hooks.started(deployment, put(state, PODS, startedPod(state, found)));
    });
    clockwork.after(TIMES.ready - TIMES.seen, () => {
      const found = still();
      if (found === undefined) return;
      const ready = put(state, PODS, readyPod(state, found));
      updateEndpoints(state, namespaceOf(ready) ?? '', ready);
      const now = again();
      if (now !== undefined) retire(state, hooks, now, current);
      hooks.ready(deployment, ready);
    });
  }
}

/** Without what the controllers add to it. */
function bare(template: Json): Json {
  const metadata = object(template, 'metadata');
  const { 'pod-template-hash': _, ...labels } = object(metadata, 'labels');
  const { creationTimestamp: __, ...rest } = metadata;
  return { ...template, metadata: { ...rest, labels } };
}

function makeReplicaSet(state: State, deployment: Json, sets: readonly Json[]): Json {
  const template = object(deployment, 'spec', 'template');
  const hash = templateHash(template);
  const labels = { ...object(template, 'metadata', 'labels'), 'pod-template-hash': hash };
  const revision = String(
    1 + Math.max(0, ...sets.map((one) => Number(at(one, 'metadata', 'annotations', REVISION)) || 0)),
  );
  const made = put(state, REPLICA_SETS, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${nameOf(deployment)}-${hash}`,
      namespace: namespaceOf(deployment),
      uid: state.newUid(),
      generation: 1,
      creationTimestamp: seconds(state.now()),
      labels,
      annotations: { [REVISION]: revision },
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas: 0,
      selector: {
        matchLabels: { ...object(deployment, 'spec', 'selector', 'matchLabels'), 'pod-template-hash': hash },
      },
      template: { ...template, metadata: { ...object(template, 'metadata'), labels } },
    },
    status: { replicas: 0 },
  });
  const now = state.get(DEPLOYMENTS, namespaceOf(deployment), nameOf(deployment)) ?? deployment;
  const annotations = { ...object(now, 'metadata', 'annotations'), [REVISION]: revision };
  put(state, DEPLOYMENTS, withMetadata(now, { annotations }));
  return made;
}

function podsOf(state: State, replicaSet: Json): readonly Json[] {
  return state.list(PODS, namespaceOf(replicaSet)).filter(ownedBy(replicaSet));
}

function scale(state: State, deployment: Json, replicaSet: Json, wanted: number): void {
  const found = state.get(REPLICA_SETS, namespaceOf(replicaSet), nameOf(replicaSet)) ?? replicaSet;
  const before = number(found, 'spec', 'replicas') ?? 0;
  const replicas = podsOf(state, found);
  const ready = replicas.filter(isReady).length;
  put(state, REPLICA_SETS, {
    ...found,
    spec: { ...object(found, 'spec'), replicas: wanted },
    status: without({
      replicas: replicas.length,
      fullyLabeledReplicas: replicas.length || undefined,
      readyReplicas: ready || undefined,
      availableReplicas: ready || undefined,
      observedGeneration: number(found, 'metadata', 'generation'),
    }),
  });
  if (before === wanted) return;
  const direction = wanted > before ? 'up' : 'down';
  tell(state, deployment, {
    reason: 'ScalingReplicaSet',
    message: `Scaled ${direction} replica set ${nameOf(found)} from ${before} to ${wanted}`,
    component: 'deployment-controller',
  });
}

/** Takes the older ReplicaSets down, and writes what the Deployment has come to. */
function retire(state: State, hooks: DeploymentHooks, deployment: Json, current: Json): void {
  for (const older of state.list(REPLICA_SETS, namespaceOf(deployment)).filter(ownedBy(deployment))) {
    if (nameOf(older) === nameOf(current)) continue;
    const pods = podsOf(state, older);
    for (const pod of pods) discard(state, hooks, older, pod);
    if (pods.length > 0 || number(older, 'spec', 'replicas') !== 0) scale(state, deployment, older, 0);
  }
  const wanted = number(deployment, 'spec', 'replicas') ?? 1;
  scale(state, deployment, current, wanted);
  report(state, deployment);
}

function discard(state: State, hooks: DeploymentHooks, replicaSet: Json, pod: Json): void {
  removeFrom(state, PODS, pod);
  updateEndpoints(state, namespaceOf(pod) ?? '', pod);
  tell(state, replicaSet, {
    reason: 'SuccessfulDelete',
    message: `Deleted pod: ${nameOf(pod)}`,
    component: 'replicaset-controller',
  });
  hooks.gone(pod);
}

/** The status by the pods that there are. */
function report(state: State, { metadata }: Json): void {
  const found = state.get(DEPLOYMENTS, namespaceOf({ metadata }), nameOf({ metadata }));
  if (found === undefined) return;
  const template = bare(object(found, 'spec', 'template'));
  const sets = state.list(REPLICA_SETS, namespaceOf(found)).filter(ownedBy(found));
  const current = sets.find((one) => same(bare(object(one, 'spec', 'template')), template));
  const all = sets.flatMap((one) => podsOf(state, one));
  writeStatus(
    state,
    found,
    {
      total: all.length,
      updated: current === undefined ? 0 : podsOf(state, current).length,
      ready: all.filter(isReady).length,
    },
    current === undefined ? undefined : nameOf(current),
  );
}

function writeStatus(
  state: State,
  deployment: Json,
  { total, updated, ready }: { readonly total: number; readonly updated: number; readonly ready: number },
  replicaSet = nameOf(deployment),
): void {
  const wanted = number(deployment, 'spec', 'replicas') ?? 1;
  const at = seconds(state.now());
  const available = ready >= wanted;
  const complete = available && updated === wanted && total === wanted;
  const conditions = objects(object(deployment, 'status')['conditions']);
  const status = {
    observedGeneration: number(deployment, 'metadata', 'generation'),
    replicas: total || undefined,
    updatedReplicas: updated || undefined,
    readyReplicas: ready || undefined,
    availableReplicas: ready || undefined,
    unavailableReplicas: Math.max(0, wanted - ready) || undefined,
    conditions: [
      condition(conditions, 'Available', available, at, {
        reason: available ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
        message: available ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
      }),
      condition(conditions, 'Progressing', true, at, {
        reason: complete ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated',
        message: complete
          ? `ReplicaSet "${replicaSet}" has successfully progressed.`
          : `ReplicaSet "${replicaSet}" is progressing.`,
      }),
    ],
  };
  put(state, DEPLOYMENTS, { ...deployment, status: without(status) });
}

function condition(known: readonly Json[], type: string, is: boolean, at: string, more: Json): Json {
  const status = is ? 'True' : 'False';
  const before = known.find((one) => one['type'] === type);
  if (before?.['status'] === status && before['reason'] === more['reason']) return before;
  const lastTransitionTime = before?.['status'] === status ? before['lastTransitionTime'] : at;
  return { type, status, lastUpdateTime: at, lastTransitionTime, ...more };
}
