import { UNDO } from '../ids.ts';
import { remediationById } from '../index.ts';
import type { DeclaredWrite, Plan, Risk } from '../types.ts';

/** What holds for carrying a plan out: how risky it is, and what it may write. */
interface Bounds {
  readonly risk: Risk;
  readonly writes: readonly DeclaredWrite[];
}

/**
 * The bounds of a plan, by the code's own word. An undo writes what its repair may write, and is of medium risk at least: what it brings back
 * was a fault. Undefined when no such repair is known.
 */
export function boundsOf({ remediation, undoes }: Pick<Plan, 'remediation' | 'undoes'>): Bounds | undefined {
  if (remediation !== UNDO) return undoes === undefined ? remediationById(remediation) : undefined;
  const repair = undoes && remediationById(undoes.remediation);
  return repair && { risk: riskOfUndo(repair.risk), writes: repair.writes };
}

export function riskOfUndo(risk: Risk): Risk {
  return risk === 'low' ? 'medium' : risk;
}
