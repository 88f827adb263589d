import { type Change, changeProposal, type Extras, type ProposalReads, targetKey } from '../incidents/changes.ts';
import type { Actor, AuditEntry, Proposal, ProposalEvent, Transaction } from '../incidents/types.ts';
import { type CommitResult, type Store, StoreUnavailable } from './types.ts';

type Refused = Extract<Change<unknown>, { ok: false }>;
type Locked = Extract<CommitResult, { because: 'locked' }>;
interface Written<T> {
  readonly ok: true;
  readonly next: T;
  readonly audit: readonly AuditEntry[];
}
export type Decided<T> = Written<T> | Refused | Locked;

/** How often a command tries again when somebody else was faster: enough for a crowd, few enough to end while a person waits. */
const ATTEMPTS = 8;

/**
 * Reads, decides and writes; when somebody else wrote meanwhile, it reads and decides anew. `build` must be free of effects: it may be
 * called several times. Ends because each `changed` means that somebody else got on.
 */
export async function decide<T>(store: Store, build: () => Promise<Change<T>>): Promise<Decided<T>> {
  return commitUnchanged<T, Refused>(store, build, Number.POSITIVE_INFINITY);
}

/**
 * The same for a command, which tries a few times only. `build` returns a transaction with the result that goes with it, or a result
 * without one (nothing is to be written).
 * @throws StoreUnavailable also when the record never holds still
 */
export async function commitWith<Result>(
  store: Pick<Store, 'commit'>,
  build: () => Promise<{ readonly transaction?: Transaction; readonly result: Result }>,
): Promise<Result> {
  const decided = await commitUnchanged<Result, { readonly ok: false; readonly result: Result }>(
    store,
    async () => {
      const { transaction, result } = await build();
      return transaction === undefined ? { ok: false, result } : { ok: true, transaction, next: result };
    },
    ATTEMPTS,
  );
  if (decided.ok) return decided.next;
  if ('result' in decided) return decided.result;
  throw new Error('a command asked for locks');
}

async function commitUnchanged<T, No extends { readonly ok: false }>(
  store: Pick<Store, 'commit'>,
  build: () => Promise<Extract<Change<T>, { ok: true }> | No>,
  attempts: number,
): Promise<Written<T> | No | Locked> {
  let last: CommitResult | undefined;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const change = await build();
    if (!change.ok) return change;
    last = await store.commit(change.transaction);
    if (last.ok) return { ok: true, next: change.next, audit: last.audit };
    if (last.because === 'locked') return last;
  }
  throw new StoreUnavailable(`the record changed ${attempts} times while it was being written`, last);
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
