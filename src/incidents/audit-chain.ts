import { canonicalHash } from './canonical.ts';
import type { AuditDraft, AuditEntry } from './types.ts';

export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
}

/** What stands before the first entry. */
export const GENESIS: AuditHead = { seq: 0, hash: '0'.repeat(64) };

/** The hash of an entry: over everything in it but the hash itself, so that nothing can be added either. */
function entryHash(entry: Omit<AuditEntry, 'hash'> & { readonly hash?: string }): string {
  const { hash: _itself, ...content } = entry;
  return canonicalHash(content);
}

/** The entries that follow `head`. */
export function chainEntries(head: AuditHead, drafts: readonly AuditDraft[], at: string): readonly AuditEntry[] {
  const entries: AuditEntry[] = [];
  let { seq, hash } = head;
  for (const draft of drafts) {
    const entry = { ...draft, seq: seq + 1, at, prev: hash };
    hash = entryHash(entry);
    seq += 1;
    entries.push({ ...entry, hash });
  }
  return entries;
}

export type ChainCheck =
  | { readonly ok: true; readonly head: AuditHead }
  /** `seq` is the first entry that is wrong: missing or out of order, not linked to the one before, or altered. */
  | { readonly ok: false; readonly seq: number; readonly because: 'gap' | 'link' | 'content' };

/** Walks entries that follow `from`. Pass the head that came out as the next `from` to check in pieces. */
export function verifyChain(entries: Iterable<AuditEntry>, from: AuditHead = GENESIS): ChainCheck {
  let head = from;
  for (const entry of entries) {
    if (entry.seq !== head.seq + 1) return { ok: false, seq: head.seq + 1, because: 'gap' };
    if (entry.prev !== head.hash) return { ok: false, seq: entry.seq, because: 'link' };
    if (entryHash(entry) !== entry.hash) return { ok: false, seq: entry.seq, because: 'content' };
    head = { seq: entry.seq, hash: entry.hash };
  }
  return { ok: true, head };
}
