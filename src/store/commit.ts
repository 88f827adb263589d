import { type AuditHead, chainEntries, GENESIS } from '../incidents/audit-chain.ts';
import { cardId } from '../incidents/changes.ts';
import { isOpen } from '../incidents/incident.ts';
import { isFinal } from '../incidents/proposal.ts';
import type { AuditEntry, Forgotten, OutboxEntry, Put, Transaction } from '../incidents/types.ts';
import { keys } from './keys.ts';

/** The head as it is kept: `seq hash`; empty before the first entry. */
export function parseHead(text: string | null): AuditHead {
  if (text === null || text === '') return GENESIS;
  const [seq, hash] = text.split(' ');
  if (seq === undefined || hash === undefined) throw new Error('the audit head in Redis is malformed');
  return { seq: Number(seq), hash };
}

/**
 * Milliseconds for which a record that nothing refers to any more can still be read: for messages that tell of it and are not posted yet, and
 * for whoever has just clicked on it.
 */
const FORGET_MS = 6 * 3600 * 1000;

interface Prepared {
  /** ARGV[1] of the script. */
  readonly json: string;
  /** What the audit gets if the script says `ok`. */
  readonly audit: readonly AuditEntry[];
}

/** A transaction as the script's argument, chained to the audit head that was read. `at` is Redis' time. */
export function prepareCommit(transaction: Transaction, headText: string | null, at: Date): Prepared {
  const head = parseHead(headText);
  const audit = chainEntries(head, transaction.audit, at.toISOString());
  const last = audit.at(-1) ?? head;
  const json = JSON.stringify({
    at: at.getTime(),
    puts: transaction.puts.map(putArguments),
    forget: (transaction.forget ?? []).map(forgetArguments),
    forgetMs: FORGET_MS,
    locks: keys.locks,
    acquire: transaction.acquire ?? { owner: '', uids: [] },
    release: transaction.release ?? { owner: '', uids: [] },
    stream: keys.audit,
    head: headText ?? '',
    nextHead: `${last.seq} ${last.hash}`,
    audit: audit.map((entry) => ({ id: `${entry.seq}-0`, json: JSON.stringify(entry) })),
    revision: keys.outboxRevision,
    outbox: transaction.outbox.map((entry) => outboxArguments(resolveSeq(entry, audit))),
  });
  return { json, audit };
}

function putArguments(put: Put) {
  const written = {
    key: keys.record(put.kind, put.id),
    kind: put.kind,
    id: put.id,
    expect: put.expect,
    json: JSON.stringify(put.value),
  };
  switch (put.kind) {
    case 'incident':
      return { ...written, ...indexes('incident'), isLive: isOpen(put.value) };
    case 'proposal':
      return { ...written, ...indexes('proposal'), isLive: !isFinal(put.value.state) };
    default:
      return written;
  }
}

function forgetArguments({ kind, id }: Forgotten) {
  const key = keys.record(kind, id);
  if (kind === 'diagnosis') return { id, keys: [key] };
  return { id, keys: [key, keys.record('message', cardId(id))], ...indexes('proposal') };
}

function indexes(kind: 'incident' | 'proposal') {
  return { all: keys.index(kind, 'all'), live: keys.index(kind, 'live') };
}

function outboxArguments(entry: OutboxEntry) {
  const isPaint = entry.to === 'slack' && entry.do !== 'post';
  return {
    key: keys.outboxEntry(entry.to, entry.id),
    outbox: keys.outbox(entry.to),
    wake: keys.wake(entry.to),
    id: entry.id,
    json: JSON.stringify(entry),
    lane: entry.to === 'slack' ? entry.incident : '',
    message: isPaint ? keys.record('message', entry.id) : '',
  };
}

/** Builders know an audit entry only by its place in the transaction; readers know it by its number. */
function resolveSeq(entry: OutboxEntry, audit: readonly AuditEntry[]): OutboxEntry {
  if (entry.to !== 'slack' || entry.do !== 'post' || entry.content.say !== 'audit') return entry;
  const told = audit[entry.content.seq];
  if (told === undefined)
    throw new Error(`message ${entry.id} tells an audit entry that its transaction does not have`);
  return { ...entry, content: { say: 'audit', seq: told.seq } };
}
