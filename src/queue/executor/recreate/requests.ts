import type { Json } from '../../../evidence/json.ts';
import { resourcePath } from '../../../kubernetes/paths.ts';
import type { KubeRequest } from '../../../kubernetes/types.ts';
import { REFRESH } from '../../../remediations/argocd/refresh-annotation.ts';
import type { ObjectRef, StepOf } from '../../../remediations/types.ts';
import { resourceOf } from '../objects.ts';
import { FIELD_MANAGER } from '../requests.ts';

export type RecreateStep = StepOf<'recreate'>;

/** The path that objects of this kind are created at. */
function collectionOf(object: ObjectRef): string | undefined {
  const resource = resourceOf(object);
  return resource && resourcePath(resource, { namespace: object.namespace });
}

/** The create. What was stored once is taken again: fields that the API server does not know are only warned about. */
export function createRequest({ object }: RecreateStep, manifest: Json, dryRun = false): KubeRequest {
  return {
    method: 'POST',
    path: collectionOf(object) ?? '',
    body: manifest,
    query: { ...(dryRun && { dryRun: 'All' }), fieldManager: FIELD_MANAGER },
  };
}

/** Asks Argo CD to compare now. It takes the annotation away when it has. */
export function refreshRequest({ namespace, name, uid }: ObjectRef): KubeRequest {
  return {
    method: 'PATCH',
    path: resourcePath('applications', { namespace, name }),
    // The uid is the condition: an Application of another life is not the one that was shown.
    body: { metadata: { uid, annotations: { [REFRESH]: 'normal' } } },
    contentType: 'application/merge-patch+json',
    query: { fieldManager: FIELD_MANAGER },
  };
}
