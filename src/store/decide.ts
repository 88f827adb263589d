import { type Change, changeProposal, type Extras, type ProposalReads, targetKey } from '../incidents/changes.ts';
import type { Actor, AuditEntry, Proposal, ProposalEvent } from '../incidents/types.ts';
import type { CommitResult, Store, Transaction } from './types.ts';

export type Decided<T> =
  | { readonly ok: true; readonly next: T; readonly audit: readonly AuditEntry[] }
  | Extract<Change<T>, { ok: false }>
  | Extract<CommitResult, { because: 'locked' }>;

/**
 * Reads, decides and writes; when somebody else wrote meanwhile, it reads and decides anew. `build` must be free of effects: it may be
 * called several times. Ends because each `changed` means that somebody else got on.
 */
export async function decide<T>(store: Store, build: () => Promise<Change<T>>): Promise<Decided<T>> {
  while (true) {
    const change = await build();
    if (!change.ok) return change;
    const written = await store.commit(change.transaction);
    if (written.ok) return { ok: true, next: change.next, audit: written.audit };
    if (written.because === 'locked') return written;
  }
}

/** The same for a change that is never refused. Throws when another proposal holds a lock, which such changes don't ask for. */
export async function write(store: Store, build: () => Promise<Transaction>): Promise<readonly AuditEntry[]> {
  const decided = await decide(store, async () => ({ ok: true, transaction: await build(), next: undefined }));
  if (!decided.ok) throw new Error('a write without locks was refused');
  return decided.audit;
}

/** What a change of a proposal needs read; undefined when there is no such proposal. */
export async function readForProposal(store: Store, id: string): Promise<ProposalReads | undefined> {
  const proposal = await store.get('proposal', id);
  if (proposal === undefined) return undefined;
  const { undoes } = proposal.value;
  const [incident, target, original] = await Promise.all([
    store.get('incident', proposal.value.incident),
    store.get('target', targetKey(proposal.value.target)),
    undoes === undefined ? undefined : store.get('proposal', undoes),
  ]);
  return incident === undefined ? undefined : { proposal, incident, target, original };
}

/** Applies an event to a proposal, on whatever version it has by then. Undefined when there is no such proposal. */
export async function applyEvent(
  store: Store,
  id: string,
  event: ProposalEvent,
  actor: Actor,
  extras?: Extras,
): Promise<Decided<Proposal> | undefined> {
  const first = await readForProposal(store, id);
  if (first === undefined) return undefined;
  let reads: ProposalReads | undefined = first;
  return decide(store, async () => {
    const known = reads ?? (await readForProposal(store, id)) ?? first;
    reads = undefined;
    return changeProposal(known, event, actor, extras);
  });
}
