import { isFinal } from '../incidents/proposal.ts';
import type { Proposal } from '../incidents/types.ts';
import type { Circumstances, Tried } from '../remediations/types.ts';
import type { Store } from '../store/types.ts';

/**
 * What the incident of a proposal knows beside what is read: the repairs before it that were carried out, and the version that was asked for.
 * These are over and do not change any more, so that its plan comes out the same whenever it is worked out.
 */
export async function circumstancesOf(
  store: Pick<Store, 'get'>,
  { id, incident, version }: Pick<Proposal, 'id' | 'incident' | 'version'>,
): Promise<Circumstances> {
  const ids = (await store.get('incident', incident))?.value.proposals ?? [];
  const earlier = ids.includes(id) ? ids.slice(0, ids.indexOf(id)) : ids;
  return { tried: await triedIn(store, earlier), ...(version !== undefined && { version }) };
}

/** Of some proposals, in their order, those whose change was made and judged. */
export async function triedIn(store: Pick<Store, 'get'>, ids: readonly string[]): Promise<readonly Tried[]> {
  const proposals = await Promise.all(ids.map((id) => store.get('proposal', id)));
  return proposals.flatMap((read) => {
    if (read === undefined || !isFinal(read.value.state)) return [];
    const { remediation, cause, state } = read.value;
    return state === 'succeeded' || state === 'unhealthy'
      ? [{ remediation, cause, helped: state === 'succeeded' }]
      : [];
  });
}
