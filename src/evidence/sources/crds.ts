import { groupVersionPath } from '../../kubernetes/paths.ts';
import { defined, type Json, object, objects, sortedBy, string } from '../json.ts';
import { projectMeta, statusWritten } from '../meta.ts';
import { ask, listObjects, project, type Reading } from '../reading.ts';
import { MONITORING } from '../targets.ts';
import type { CrdView, Read, ServedView } from '../types.ts';

/** CRDs of all groups share one list; only their metadata is asked for. */
const MAX_BYTES = 48 * 1024 * 1024;

/** The CRDs of monitoring.coreos.com; an empty list is knowledge. */
export async function readCrds(reading: Reading): Promise<Read<readonly CrdView[]>> {
  const list = await listObjects(
    reading,
    'customresourcedefinitions',
    {},
    { metadataOnly: true, maxBytes: MAX_BYTES, query: { limit: undefined } },
  );
  return project(list, ({ items }) =>
    sortedBy(
      items
        .filter((item) => (string(item, 'metadata', 'name') ?? '').endsWith(`.${MONITORING}`))
        .map((item) => projectCrd(item, reading)),
      (crd) => crd.plural,
    ),
  );
}

function projectCrd(item: Json, reading: Reading): CrdView {
  const meta = projectMeta(item, reading.redactor);
  const annotations = object(item, 'metadata', 'annotations');
  const lastApplied = string(annotations, 'kubectl.kubernetes.io/last-applied-configuration');
  return defined<CrdView>({
    plural: meta.name.slice(0, -MONITORING.length - 1),
    meta,
    operatorVersion: string(annotations, 'operator.prometheus.io/version'),
    lastAppliedBytes: lastApplied === undefined ? undefined : Buffer.byteLength(lastApplied),
    statusWritten: statusWritten(meta),
  });
}

/** What the API server serves now; a group version that is not served has an empty list. */
export async function readServed(reading: Reading): Promise<Read<ServedView>> {
  const [v1, v1alpha1] = await Promise.all([readVersion(reading, 'v1'), readVersion(reading, 'v1alpha1')]);
  if (v1.state === 'unread') return v1;
  if (v1alpha1.state === 'unread') return v1alpha1;
  const at = v1.state === 'read' ? v1.at : v1alpha1.at;
  return {
    state: 'read',
    at,
    value: { v1: v1.state === 'read' ? v1.value : [], v1alpha1: v1alpha1.state === 'read' ? v1alpha1.value : [] },
  };
}

async function readVersion(reading: Reading, version: string): Promise<Read<readonly string[]>> {
  const path = groupVersionPath(MONITORING, version);
  const read = await ask(reading, { path, needs: { verb: 'get', group: '', resource: path } });
  return project(read, (body) => {
    const names = objects(body['resources']).flatMap((resource) => string(resource, 'name') ?? []);
    return names.filter((name) => !name.includes('/')).sort();
  });
}
