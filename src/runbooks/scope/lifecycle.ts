import type { Evidence } from '../../evidence/types.ts';
import { because, readValue } from '../because.ts';
import { readStory, those } from '../operator-story.ts';
import type { Coded } from '../types.ts';

export const LIFECYCLE_CODES = ['resource-being-deleted', 'resource-paused'] as const;
type Found = Coded<(typeof LIFECYCLE_CODES)[number]>;
type Seen = Pick<Evidence, 'target' | 'resource' | 'operators' | 'pasted'>;

/** States of the resource itself in which the operator leaves it alone, without an error. */
export function judgeLifecycle(seen: Seen): readonly Found[] {
  const resource = readValue(seen.resource);
  const found: Found[] = [];
  if (resource?.meta.deleting !== undefined) {
    found.push({
      kind: 'cause',
      cause: 'cr-terminating',
      code: 'resource-being-deleted',
      certainty: 'proven',
      values: { finalizers: resource.meta.finalizers.join(', '), since: resource.meta.deleting },
      because: [
        because('resource', 'metadata.deletionTimestamp', { at: resource.meta.deleting }),
        because('resource', 'metadata.finalizers', { quote: resource.meta.finalizers.join(', ') || 'none' }),
      ],
    });
  }
  const said = those(readStory(seen).current, 'paused').filter(
    (one) => seen.pasted !== undefined || one.message.key === `${seen.target.namespace}/${seen.target.name}`,
  );
  const paused = resource ? resource.spec['paused'] === true : said.length > 0;
  if (paused) {
    found.push({
      kind: 'cause',
      cause: 'paused',
      code: 'resource-paused',
      certainty: 'proven',
      values: {},
      because: [
        ...(resource ? [because('resource', 'spec.paused', { quote: 'true' })] : []),
        ...said.slice(-1).map((one) => one.proof),
      ],
    });
  }
  return found;
}
