import { type Store, StoreUnavailable } from '../store/types.ts';
import type { Readiness } from './health.ts';

/** Whether Redis answers now, within the time that every call of the store has. */
export async function storeReadiness(store: Pick<Store, 'now'>): Promise<Readiness> {
  try {
    await store.now();
    return { ok: true, reason: 'ready' };
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    return { ok: false, reason: error.message };
  }
}
