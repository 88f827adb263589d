import { at, type Json, string } from '../../../evidence/json.ts';
import type { Right } from '../../../evidence/types.ts';
import { METADATA, METADATA_LIST, resourcePath } from '../../../kubernetes/paths.ts';
import { type KubeClient, KubeError, type KubeRequest } from '../../../kubernetes/types.ts';
import type { RefusalCode } from '../../../remediations/codes.ts';
import { type Reason, refuse, rightValues } from '../../../remediations/parts/refuse.ts';
import { shown } from '../failure.ts';
import { hashOf, pathOf, readNow, rightOn, type Standing } from '../objects.ts';
import { isOwnedBy, unfit } from '../unfit.ts';
import type { RecreateStep } from './requests.ts';

export type Seen =
  | ({ readonly is: 'as-shown' } & Standing)
  /** The very object, and not as it was shown. */
  | { readonly is: 'changed'; readonly code: RefusalCode }
  | { readonly is: 'leaving' }
  | { readonly is: 'gone' }
  /** Another life of it: it exists. */
  | { readonly is: 'another' };

/** What stands under the name now. Throws KubeError for what can't be read. */
export async function look(step: RecreateStep, path: string, client: KubeClient): Promise<Seen> {
  const now = await readNow(step.object, path, client);
  if (now === undefined) return { is: 'gone' };
  const { body } = now;
  if (now.uid !== step.object.uid) return { is: 'another' };
  if (at(body, 'metadata', 'deletionTimestamp') !== undefined) return { is: 'leaving' };
  if (hashOf(step.object, body) !== step.contentHash) return { is: 'changed', code: 'object-changed' };
  const code = unfit(step, body);
  return code ? { is: 'changed', code } : { is: 'as-shown', ...now };
}

/** Objects of a kind in a namespace that are looked through for an owner; where there are more, nothing is deleted. */
const MAX_LISTED = 2000;

/** What would go with the resource now: the reason not to delete it. Throws what has to be asked again. */
export async function workload(step: RecreateStep, client: KubeClient): Promise<Reason | undefined> {
  for (const object of step.without) {
    const path = pathOf(object);
    if (path === undefined) return refuse('not-declared', { field: object.kind });
    const read = await readOrRefuse(
      client,
      { method: 'GET', path, accept: METADATA },
      { verb: 'get', ...rightOn(object) },
    );
    if ('reason' in read) return read.reason;
    if (isOwnedBy(step.object.uid, read.body))
      return refuse('owns-a-workload', { object: `${object.kind} ${object.name}` });
  }
  return (await owned('pods', step, client)) ?? (await owned('persistentvolumeclaims', step, client));
}

async function owned(
  resource: 'pods' | 'persistentvolumeclaims',
  step: RecreateStep,
  client: KubeClient,
): Promise<Reason | undefined> {
  const { namespace = '' } = step.object;
  const path = resourcePath(resource, { namespace });
  const request: KubeRequest = { method: 'GET', path, query: { limit: MAX_LISTED }, accept: METADATA_LIST };
  const read = await readOrRefuse(client, request, { verb: 'list', group: '', resource, namespace });
  if ('reason' in read) return read.reason;
  // An empty list of metadata comes as null.
  const items = read.body['items'] ?? [];
  if (!Array.isArray(items) || (at(read.body, 'metadata', 'continue') ?? '') !== '')
    return refuse('not-judged', { what: `the ${resource} of ${namespace}` });
  const found = items.find((item) => isOwnedBy(step.object.uid, item));
  if (found === undefined) return undefined;
  const name = string(found, 'metadata', 'name') ?? '';
  return resource === 'pods'
    ? refuse('owns-a-workload', { object: `Pod ${name}` })
    : refuse('volumes-would-go', { claim: name });
}

/** What is not there owns nothing; what may not be read is a reason. */
async function readOrRefuse(
  client: KubeClient,
  request: KubeRequest,
  right: Right,
): Promise<{ readonly body: Json } | { readonly reason: Reason }> {
  try {
    return { body: (await client.json(request)).body };
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    if (error.kind === 'not-found') return { body: { items: [] } };
    if (error.kind !== 'forbidden' && error.kind !== 'unauthorized') throw error;
    return { reason: refuse('write-forbidden', { message: shown(error.message), ...rightValues(right) }, right) };
  }
}
