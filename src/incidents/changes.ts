import type { CauseSlug } from '../diagnosis/causes.ts';
import type { Diagnosis, Values } from '../diagnosis/types.ts';
import type { Target } from '../evidence/types.ts';
import type { Refusal, Risk } from '../remediations/types.ts';
import type { PauseRecord, Put, TargetRecord, Transaction, Versioned } from '../store/types.ts';
import type { TransitionRefusal } from './proposal.ts';
import type { Actor, Incident, PostedMessage, Proposal, ProposalEvent, ThreadContent } from './types.ts';

/**
 * Every change of an incident or a proposal, as one transaction: record, audit entry, messages, queue, target record and locks together. Pure:
 * they take the records as read and the time; the store compares the versions. On `changed` read again and build anew.
 */

/** Id of a target's record: at most one open incident and one live proposal per target. */
export declare function targetKey(target: Target): string;

export type Change<Next> =
  | { readonly ok: true; readonly transaction: Transaction; readonly next: Next }
  | { readonly ok: false; readonly refusal: { readonly code: TransitionRefusal; readonly values: Values } };

export interface Opening {
  /** `inc-12`, from `store.nextIncidentNumber()` */
  readonly id: string;
  readonly target: Target;
  /** The target's record, without an open incident. */
  readonly record: Versioned<TargetRecord> | undefined;
  readonly by: Actor;
  readonly at: string;
  readonly channel: string;
  /** The thread it was asked in; then `inThread` is true. */
  readonly root?: string;
}
/** A new incident, being read; its message is painted. */
export declare function openIncident(opening: Opening): Transaction;

/** Somebody asked again for a target whose incident is open. */
export declare function continueIncident(incident: Versioned<Incident>, by: Actor, at: string): Transaction;

/** What the diagnosis is doing now; only the message is repainted. */
export declare function showProgress(incident: Versioned<Incident>, progress: 'reading' | 'judging'): Transaction;

export interface Diagnosed {
  readonly diagnosis: Diagnosis;
  readonly refusals: readonly Refusal[];
  readonly by: Actor;
  readonly at: string;
  /** `thread` posts the sections and the verdict; `nothing` is for the diagnosis after a repair, whose result is told by `verified`. */
  readonly tell: 'thread' | 'nothing';
}
/** Stores the diagnosis (its id is `nextDiagnosisId(incident)`) and makes it the incident's newest. */
export declare function recordDiagnosis(incident: Versioned<Incident>, diagnosed: Diagnosed): Transaction;
export declare function nextDiagnosisId(incident: Incident): string;

export interface ProposalStart {
  readonly incident: Versioned<Incident>;
  readonly target: Versioned<TargetRecord> | undefined;
  /** The target's live proposal, if it has one: superseded, unless it is approved or running (then refused). */
  readonly older: Versioned<Proposal> | undefined;
  readonly remediation: string;
  readonly cause: CauseSlug;
  readonly risk: Risk;
  readonly by: Actor;
  readonly at: string;
  /** Drifts so far, when it replaces a plan that drifted. */
  readonly drifts?: number;
}
/** A new proposal in `preparing`, its card ("checking…") and its `prepare` job. */
export declare function startProposal(start: ProposalStart): Change<Proposal>;

/** What a change of a proposal needs read; `readForProposal` of the store reads it. */
export interface ProposalReads {
  readonly proposal: Versioned<Proposal>;
  readonly incident: Versioned<Incident>;
  readonly target: Versioned<TargetRecord> | undefined;
}
export interface Extras {
  /** Further values of the audit entry. Never secrets. */
  readonly values?: Values;
  /** Further messages in the thread. */
  readonly posts?: readonly ThreadContent[];
  /** Further records in the same write. */
  readonly puts?: readonly Put[];
}
/** Applies an event: record, audit, card, thread, queue, locks, target record and the incident's status in one write. */
export declare function changeProposal(
  reads: ProposalReads,
  event: ProposalEvent,
  actor: Actor,
  extras?: Extras,
): Change<Proposal>;

export interface Closing {
  readonly incident: Versioned<Incident>;
  readonly target: Versioned<TargetRecord> | undefined;
  /** The target's live proposal: superseded; refused when it is approved or running. */
  readonly live: Versioned<Proposal> | undefined;
  readonly by: Actor;
  readonly at: string;
  readonly reason?: string;
  /** `resolved` when it is healthy again. */
  readonly as: 'closed' | 'resolved';
}
export declare function closeIncident(closing: Closing): Change<Incident>;

export declare function takeOwnership(incident: Versioned<Incident>, by: Actor, at: string): Transaction;

export interface RefusedClick {
  readonly incident: Versioned<Incident>;
  readonly proposal: string;
  readonly by: Actor;
  /** What was tried and why it was refused. */
  readonly values: Values & { readonly code: string };
}
/** Audit entry and counter only: the card stays. */
export declare function refuseClick(click: RefusedClick): Transaction;

/** The kill switch. */
export declare function setPause(
  record: Versioned<PauseRecord> | undefined,
  next: PauseRecord,
  actor: Actor,
  cluster: string,
): Transaction;

/** A message was posted or edited; the incident learns its root. */
export declare function recordMessage(
  previous: Versioned<PostedMessage> | undefined,
  message: PostedMessage,
  incident: Versioned<Incident> | undefined,
): Transaction;

export declare function repaintCard(proposal: Proposal): Transaction;
