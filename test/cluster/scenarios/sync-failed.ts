import type { Cluster } from '../control-plane/cluster.ts';
import { condition, logHas, owned, prometheus } from './look.ts';

/** Reconciled=False with this in its message, and so many of the seven owned objects made by then (releases check in different orders). */
export const syncFailed =
  (text: string, ...made: readonly number[]) =>
  async (cluster: Cluster): Promise<boolean> => {
    const object = await prometheus(cluster);
    const reconciled = condition(object, 'Reconciled');
    if (
      reconciled?.status !== 'False' ||
      reconciled.reason !== 'ReconciliationFailed' ||
      !reconciled.message?.includes(text)
    )
      return false;
    if (condition(object, 'Available')?.reason !== 'StatefulSetNotFound') return false;
    return made.includes((await owned(cluster)).length) && logHas(cluster, 'level=error');
  };
