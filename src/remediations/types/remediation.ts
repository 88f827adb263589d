import type { CauseSlug } from '../../diagnosis/causes.ts';
import type { Diagnosis } from '../../diagnosis/types.ts';
import type { Evidence } from '../../evidence/types.ts';
import type { RemediationId } from '../ids.ts';
import type { Circumstances } from './circumstances.ts';
import type { DeclaredWrite } from './declared-write.ts';
import type { Check, ClusterIdentity, Plan, Refusal, Risk } from './plan.ts';

export interface Remediation {
  readonly id: RemediationId;
  /** For a plan that was asked for without being needed (`OnRequest`): whether what it mends is in order. */
  readonly requested?: {
    readonly cause: CauseSlug;
    readonly observations: readonly string[];
    isInOrder(evidence: Evidence): boolean;
  };
  readonly risk: Risk;
  readonly writes: readonly DeclaredWrite[];
  readonly deadlineSeconds: number;
  /** Whether what was changed still stands, for a change that somebody may put back without breaking anything at once. */
  readonly holds?: (evidence: Evidence) => boolean;
  /** What is said of the end of a plan with a way back. */
  readonly conclusion?: Conclusion;
  plan(
    evidence: Evidence,
    diagnosis: Diagnosis,
    cluster: ClusterIdentity,
    circumstances?: Circumstances,
  ): Plan | Refusal;
}

/** How a plan with a way back ended. */
interface Ended {
  readonly plan: Plan;
  readonly healthy: boolean;
  /** Whether the way back was taken. */
  readonly returned: boolean;
  /** Whether what the steps asked for was in place when it was judged. */
  readonly wasSynced: boolean;
}
/** A code of `texts/en/results.ts` and its values. */
export type Conclusion = (ended: Ended) => Check;
