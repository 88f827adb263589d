import type { CauseSlug } from '../../diagnosis/causes.ts';
import type { Values } from '../../diagnosis/types.ts';
import type { Target } from '../../evidence/types.ts';
import type { RepairId } from '../../remediations/ids.ts';
import type { Plan, Risk } from '../../remediations/types.ts';
import type { Actor } from './actor.ts';
import type { Approval, Rule } from './approval.ts';

export const PROPOSAL_STATES = [
  'preparing',
  'proposed',
  'approved',
  'queued',
  'running',
  'verifying',
  'succeeded',
  'unhealthy',
  'failed',
  'unknown',
  'denied',
  'expired',
  'voided',
  'superseded',
] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];

export interface Proposal {
  /** `inc-12.p1` */
  readonly id: string;
  readonly incident: string;
  readonly target: Target;
  readonly remediation: RepairId;
  readonly cause: CauseSlug;
  readonly risk: Risk;
  /** Of an undo: the id of the proposal whose repair it takes back. */
  readonly undoes?: string;
  /** Of a repair that was taken back: the id of the undo that did it. */
  readonly undoneBy?: string;
  readonly state: ProposalState;
  readonly requestedBy: Actor;
  /** Vouches for `requestedBy`; without it nobody can approve. See `requester-mac.ts`. */
  readonly requesterMac?: string;
  readonly createdAt: string;
  /** Id of the diagnosis that it was proposed for. */
  readonly diagnosis?: string;
  /** The chart version that whoever asked for it named. */
  readonly version?: string;
  /** Set when `prepare` committed the plan. */
  readonly plan?: Plan;
  readonly planHash?: string;
  readonly proposedAt?: string;
  readonly expiresAt?: string;
  /** The rule in force when it was proposed; read again from the config at the click. */
  readonly rule?: Rule;
  readonly approvals: readonly Approval[];
  readonly deniedBy?: Actor;
  readonly reason?: string;
  /** Why it was voided or failed: a code of `texts/en/refusals.ts` or `texts/en/results.ts`. */
  readonly outcome?: { readonly code: string; readonly values: Values };
  readonly decidedAt?: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /**
   * Set when the repair turned out to be no better and its way back (`plan.otherwise`) was taken: when, and by which diagnosis. As long as the
   * proposal is `running` the way back is owed.
   */
  readonly returning?: {
    readonly at: string;
    readonly diagnosis: string;
    /** Whether what was tried was in place by then at all. */
    readonly wasSynced: boolean;
  };
  /** Per step of `allSteps(plan)`: intent is written before the write, done after it. */
  readonly journal: readonly {
    readonly step: number;
    readonly state: 'intent' | 'done';
    readonly at: string;
    readonly note?: string;
  }[];
  /** (BullMQ job timestamp, attempts started) of the attempt that owns it; a lower one is stale. */
  readonly fence?: Fence;
  /** How often a drifted plan was replaced in this incident. */
  readonly drifts: number;
  /** The proposal that holds a lock on an object which this one writes, too. */
  readonly waitsFor?: string;
  /** An approver wants the worker to look again; until it has. */
  readonly lookAgain?: boolean;
  /** Id of the diagnosis made after the repair. */
  readonly verifiedBy?: string;
}

/** One attempt of a job: its BullMQ timestamp, then how often it was started. The greater one owns the proposal. */
export interface Fence {
  readonly job: number;
  readonly attempt: number;
}
