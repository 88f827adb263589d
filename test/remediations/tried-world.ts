import type { CauseSlug } from '../../src/diagnosis/causes.ts';
import type { RepairId } from '../../src/remediations/ids.ts';
import type { Tried } from '../../src/remediations/types.ts';

/** What an earlier proposal of the incident came to. */
export function tried(
  remediation: RepairId,
  cause: CauseSlug,
  ending: Tried['ending'],
  more: Partial<Tried> = {},
): Tried {
  return { proposal: 'inc-1.p1', remediation, cause, ending, at: '2026-11-25T03:12:45.000Z', ...more };
}
