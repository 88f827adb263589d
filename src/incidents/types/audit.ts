import type { Values } from '../../diagnosis/types.ts';
import type { Actor } from './actor.ts';

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
