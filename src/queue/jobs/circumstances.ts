import type { Proposal } from '../../incidents/types.ts';
import type { Circumstances } from '../../remediations/types.ts';
import { proposalsOf, triedIn } from '../../store/history.ts';
import type { Store } from '../../store/types.ts';

/**
 * What the incident of a proposal knows beside what is read: what became of the repairs before it, and the version that was asked for. These
 * are over and do not change any more, so that its plan comes out the same whenever it is worked out.
 */
export async function circumstancesOf(
  store: Pick<Store, 'get'>,
  { id, incident, version }: Pick<Proposal, 'id' | 'incident' | 'version'>,
): Promise<Circumstances> {
  const ids = (await store.get('incident', incident))?.value.proposals ?? [];
  const earlier = ids.includes(id) ? ids.slice(0, ids.indexOf(id)) : ids;
  return { tried: await triedIn(store, await proposalsOf(store, earlier)), ...(version !== undefined && { version }) };
}
