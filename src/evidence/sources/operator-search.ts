import { resourcePath, TABLE } from '../../kubernetes/paths.ts';
import { type Json, objects, sortedBy, string } from '../json.ts';
import { ask, project, type Reading, rightTo } from '../reading.ts';
import type { Read } from '../types.ts';

/** A Deployment that runs the prometheus-operator, as found in the server-side Table. */
export interface Candidate {
  readonly namespace: string;
  readonly name: string;
  /** The pods' label selector, as `kubectl get -o wide` prints it. */
  readonly selector: string;
}

const MAX_BYTES = 32 * 1024 * 1024;
/** What lives beside the operator and bears its name. */
const OTHERS = /(admission-webhook|config-reloader|configmap-reload|crd-upgrade)/;

/**
 * Whether an image is the prometheus-operator's: by the last part of its repository, whatever the registry, tag or digest. Mirrors keep the
 * name at the end (`mirrored-prometheus-operator-prometheus-operator`).
 */
export function isOperatorImage(image: string): boolean {
  const path = image.split('@')[0] ?? '';
  const base = (path.split('/').at(-1) ?? '').split(':')[0] ?? '';
  return /(^|[-_.])prometheus-operator$/.test(base) && !OTHERS.test(base);
}

/** The version in an image's tag, without the `v`. A digest says nothing. */
export function imageVersion(image: string): string | undefined {
  const path = (image.split('@')[0] ?? '').split('/').at(-1) ?? '';
  return /:v?(\d+\.\d+\.\d+(?:-(?:alpha|beta|rc)[.\d]*)?)/.exec(path)?.[1];
}

/** Mirrored releases carry no name in their image (OpenShift's are a digest in one big repository): there the container's name tells. */
export function isOperatorContainer(name: string, image: string): boolean {
  return isOperatorImage(image) || (name === 'prometheus-operator' && !OTHERS.test(image));
}

/**
 * Deployments of all namespaces as a Table, of which only the operators are read afterwards. Where the right to list them everywhere is
 * missing, the target's namespace is looked at instead; `everywhere` says which it was.
 */
export async function findOperators(
  reading: Reading,
  namespace: string,
): Promise<Read<{ readonly candidates: readonly Candidate[]; readonly everywhere: boolean }>> {
  const all = await table(reading, undefined);
  if (all.state === 'read') return project(all, (candidates) => ({ candidates, everywhere: true }));
  if (all.state === 'unread' && all.because === 'forbidden') {
    const here = await table(reading, namespace);
    // An empty namespace proves nothing about the others.
    if (here.state === 'read' && here.value.length > 0)
      return project(here, (candidates) => ({ candidates, everywhere: false }));
  }
  return all;
}

async function table(reading: Reading, namespace: string | undefined): Promise<Read<readonly Candidate[]>> {
  const place = namespace === undefined ? {} : { namespace };
  const read = await ask(reading, {
    path: resourcePath('deployments', place),
    needs: rightTo('list', 'deployments', place),
    accept: TABLE,
    maxBytes: MAX_BYTES,
  });
  return project(read, candidatesOf);
}

function candidatesOf(body: Json): readonly Candidate[] {
  const columns = objects(body['columnDefinitions'], 50).map((column) => (string(column, 'name') ?? '').toLowerCase());
  const column = (name: string): number => columns.indexOf(name);
  const [containers, images, selector] = [column('containers'), column('images'), column('selector')];
  if (images < 0) throw new Error('the Table has no column Images');
  const found = objects(body['rows'], 20_000).flatMap((row): Candidate[] => {
    const cells: readonly unknown[] = Array.isArray(row['cells']) ? row['cells'] : [];
    const cell = (index: number): string => {
      const value = cells[index];
      return typeof value === 'string' ? value : '';
    };
    const names = cell(containers).split(',');
    if (
      !cell(images)
        .split(',')
        .some((image, index) => isOperatorContainer(names[index] ?? '', image))
    )
      return [];
    return [
      {
        namespace: string(row, 'object', 'metadata', 'namespace') ?? '',
        name: string(row, 'object', 'metadata', 'name') ?? '',
        selector: cell(selector),
      },
    ];
  });
  return sortedBy(found, (candidate) => `${candidate.namespace}/${candidate.name}`);
}
