import type { CauseSlug } from '../../diagnosis/causes.ts';
import type { Diagnosis, Verdict } from '../../diagnosis/types.ts';
import type { Target } from '../../evidence/types.ts';
import type { Refusal } from '../../remediations/types.ts';
import type { Actor } from './actor.ts';

export const INCIDENT_STATUSES = [
  'investigating',
  'awaiting-approval',
  'repairing',
  'diagnosed',
  'resolved',
  'closed',
] as const;
/** `diagnosed` = a cause is known and no repair is under way (advice only, or the proposal ended); `resolved` and `closed` are final. */
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number];
/** From the verdict: broken = P1, degraded or inconclusive = P2, healthy = P3. */
export type Priority = 'P1' | 'P2' | 'P3';

export interface Incident {
  /** `inc-12` */
  readonly id: string;
  readonly target: Target;
  readonly status: IncidentStatus;
  readonly priority: Priority;
  readonly owner: Actor;
  readonly requestedBy: Actor;
  /** Vouches for `requestedBy`; see `requester-mac.ts`. */
  readonly requesterMac?: string;
  readonly openedAt: string;
  readonly closedAt?: string;
  readonly closeReason?: string;
  /** Where it lives in Slack. `root` is the ts of the incident message, once posted (or the thread of an alert it was asked in). */
  readonly channel: string;
  readonly root?: string;
  /** True when it lives in somebody else's thread: `root` is then that thread, and the incident message is a reply. */
  readonly inThread: boolean;
  /** Ids of diagnoses (`inc-12.d1`), newest last; the last one is the one shown. Old ones are removed, unless a proposal refers to them. */
  readonly diagnoses: readonly string[];
  /** When the cluster was read last, where that said the same as the newest diagnosis. */
  readonly sameAgainAt?: string;
  readonly verdict?: Verdict;
  readonly cause?: CauseSlug;
  readonly proposals: readonly string[];
  readonly refusedClicks: number;
  /**
   * What is under way without anybody's doing, for the one line that is edited as it goes: a diagnosis, then the proposal that comes of it.
   * Whatever a dying process leaves here is begun again.
   */
  readonly progress?: 'reading' | 'proposing';
  readonly blindSince?: string;
  /** As in the diagnosis: it may be longer. */
  readonly blindAtLeast?: true;
  readonly repairedAt?: string;
  /** The repair it was opened for: asked for by name while nothing was known to be broken. */
  readonly wish?: string;
}

export interface StoredDiagnosis {
  /** `inc-12.d1` */
  readonly id: string;
  readonly incident: string;
  readonly diagnosis: Diagnosis;
  /** Why no repair is offered, per remediation of the cause. */
  readonly refusals: readonly Refusal[];
}
