import { type Json, number, object, objects, sortedBy, string } from '../json.ts';
import { projectConditions, projectMeta } from '../meta.ts';
import { listObjects, project, type Reading } from '../reading.ts';
import type { JobView, PodView, Read } from '../types.ts';
import { readPods } from './pods.ts';

const JOBS_KEPT = 20;

/** Jobs of the operator's namespace that look like the chart's hooks (admission certificate, CRD upgrade), with their pods. */
export async function readJobs(reading: Reading, namespace: string): Promise<Read<readonly JobView[]>> {
  const list = await listObjects(reading, 'jobs', { namespace }, { query: { limit: 500 } });
  if (list.state !== 'read') return list;
  const items = sortedBy(list.value.items.filter(isHook), (item) => string(item, 'metadata', 'name') ?? '').slice(
    0,
    JOBS_KEPT,
  );
  // The pods of a Job that has succeeded tell nothing more.
  const names = items.filter(isOpen).map((item) => string(item, 'metadata', 'name') ?? '');
  const pods = names.length === 0 ? undefined : await readPods(reading, namespace, `job-name in (${names.join(',')})`);
  if (pods?.state === 'unread') return pods;
  const all = pods?.state === 'read' ? pods.value : [];
  return project(list, () => items.map((item) => projectJob(item, all, reading)));
}

const isOpen = (job: Json): boolean => (number(object(job, 'status'), 'succeeded') ?? 0) === 0;

/** By what marks a hook, or by what the webhook certificate's Jobs are called and run. */
function isHook(job: Json): boolean {
  const metadata = object(job, 'metadata');
  const marks = { ...object(metadata, 'annotations'), ...object(metadata, 'labels') };
  if (Object.keys(marks).some((key) => key === 'helm.sh/hook' || key === 'argocd.argoproj.io/hook')) return true;
  const images = objects(object(job, 'spec', 'template', 'spec')['containers'], 20).map(
    (container) => string(container, 'image') ?? '',
  );
  return /admission/.test(string(metadata, 'name') ?? '') || images.some((image) => /certgen/.test(image));
}

function projectJob(item: Json, pods: readonly PodView[], reading: Reading): JobView {
  const meta = projectMeta(item, reading.redactor);
  const status = object(item, 'status');
  return {
    meta,
    conditions: projectConditions(status['conditions'], reading.redactor),
    active: number(status, 'active') ?? 0,
    failed: number(status, 'failed') ?? 0,
    succeeded: number(status, 'succeeded') ?? 0,
    pods: pods.filter(
      (pod) => pod.meta.owners.some((owner) => owner.uid === meta.uid) || pod.meta.labels['job-name'] === meta.name,
    ),
  };
}
