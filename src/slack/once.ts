import type { Budget } from '../store/budget.ts';
import type { Store } from '../store/types.ts';

/** Slack may deliver an event again for a day. */
const REMEMBERED_SECONDS = 86_400;
/** For asking, where somebody waits for an answer. */
const ONCE_MS = 600;

/**
 * Whether a delivery is the first of its id. With the store down everything counts as the first: what writes is refused by the store itself.
 */
export async function firstDelivery(
  store: Pick<Store, 'once'>,
  kind: 'command' | 'event' | 'click' | 'form',
  id: string,
  wait: Budget = (_, work) => work,
): Promise<boolean> {
  try {
    return await wait(ONCE_MS, store.once(`slack:${kind}:${id}`, REMEMBERED_SECONDS));
  } catch {
    return true;
  }
}
