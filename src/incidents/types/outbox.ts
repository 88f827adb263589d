import type { Values } from '../../diagnosis/types.ts';
import type { RunbookId } from '../../runbooks/ids.ts';

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
  /** What does not fit a card: the whole diff, and the lasting change for Git; the first message of it unless said. Nothing, when there is neither. */
  | { readonly say: 'plan-details'; readonly proposal: string; readonly part?: number }
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
