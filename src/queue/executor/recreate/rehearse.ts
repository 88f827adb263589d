import { string } from '../../../evidence/json.ts';
import { type KubeClient, KubeError } from '../../../kubernetes/types.ts';
import { type Reason, refuse } from '../../../remediations/parts/refuse.ts';
import type { Mark } from '../mark.ts';
import { rightOn } from '../objects.ts';
import { answer, refusalOf } from '../refusal.ts';
import { deleteRequest } from '../requests.ts';
import { look, workload } from './look.ts';
import { manifestOf } from './manifest.ts';
import { createRequest, type RecreateStep } from './requests.ts';

/**
 * Rehearses both halves while the object is there. The create goes under its own name, as webhooks, quotas and policies judge by it: the API
 * server asks all of them first, and only then its store, which answers that the name is taken. That answer is the success.
 */
export async function rehearseRecreate(
  step: RecreateStep,
  path: string,
  { client, mark }: { readonly client: KubeClient; readonly mark: Mark },
): Promise<Reason | undefined> {
  const seen = await answer(look(step, path, client));
  if ('failure' in seen) return refusalOf(seen.failure, { ...rightOn(step.object), verb: 'get' });
  switch (seen.value.is) {
    case 'gone':
      return refuse('object-gone');
    case 'another':
      return refuse('object-replaced');
    case 'leaving':
      return refuse('being-deleted', { object: `${step.object.kind} ${step.object.name}` });
    case 'changed':
      return refuse(seen.value.code, { name: step.object.name });
    case 'as-shown':
      break;
  }
  const reason = await workload(step, client);
  if (reason) return reason;

  const deleted = await answer(client.json(deleteRequest(path, step, seen.value, true)));
  if ('failure' in deleted) {
    if (deleted.failure.why === 'conflict') return refuse('object-changed');
    return refusalOf(deleted.failure, { ...rightOn(step.object), verb: 'delete' });
  }
  const created = await client
    .json(createRequest(step, manifestOf(seen.value.body, mark), true))
    .catch((error: unknown) => error);
  if (created instanceof KubeError && string(created.details?.['reason']) === 'AlreadyExists') return undefined;
  if (!(created instanceof Error)) return refuse('object-changed');
  const { name: _name, ...anyName } = rightOn(step.object);
  const refused = await answer(Promise.reject(created));
  return 'failure' in refused ? refusalOf(refused.failure, { ...anyName, verb: 'create' }) : refuse('object-changed');
}
