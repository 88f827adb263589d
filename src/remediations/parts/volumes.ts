import type { Evidence } from '../../evidence/types.ts';
import type { Check } from '../types.ts';
import { check } from './refuse.ts';

/**
 * What becomes of the data. `orphaned`: the StatefulSet goes and leaves its pods and claims behind, whatever its retention policy says, as
 * that works by the ownership which is taken away.
 */
export function whatBecomesOfVolumes({ statefulSet }: Evidence, fate: 'untouched' | 'orphaned'): Check {
  const claims = statefulSet.state === 'read' ? statefulSet.value.claimTemplates.length : 0;
  if (claims === 0) return check('no-volumes');
  return check(fate === 'orphaned' ? 'volumes-stay-behind' : 'volumes');
}
