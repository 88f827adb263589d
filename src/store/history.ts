import { pictureId, triedOf } from '../incidents/history.ts';
import type { Proposal } from '../incidents/types.ts';
import type { Tried } from '../remediations/types.ts';
import type { Store } from './types.ts';

/** What became of these proposals of an incident, in their order, as far as planning has to know it. */
export async function triedIn(store: Pick<Store, 'get'>, ids: readonly string[]): Promise<readonly Tried[]> {
  const tried = await Promise.all(
    ids.map(async (id) => {
      const proposal = (await store.get('proposal', id))?.value;
      return proposal && triedNow(store, proposal);
    }),
  );
  return tried.filter((one) => one !== undefined);
}

async function triedNow(store: Pick<Store, 'get'>, proposal: Proposal): Promise<Tried | undefined> {
  const id = pictureId(proposal);
  const seen = id === undefined ? undefined : await store.get('diagnosis', id);
  return triedOf(proposal, seen?.value.diagnosis);
}
