import type { Values } from '../../diagnosis/types.ts';
import type { Plan, Refusal } from '../../remediations/types.ts';
import type { Actor } from './actor.ts';
import type { Approval, Rule } from './approval.ts';
import type { Fence } from './proposal.ts';

/**
 * Everything that can happen to a proposal. `transition.ts` says in a pure function what each does in each state. Events that only the owner
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
      /** It mended what it was asked to, and something else is left: another root cause, or what somebody switched off. The incident goes on. */
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
