import { type ChainCheck, GENESIS, verifyChain } from '../incidents/audit-chain.ts';
import type { AuditEntry } from '../incidents/types.ts';
import type { Ports } from '../ports.ts';
import type { Store } from '../store/types.ts';
import { parseText } from '../texts/en/commands.ts';
import type { Answer } from './answers.ts';
import type { InputOf } from './definitions.ts';
import type { Request } from './types.ts';

/** Entries read at once. */
const PAGE = 500;
/** Entries shown in an answer; the export gives all. */
const SHOWN = 30;

/** Every entry from the first on, in pages. */
export async function* auditEntries(store: Pick<Store, 'auditRange'>): AsyncGenerator<AuditEntry> {
  for (let seq = 1; ; ) {
    const page = await store.auditRange(seq, PAGE);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    seq = last.seq + 1;
  }
}

/** Walks the chain from the first entry to the head that the store names. */
export async function checkChain(store: Pick<Store, 'auditRange' | 'auditHead'>): Promise<ChainCheck> {
  const end = await store.auditHead();
  let head = GENESIS;
  for await (const entry of auditEntries(store)) {
    const check = verifyChain([entry], head);
    if (!check.ok) return check;
    head = check.head;
  }
  // Entries may be added while reading: only a chain that ends before the head it had at the beginning has lost some.
  if (head.seq < end.seq) return { ok: false, seq: head.seq + 1, because: 'gap' };
  if (head.seq === end.seq && head.hash !== end.hash) return { ok: false, seq: end.seq, because: 'link' };
  return { ok: true, head };
}

/** `audit verify` and `audit list`; `export` is the terminal's, which streams `auditEntries`. */
export async function audit(ports: Pick<Ports, 'store'>, request: Request<InputOf<'audit'>>): Promise<Answer> {
  const { store } = ports;
  const { action, since } = request.input;
  // The terminal reads the file itself.
  if ('file' in request.input) return { say: 'problem', sentence: parseText.filesInTerminal() };
  const incident = 'incident' in request.input ? request.input.incident : undefined;
  if (action === 'verify') return { say: 'chain', check: await checkChain(store) };
  const kept: AuditEntry[] = [];
  let dropped = false;
  for await (const entry of auditEntries(store)) {
    if (incident !== undefined && entry.incident !== incident) continue;
    if (since !== undefined && entry.at < since) continue;
    kept.push(entry);
    if (kept.length > SHOWN) {
      kept.shift();
      dropped = true;
    }
  }
  return { say: 'entries', entries: kept, more: dropped };
}
