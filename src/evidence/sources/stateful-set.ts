import { contentHash } from '../content-hash.ts';
import { defined, type Json, number, object, objects, sortedBy, string } from '../json.ts';
import { projectConditions, projectMeta, selectorText } from '../meta.ts';
import { after, getObject, listObjects, project, type Reading } from '../reading.ts';
import { statefulSetName } from '../targets.ts';
import type { ClaimView, PodView, Read, StatefulSetView, StorageClassView, Target } from '../types.ts';
import { readPods } from './pods.ts';

export async function readStatefulSet(reading: Reading, target: Target): Promise<Read<StatefulSetView>> {
  const name = statefulSetName(target.kind, target.name);
  const read = await getObject(reading, 'statefulsets', { namespace: target.namespace, name });
  return project(read, (body) => projectStatefulSet(body, reading));
}

function projectStatefulSet(body: Json, reading: Reading): StatefulSetView {
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
      observedGeneration: number(status, 'observedGeneration'),
      currentRevision: string(status, 'currentRevision'),
      updateRevision: string(status, 'updateRevision'),
    }),
    conditions: projectConditions(status['conditions'], reading.redactor),
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

export async function readStorageClasses(reading: Reading): Promise<Read<readonly StorageClassView[]>> {
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
