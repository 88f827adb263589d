import type { Check, Probe } from '../commands/checks.ts';
import { NEEDS, type Need } from '../evidence/needs.ts';
import { resourcePath } from '../kubernetes/paths.ts';
import { type KubeClient, KubeError } from '../kubernetes/types.ts';

/** Which of the rights that a diagnosis needs this account lacks, asked of the API server one by one. */
export function rightsProbe(client: KubeClient, readMetrics: boolean): Probe {
  return async () => {
    const wanted = NEEDS.filter((need) => need.optional === undefined || (need.optional === 'metrics' && readMetrics));
    try {
      const missing = (
        await Promise.all(wanted.flatMap((need) => need.verbs.map((verb) => ask(client, need, verb))))
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

async function ask(client: KubeClient, need: Need, verb: string): Promise<readonly Check[]> {
  const [resource = '', subresource] = need.resource.split('/');
  const { body } = await client.json({
    method: 'POST',
    path: resourcePath('selfsubjectaccessreviews'),
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: { group: need.group, resource, verb, ...(subresource !== undefined && { subresource }) },
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
      values: { verb, resource: need.resource, group: need.group, for: need.for.join(', ') },
    },
  ];
}
