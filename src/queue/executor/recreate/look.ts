import { type KubeClient, KubeError } from '../../../kubernetes/types.ts';
import type { RefusalCode } from '../../../remediations/codes.ts';
import { type Reason, refuse, rightValues } from '../../../remediations/refuse.ts';
import type { ObjectRef } from '../../../remediations/types.ts';
import { hashOf, pathOf, readOf, resourceOf, unfit, type Version } from '../change.ts';
import { shown } from '../failure.ts';
import { at, text } from '../json.ts';
import type { RecreateStep } from './requests.ts';

type Json = Readonly<Record<string, unknown>>;

export type Seen =
  | ({ readonly is: 'as-shown'; readonly object: Json } & Version)
  /** The very object, and not as it was shown. */
  | { readonly is: 'changed'; readonly code: RefusalCode }
  | { readonly is: 'leaving' }
  | { readonly is: 'gone' }
  /** Another life of it: it exists. */
  | { readonly is: 'another' };

/** What stands under the name now. Throws KubeError for what can't be read. */
export async function look(step: RecreateStep, path: string, client: KubeClient): Promise<Seen> {
  let object: Json;
  try {
    object = (await client.json(readOf(step.object, path))).body;
  } catch (error) {
    if (error instanceof KubeError && error.kind === 'not-found') return { is: 'gone' };
    throw error;
  }
  const uid = text(at(object, 'metadata', 'uid'));
  const resourceVersion = text(at(object, 'metadata', 'resourceVersion'));
  if (uid === undefined || resourceVersion === undefined)
    throw new KubeError('malformed', 'the answer is no Kubernetes object');
  if (uid !== step.object.uid) return { is: 'another' };
  if (at(object, 'metadata', 'deletionTimestamp') !== undefined) return { is: 'leaving' };
  if (hashOf(step.object, object) !== step.contentHash) return { is: 'changed', code: 'object-changed' };
  const code = unfit(step, object);
  return code ? { is: 'changed', code } : { is: 'as-shown', object, uid, resourceVersion };
}

/** What runs pods for the resource now and would go with it: the reason not to delete it. Throws what has to be asked again. */
export async function workload(step: RecreateStep, client: KubeClient): Promise<Reason | undefined> {
  for (const object of step.without) {
    const path = pathOf(object);
    if (path === undefined) return refuse('not-declared', { field: object.kind });
    try {
      const { body } = await client.json(readOf(object, path));
      const owners = at(body, 'metadata', 'ownerReferences');
      if (Array.isArray(owners) && owners.some((one) => text(at(one, 'uid')) === step.object.uid))
        return refuse('owns-a-workload', { object: `${object.kind} ${object.name}` });
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      if (error.kind === 'not-found') continue;
      if (error.kind === 'forbidden' || error.kind === 'unauthorized') return unreadable(object, error);
      throw error;
    }
  }
  return undefined;
}

function unreadable(object: ObjectRef, error: KubeError): Reason {
  const { namespace, name } = object;
  const right = {
    verb: 'get',
    group: object.apiVersion.split('/')[0] ?? '',
    resource: resourceOf(object) ?? object.kind,
    name,
    ...(namespace !== undefined && { namespace }),
  };
  return refuse('write-forbidden', { message: shown(error.message), ...rightValues(right) }, right);
}
