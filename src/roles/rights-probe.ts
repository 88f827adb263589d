import type { Check, Probe } from '../commands/checks.ts';
import { NEEDS, type Need } from '../evidence/needs.ts';
import { isResource, KINDS } from '../kubernetes/paths.ts';
import { mayI } from '../kubernetes/self-review.ts';
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
  const { resource, group } = need;
  const allowed = await mayI(client, { verb, group, resource, namespace }, 5000);
  if (allowed) return [];
  return [
    {
      code: 'right-missing',
      state: need.optional === undefined ? 'failed' : 'warning',
      values: {
        ...(namespace !== undefined && { namespace }),
        verb,
        resource,
        group,
        for: need.for.join(', '),
      },
    },
  ];
}
