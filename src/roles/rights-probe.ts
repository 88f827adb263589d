import type { Check, Probe } from '../commands/checks.ts';
import { NEEDS, type Need } from '../evidence/needs.ts';
import { isResource, KINDS, resourcePath } from '../kubernetes/paths.ts';
import { type KubeClient, KubeError } from '../kubernetes/types.ts';

interface Wanted {
  readonly readMetrics: boolean;
  /** Where rights on what is in a namespace are needed; none: everywhere. */
  readonly namespaces: readonly string[];
}

/** Which of the rights that a diagnosis needs this account lacks, asked of the API server one by one. */
export function rightsProbe(client: KubeClient, { readMetrics, namespaces }: Wanted): Probe {
  return async () => {
    const wanted = NEEDS.filter((need) => need.optional === undefined || (need.optional === 'metrics' && readMetrics));
    try {
      const missing = (
        await Promise.all(
          wanted.flatMap((need) =>
            need.verbs.flatMap((verb) =>
              placesOf(need, namespaces).map((namespace) => ask(client, need, verb, namespace)),
            ),
          ),
        )
      ).flat();
      return missing.length > 0
        ? missing
        : [{ code: 'rights-complete', state: 'ok', values: { count: wanted.length } }];
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      return [];
    }
  };
}

function placesOf({ resource }: Need, namespaces: readonly string[]): readonly (string | undefined)[] {
  const [kind = ''] = resource.split('/');
  return namespaces.length === 0 || (isResource(kind) && !KINDS[kind].namespaced) ? [undefined] : namespaces;
}

async function ask(
  client: KubeClient,
  need: Need,
  verb: string,
  namespace: string | undefined,
): Promise<readonly Check[]> {
  const [resource = '', subresource] = need.resource.split('/');
  const { body } = await client.json({
    method: 'POST',
    path: resourcePath('selfsubjectaccessreviews'),
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: {
          group: need.group,
          resource,
          verb,
          ...(namespace !== undefined && { namespace }),
          ...(subresource !== undefined && { subresource }),
        },
      },
    },
    timeoutMs: 5000,
  });
  const status = body['status'];
  const allowed = typeof status === 'object' && status !== null && 'allowed' in status && status.allowed === true;
  if (allowed) return [];
  return [
    {
      code: 'right-missing',
      state: need.optional === undefined ? 'failed' : 'warning',
      values: {
        ...(namespace !== undefined && { namespace }),
        verb,
        resource: need.resource,
        group: need.group,
        for: need.for.join(', '),
      },
    },
  ];
}
