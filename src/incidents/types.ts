import type { CauseSlug } from '../diagnosis/causes.ts';
import type { Diagnosis, Values, Verdict } from '../diagnosis/types.ts';
import type { Target } from '../evidence/types.ts';
import type { RepairId } from '../remediations/ids.ts';
import type { Plan, Refusal, Risk } from '../remediations/types.ts';
import type { RunbookId } from '../runbooks/ids.ts';

// ---------------------------------------------------------------------------------------------------------------- incident

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

/** Who did something. `user` is a Slack user id; `system` is promfix itself; `terminal` a person at the command line. */
export type Actor =
  | { readonly kind: 'user'; readonly team: string; readonly user: string }
  | { readonly kind: 'system'; readonly role: 'bot' | 'worker' }
  | { readonly kind: 'terminal'; readonly name: string };

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

// ---------------------------------------------------------------------------------------------------------------- proposal

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

export interface Approval {
  readonly by: { readonly team: string; readonly user: string };
  readonly at: string;
  readonly reason?: string;
  /** Given alone in an emergency: it waives the quorum and nothing else. */
  readonly breakGlass?: boolean;
  /** HMAC-SHA-256 (hex) over approver, reason, plan hash, cluster and expiry; the key is not in Redis. */
  readonly mac: string;
}

export interface Rule {
  /** Slack user ids and user-group ids that may approve. */
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly approvals: number;
  /** `never`, or `with-reason`: the requester may approve with a typed reason. */
  readonly self: 'never' | 'with-reason';
  readonly expiresSeconds: number;
  /** User ids that may approve this plan alone in an emergency; absent where nobody may. */
  readonly breakGlass?: readonly string[];
}

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

/**
 * Everything that can happen to a proposal. `proposal.ts` says in a pure function what each does in each state. Events that only the owner
 * of the execution may cause carry its `fence`: one that is not the proposal's own is refused, so that a frozen worker that wakes up late
 * changes nothing.
 */
export type ProposalEvent =
  | {
      readonly on: 'prepared';
      readonly at: string;
      readonly plan: Plan;
      readonly planHash: string;
      readonly rule: Rule;
      readonly expiresAt: string;
    }
  /** `prepare` found that the repair can't be offered: nothing was changed. */
  | { readonly on: 'refused'; readonly at: string; readonly refusal: Refusal }
  /** `planHash` is the one that stood on the card that was clicked. */
  | { readonly on: 'approve'; readonly at: string; readonly approval: Approval; readonly planHash: string }
  | { readonly on: 'deny'; readonly at: string; readonly by: Actor; readonly reason?: string }
  | { readonly on: 'expire'; readonly at: string }
  | { readonly on: 'supersede'; readonly at: string }
  | { readonly on: 'enqueued'; readonly at: string }
  | { readonly on: 'start'; readonly at: string; readonly fence: Fence }
  /** Another proposal holds the lock on one of its objects. */
  | { readonly on: 'locked'; readonly at: string; readonly owner: string }
  /** The cluster is no longer as shown; nothing was changed. */
  | { readonly on: 'drifted'; readonly at: string; readonly fence?: Fence; readonly values: Values }
  | { readonly on: 'step-intent'; readonly at: string; readonly fence?: Fence; readonly step: number }
  | {
      readonly on: 'step-done';
      readonly at: string;
      readonly fence?: Fence;
      readonly step: number;
      readonly note?: string;
    }
  /** Every step, or every one of the way back, is done; what follows is reading only. */
  | { readonly on: 'applied'; readonly at: string; readonly fence?: Fence }
  /** The diagnosis is no better: the plan's way back is taken. */
  | {
      readonly on: 'turn-back';
      readonly at: string;
      readonly fence?: Fence;
      readonly diagnosis: string;
      readonly wasSynced: boolean;
      readonly values: Values;
    }
  | {
      readonly on: 'verified';
      readonly at: string;
      readonly fence?: Fence;
      readonly diagnosis: string;
      readonly healthy: boolean;
      /** It mended what it was asked to, and the root cause is another: the incident goes on. */
      readonly beside?: boolean;
      /** What is to be said beside that. */
      readonly outcome?: { readonly code: string; readonly values: Values };
    }
  /** Refused or failed before anything was changed. */
  | { readonly on: 'fail'; readonly at: string; readonly fence?: Fence; readonly code: string; readonly values: Values }
  /** Whether something was changed can't be said. */
  | { readonly on: 'lost'; readonly at: string; readonly fence?: Fence; readonly code: string; readonly values: Values }
  | {
      readonly on: 'resolve-unknown';
      readonly at: string;
      readonly by: Actor;
      readonly happened: boolean;
      readonly reason: string;
    }
  /** An approver wants the worker to look at the cluster again. */
  | { readonly on: 'ask-again'; readonly at: string; readonly by: Actor }
  /** The worker looked again: the change is there (`found`), or it still can't be said. */
  | {
      readonly on: 'looked-again';
      readonly at: string;
      readonly fence: Fence;
      readonly found: boolean;
      readonly code: string;
      readonly values: Values;
    };

export type EventOf<On extends ProposalEvent['on']> = Extract<ProposalEvent, { on: On }>;

// ---------------------------------------------------------------------------------------------------------------- audit

/**
 * One line of the append-only record. `hash` = SHA-256 (hex) over the RFC 8785 canonical JSON of the entry without `hash`; `prev` is the
 * hash of the entry before (64 zeros for the first). `values` never contains secrets.
 */
export interface AuditEntry {
  readonly seq: number;
  readonly at: string;
  readonly prev: string;
  readonly hash: string;
  readonly what: AuditEvent;
  readonly actor: Actor;
  readonly cluster: string;
  readonly incident?: string;
  readonly proposal?: string;
  readonly values: Values;
}
export const AUDIT_EVENTS = [
  'asked',
  'diagnosed',
  'prepared',
  'proposed',
  'click-refused',
  'approved',
  'denied',
  'expired',
  'voided',
  'superseded',
  'queued',
  'started',
  'changed',
  'verified',
  'turned-back',
  'failed',
  'unknown',
  'asked-again',
  'looked-again',
  'resolved-unknown',
  'closed',
  'owner-changed',
  'paused',
  'resumed',
] as const;
export type AuditEvent = (typeof AUDIT_EVENTS)[number];
/** What a caller gives; the store adds seq, prev, hash and time. */
export type AuditDraft = Omit<AuditEntry, 'seq' | 'at' | 'prev' | 'hash'>;

// ---------------------------------------------------------------------------------------------------------------- what is said in Slack

/**
 * One message in an incident's thread, posted once and never edited. Typed values or references; rendered by `slack/views` at sending.
 */
export type ThreadContent =
  /** What one runbook found; `also` names further ones that are told in the same message. */
  | {
      readonly say: 'section';
      readonly diagnosis: string;
      readonly runbook: RunbookId;
      readonly also?: readonly RunbookId[];
    }
  | { readonly say: 'diagnosis'; readonly diagnosis: string }
  /** In a `Transaction`, `seq` is the index into its own `audit`; the store writes the entry's real number. */
  | { readonly say: 'audit'; readonly seq: number }
  | { readonly say: 'mention-approvers'; readonly proposal: string }
  /** What does not fit a card: the rest of the diff, and the lasting change for Git. Nothing, when there is neither. */
  | { readonly say: 'plan-details'; readonly proposal: string }
  /** Somebody approved alone: said in this channel itself, not in the incident's thread. */
  | { readonly say: 'glass-broken'; readonly proposal: string; readonly channel: string }
  | { readonly say: 'result'; readonly proposal: string; readonly before: string; readonly after: string }
  | { readonly say: 'note'; readonly code: string; readonly values: Values };

export type OutboxEntry =
  /** (Re)paints the incident's own message from its record; coalesced per incident. */
  | { readonly to: 'slack'; readonly id: string; readonly do: 'paint-incident'; readonly incident: string }
  /** (Re)paints a proposal's card; coalesced per proposal. */
  | {
      readonly to: 'slack';
      readonly id: string;
      readonly do: 'paint-card';
      readonly proposal: string;
      readonly incident: string;
    }
  /** Posts one message into the incident's thread, exactly once per id, in the order in which those of the incident were written. */
  | {
      readonly to: 'slack';
      readonly id: string;
      readonly do: 'post';
      readonly incident: string;
      readonly content: ThreadContent;
    }
  /** Adds a BullMQ job. */
  | {
      readonly to: 'queue';
      readonly id: string;
      readonly job: 'prepare' | 'execute';
      readonly proposal: string;
      /** A job that was put off runs now. */
      readonly hurry?: true;
    };

/** A message that was posted: found again by its metadata after a crash. */
export interface PostedMessage {
  /** The outbox id it was posted for (`paint:inc-12`, `card:inc-12.p1`, `inc-12.v3.t7`). */
  readonly id: string;
  readonly channel: string;
  readonly ts: string;
  /** Version of the record that was painted last. */
  readonly painted: number;
}
