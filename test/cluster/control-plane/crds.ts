import type { Crd, List } from '../kinds.ts';
import { CRDS_PATH } from '../names.ts';
import { until } from '../wait.ts';
import type { Api } from './api.ts';

/** The field manager of `kubectl apply --server-side`. */
const KUBECTL = 'kubectl';

/**
 * Server-side apply of CRDs, YAML documents of the operator's module, all at once. kubectl does the same in twice the time: it reads all
 * four megabytes into objects first.
 */
export async function applyCrds(api: Api, documents: readonly string[], manager = KUBECTL): Promise<void> {
  await Promise.all(documents.map((document) => api.apply(`${CRDS_PATH}/${nameOf(document)}`, document, manager)));
}

function nameOf(document: string): string {
  const name = /^ {2}name: (\S+)$/m.exec(document)?.[1];
  if (!name) throw new Error('a CRD without metadata.name');
  return name;
}

const isEstablished = ({ status }: Crd): boolean =>
  Boolean(status?.conditions?.some(({ type, status: value }) => type === 'Established' && value === 'True'));

/**
 * Waits until every CRD is Established. Each is read alone and only until it is: the whole list is four megabytes. (`kubectl wait` fails
 * on a CRD so new that it has no conditions at all.)
 */
export async function crdsEstablished(api: Api): Promise<void> {
  const { items } = await api.get<List<Crd>>(`${CRDS_PATH}?limit=500`);
  let waiting = items.filter((crd) => !isEstablished(crd)).map(({ metadata }) => metadata.name);
  const look = async () => {
    const crds = await Promise.all(waiting.map((name) => api.maybe<Crd>(`${CRDS_PATH}/${name}`)));
    waiting = crds.flatMap((crd) => (crd && !isEstablished(crd) ? [crd.metadata.name] : []));
    return waiting.length === 0;
  };
  await until('every CRD is established', look);
}
