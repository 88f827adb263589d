import { z } from 'zod';
import { type AuditHead, type ChainCheck, GENESIS, verifyChain } from './audit-chain.ts';
import type { AuditEntry } from './types.ts';

/** What a chain needs of an entry; everything else in it is covered by its hash. */
const link = z.looseObject({ seq: z.int().min(1), prev: z.string(), hash: z.string() });

type ExportCheck =
  | { readonly ok: true; readonly entries: number; readonly first: number; readonly head: AuditHead }
  /** `line` is the first that is wrong, counted from 1; `seq` the entry that should stand there. */
  | {
      readonly ok: false;
      readonly line: number;
      readonly seq: number;
      readonly because: Extract<ChainCheck, { ok: false }>['because'] | 'no-entry';
    };

/**
 * Checks entries exported as JSON lines. An export may begin in the middle of the chain: then the first entry is taken to follow from the
 * one that it names. Empty lines are passed over.
 */
export function checkExport(text: string): ExportCheck {
  let head: AuditHead | undefined;
  let entries = 0;
  let first = 0;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const entry = readEntry(line);
    if (entry === undefined) return { ok: false, line: index + 1, seq: (head?.seq ?? 0) + 1, because: 'no-entry' };
    if (head === undefined) {
      first = entry.seq;
      head = first === 1 ? GENESIS : { seq: first - 1, hash: entry.prev };
    }
    const check = verifyChain([entry], head);
    if (!check.ok) return { ok: false, line: index + 1, seq: check.seq, because: check.because };
    head = check.head;
    entries += 1;
  }
  return { ok: true, entries, first, head: head ?? GENESIS };
}

function readEntry(line: string): AuditEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    // Only what `link` checked is used here; the rest is hashed as it is, whatever it is.
    return link.safeParse(value).success ? (value as AuditEntry) : undefined;
  } catch {
    return undefined;
  }
}
