import { resourcePath } from './paths.ts';
import type { KubeClient } from './types.ts';

interface Asked {
  readonly verb: string;
  readonly group: string;
  /** With its subresource, as in `pods/log`. */
  readonly resource: string;
  /** Left out: in all namespaces. */
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** Whether this account may do that, by a SelfSubjectAccessReview; undefined when the API server's answer does not say. */
export async function mayI(
  client: KubeClient,
  { verb, group, resource: whole, namespace, name }: Asked,
  timeoutMs?: number,
): Promise<boolean | undefined> {
  const [resource, subresource] = whole.split('/');
  const { body } = await client.json({
    method: 'POST',
    path: resourcePath('selfsubjectaccessreviews'),
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: {
          verb,
          group,
          resource,
          ...(subresource !== undefined && { subresource }),
          ...(namespace !== undefined && { namespace }),
          ...(name !== undefined && { name }),
        },
      },
    },
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  const status = body['status'];
  if (typeof status !== 'object' || status === null || !('allowed' in status)) return undefined;
  return status.allowed === true;
}
