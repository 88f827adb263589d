import type { CauseSlug } from '../../diagnosis/causes.ts';
import type { Diagnosis } from '../../diagnosis/types.ts';
import type { Evidence, Right } from '../../evidence/types.ts';
import type { RemediationId } from '../ids.ts';
import type {
  Circumstances,
  ClusterIdentity,
  Conclusion,
  DeclaredWrite,
  ObjectRef,
  Plan,
  Remediation,
  Risk,
} from '../types.ts';
import { placeOf } from './object-ref.ts';
import type { Reason } from './refuse.ts';

/** What a remediation itself has to say; the registry adds who it is, for which cause, target and cluster. */
export type Draft = Omit<Plan, 'schema' | 'remediation' | 'cause' | 'risk' | 'cluster' | 'target' | 'deadlineSeconds'>;

/**
 * For a repair that somebody may ask for although what it mends is not the root cause: something that was seen and harms nobody, or follows
 * from another cause. It has helped when that is in order, whatever else is broken.
 */
interface OnRequest {
  /** What the plan is for then. */
  readonly cause: CauseSlug;
  /** Codes of observations, one of which must have been proven. */
  readonly observations: readonly string[];
  isInOrder(evidence: Evidence): boolean;
}

/** A remediation as its own file declares it. `draft` is called only when the root cause is one that it repairs. */
export interface Definition {
  readonly id: RemediationId;
  readonly risk: Risk;
  readonly writes: readonly DeclaredWrite[];
  readonly deadlineSeconds: number;
  readonly onRequest?: OnRequest;
  readonly holds?: Remediation['holds'];
  readonly conclusion?: Conclusion;
  draft(
    evidence: Evidence,
    diagnosis: Diagnosis,
    cause: CauseSlug,
    cluster: ClusterIdentity,
    circumstances: Circumstances,
  ): Draft | Reason;
}

/** The rights that the worker needs to read an object and to change (or delete) it. */
export function rightsFor(
  object: ObjectRef,
  resource: string,
  verb: DeclaredWrite['verb'] = 'patch',
): readonly Right[] {
  const place = placeOf(object, resource);
  return [
    { verb: 'get', ...place },
    { verb, ...place },
  ];
}
