import { contentHash } from '../content-hash.ts';
import { defined, type Json, number, object, objects, sortedBy, string } from '../json.ts';
import { projectConditions, projectMeta, selectorText } from '../meta.ts';
import { after, getObject, listObjects, notAttempted, project, type Reading } from '../reading.ts';
import { shardsOf, statefulSetName } from '../targets.ts';
import type { ClaimView, PodView, Read, ResourceView, StatefulSetView, StorageClassView, Target } from '../types.ts';
import { readPods } from './pods.ts';

/** The StatefulSet, without waiting for the resource; what a resource has in its place is read once that is known. */
export async function readStatefulSet(
  reading: Reading,
  target: Target,
  resource: Promise<Read<ResourceView>>,
): Promise<Read<StatefulSetView>> {
  const place = { namespace: target.namespace, name: statefulSetName(target.kind, target.name) };
  const statefulSet = getObject(reading, 'statefulsets', place);
  if (target.kind === 'PrometheusAgent' && runsDaemonSet(await resource)) {
    await statefulSet;
    const read = await getObject(reading, 'daemonsets', place);
    return project(read, (body) => projectDaemonSet(body, reading));
  }
  return project(await statefulSet, (body) => projectStatefulSet(body, reading));
}

/** A PrometheusAgent in this mode has a pod on each node, and no governing Service. */
export function runsDaemonSet(resource: Read<ResourceView>): boolean {
  return (
    resource.state === 'read' &&
    resource.value.kind === 'PrometheusAgent' &&
    resource.value.spec['mode'] === 'DaemonSet'
  );
}

function isReconciled(resource: Read<ResourceView>): boolean {
  const conditions = resource.state === 'read' ? (resource.value.status?.conditions ?? []) : [];
  return conditions.some(({ type, status }) => type === 'Reconciled' && status === 'True');
}

/** As far as a DaemonSet has the same to say. */
function projectDaemonSet(body: Json, reading: Reading): StatefulSetView {
  const status = object(body, 'status');
  return defined<StatefulSetView>({
    ...projectStatefulSet(body, reading),
    kind: 'DaemonSet',
    // Until its controller has looked at it nobody knows how many nodes want a pod.
    replicas: number(status, 'observedGeneration') === undefined ? 1 : number(status, 'desiredNumberScheduled'),
    status: defined<StatefulSetView['status']>({
      replicas: number(status, 'currentNumberScheduled'),
      readyReplicas: number(status, 'numberReady'),
      availableReplicas: number(status, 'numberAvailable'),
      updatedReplicas: number(status, 'updatedNumberScheduled'),
      observedGeneration: number(status, 'observedGeneration'),
    }),
  });
}

export function projectStatefulSet(body: Json, reading: Reading): StatefulSetView {
  const spec = object(body, 'spec');
  const status = object(body, 'status');
  const template = object(spec, 'template', 'spec');
  const retention = object(spec, 'persistentVolumeClaimRetentionPolicy');
  return defined<StatefulSetView>({
    meta: projectMeta(body, reading.redactor, { allLabels: true }),
    contentHash: contentHash(body),
    replicas: number(spec, 'replicas'),
    status: defined<StatefulSetView['status']>({
      replicas: number(status, 'replicas'),
      readyReplicas: number(status, 'readyReplicas'),
      availableReplicas: number(status, 'availableReplicas'),
      updatedReplicas: number(status, 'updatedReplicas'),
      observedGeneration: number(status, 'observedGeneration'),
      currentRevision: string(status, 'currentRevision'),
      updateRevision: string(status, 'updateRevision'),
    }),
    conditions: projectConditions(status['conditions'], reading.redactor),
    podManagement: string(spec, 'podManagementPolicy'),
    updates: string(spec, 'updateStrategy', 'type'),
    selector: selectorText(object(spec, 'selector')) ?? '',
    serviceAccount: string(template, 'serviceAccountName'),
    claimTemplates: objects(spec['volumeClaimTemplates'], 10).map((claim) =>
      defined<StatefulSetView['claimTemplates'][number]>({
        name: string(claim, 'metadata', 'name') ?? '',
        storageClass: string(claim, 'spec', 'storageClassName'),
        storage: string(claim, 'spec', 'resources', 'requests', 'storage'),
      }),
    ),
    retention:
      Object.keys(retention).length === 0
        ? undefined
        : defined<NonNullable<StatefulSetView['retention']>>({
            whenDeleted: string(retention, 'whenDeleted'),
            whenScaled: string(retention, 'whenScaled'),
          }),
    images: [...objects(template['initContainers'], 20), ...objects(template['containers'], 20)].flatMap(
      (container) => string(container, 'image') ?? [],
    ),
  });
}

/** The pods of the StatefulSet, or what bears its name. */
export function readTargetPods(
  reading: Reading,
  statefulSet: Promise<Read<StatefulSetView>>,
): Promise<Read<readonly PodView[]>> {
  return after(statefulSet, ({ meta, selector }) =>
    readPods(
      reading,
      meta.namespace ?? '',
      selector,
      (pod) => pod.meta.name.startsWith(`${meta.name}-`) || pod.meta.owners.some((owner) => owner.uid === meta.uid),
    ),
  );
}

/** The claims of its pods; none is asked for when the StatefulSet has no claim template. */
export function readClaims(
  reading: Reading,
  statefulSet: Promise<Read<StatefulSetView>>,
): Promise<Read<readonly ClaimView[]>> {
  return after(statefulSet, async ({ meta, selector, claimTemplates }): Promise<Read<readonly ClaimView[]>> => {
    if (claimTemplates.length === 0)
      return { state: 'read', value: [], at: reading.clock.latest ?? reading.now().toISOString() };
    const list = await listObjects(
      reading,
      'persistentvolumeclaims',
      { namespace: meta.namespace ?? '' },
      { query: { labelSelector: selector, limit: 100 } },
    );
    return project(list, ({ items }) =>
      sortedBy(
        items.map((item) =>
          defined<ClaimView>({
            meta: projectMeta(item, reading.redactor),
            phase: string(item, 'status', 'phase'),
            storageClass: string(item, 'spec', 'storageClassName'),
            volume: string(item, 'spec', 'volumeName'),
          }),
        ),
        (claim) => claim.meta.name,
      ),
    );
  });
}

/** The storage classes, where a volume may be waiting for one. */
export async function readStorageClasses(
  reading: Reading,
  resource: Promise<Read<ResourceView>>,
  statefulSet: Promise<Read<StatefulSetView>>,
  claims: Promise<Read<readonly ClaimView[]>>,
): Promise<Read<readonly StorageClassView[]>> {
  const [wanted, workload] = await Promise.all([resource, statefulSet]);
  const asks = wanted.state === 'read' ? wanted.value.spec['storage'] !== undefined : wanted.state === 'unread';
  const has = workload.state === 'read' && workload.value.claimTemplates.length > 0;
  if (!asks && !has) return notAttempted('the target asks for no volume');
  // Of several shards the claims come one round trip later. The operator refuses a class that is not there before it writes; a claim waits for it afterwards.
  const inTime = wanted.state === 'read' && shardsOf(wanted.value) === 1;
  if (has && inTime && isReconciled(wanted)) {
    const made = await claims;
    if (made.state === 'read' && made.value.every(({ phase }) => phase === 'Bound'))
      return notAttempted('all claims of the target are bound');
  }
  const list = await listObjects(reading, 'storageclasses', {}, { query: { limit: 200 } });
  return project(list, ({ items }) =>
    sortedBy(
      items.map((item) => {
        const annotations = object(item, 'metadata', 'annotations');
        return defined<StorageClassView>({
          meta: projectMeta(item, reading.redactor),
          provisioner: string(item, 'provisioner') ?? '',
          isDefault:
            string(annotations, 'storageclass.kubernetes.io/is-default-class') === 'true' ||
            string(annotations, 'storageclass.beta.kubernetes.io/is-default-class') === 'true',
          bindingMode: string(item, 'volumeBindingMode'),
        });
      }),
      (storageClass) => storageClass.meta.name,
    ),
  );
}
