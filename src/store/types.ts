import type { AuditEntry, OutboxEntry, RecordKind, Records, Transaction, Versioned } from '../incidents/types.ts';

export type CommitResult =
  | { readonly ok: true; readonly audit: readonly AuditEntry[] }
  /** A record was written by somebody else since it was read: read again and decide anew. */
  | { readonly ok: false; readonly because: 'changed'; readonly kind: RecordKind; readonly id: string }
  | { readonly ok: false; readonly because: 'locked'; readonly uid: string; readonly owner: string };

/** An outbox entry that this process has claimed until its lease ends. */
export interface Claimed {
  readonly entry: OutboxEntry;
  /** Given back with `done`; a newer write of the same id makes it stale, so that nothing is lost. */
  readonly revision: string;
  readonly attempts: number;
  /** When it was written first (ISO), Redis' time; unknown of entries that an older promfix wrote. */
  readonly since?: string;
}

/** Thrown when Redis can't be reached or does not answer in time. The outcome of a write is then unknown; a retry is safe (compare-and-set). */
export class StoreUnavailable extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StoreUnavailable';
  }
}

export interface Store {
  /** Redis TIME as ISO: the one clock of decisions. */
  now(): Promise<string>;
  get<K extends RecordKind>(kind: K, id: string): Promise<Versioned<Records[K]> | undefined>;
  /** Ids of all records of a kind that are not final (for sweeps) or all (for lists), newest first, at most `limit`. */
  list(kind: 'incident' | 'proposal', which: 'live' | 'all', limit: number): Promise<readonly string[]>;
  nextIncidentNumber(): Promise<number>;
  commit(transaction: Transaction): Promise<CommitResult>;
  /** Entries of one destination that are due, claimed for `leaseMs`. Slack entries of one incident come in the order they were written. */
  claim(to: 'slack' | 'queue', limit: number, leaseMs: number): Promise<readonly Claimed[]>;
  /** The entry was delivered; kept when it was written anew meanwhile. */
  done(claimed: Claimed): Promise<void>;
  /** Not delivered: due again after `delayMs`. */
  retry(claimed: Claimed, delayMs: number): Promise<void>;
  /** Resolves when something may be in the outbox, or after `timeoutMs`. */
  waitForOutbox(to: 'slack' | 'queue', timeoutMs: number, signal?: AbortSignal): Promise<void>;
  auditHead(): Promise<{ readonly seq: number; readonly hash: string }>;
  /** Entries from `seq` (inclusive) on, at most `limit`. */
  auditRange(seq: number, limit: number): Promise<readonly AuditEntry[]>;
  lockOwner(uid: string): Promise<string | undefined>;
  /** Claims `key` for `ttlSeconds`; false when it is already claimed. For duplicate deliveries. */
  once(key: string, ttlSeconds: number): Promise<boolean>;
  /** Keeps a text under a name until `ttlSeconds` are over; an older one of that name is replaced. Whoever keeps a secret encrypts it first. */
  keep(name: string, text: string, ttlSeconds: number): Promise<void>;
  kept(name: string): Promise<string | undefined>;
  forget(name: string): Promise<void>;
  close(): Promise<void>;
}
