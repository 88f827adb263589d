import type { Values } from '../../diagnosis/types.ts';
import type { Target } from '../../evidence/types.ts';
import type { TransitionRefusal } from '../transition/result.ts';
import type {
  OutboxEntry,
  Proposal,
  Put,
  RecordKind,
  Records,
  ThreadContent,
  Transaction,
  Versioned,
} from '../types.ts';

/** A change that may be refused; `next` is the record as it stands after the commit. */
export type Change<Next> =
  | { readonly ok: true; readonly transaction: Transaction; readonly next: Next }
  | { readonly ok: false; readonly refusal: { readonly code: TransitionRefusal; readonly values: Values } };

/** Id of a target's record: at most one open incident and one live proposal per target. */
export function targetKey(target: Target): string {
  return `${target.cluster}/${target.kind}/${target.namespace}/${target.name}`;
}

/** Writes a record over the version that was read. */
export function put<K extends RecordKind>(
  kind: K,
  id: string,
  read: Versioned<Records[K]> | undefined,
  value: Records[K],
): Put {
  // The pairing of kind and value is the signature's; TypeScript can't carry it into the mapped union.
  return { kind, id, expect: read?.version ?? 0, value } as Put;
}

export function paintIncident(incident: string): OutboxEntry {
  return { to: 'slack', id: `paint:${incident}`, do: 'paint-incident', incident };
}

/** Under which id a proposal's card is in the outbox, and its message among the records. */
export const cardId = (proposal: string): string => `card:${proposal}`;

export function paintCard(proposal: Pick<Proposal, 'id' | 'incident'>): OutboxEntry {
  return {
    to: 'slack',
    id: cardId(proposal.id),
    do: 'paint-card',
    proposal: proposal.id,
    incident: proposal.incident,
  };
}

export function addJob(job: 'prepare' | 'execute', proposal: string): OutboxEntry {
  return { to: 'queue', id: `${job}:${proposal}`, job, proposal };
}

/** Lets a job that waits for the end of a pause run at once. */
export function wakeJob(proposal: string): OutboxEntry {
  return { to: 'queue', id: `wake:${proposal}`, job: 'execute', proposal, hurry: true };
}

/**
 * Messages for the thread. `of` names the record and the version that tells them (`inc-12.v3`): the ids are the same when the transaction is
 * built again after an answer that was lost, and new for every version.
 */
export function posts(incident: string, of: string, contents: readonly ThreadContent[]): OutboxEntry[] {
  return contents.map((content, index) => ({ to: 'slack', id: `${of}.t${index + 1}`, do: 'post', incident, content }));
}

/** The id prefix of messages told by the write that follows `read`. */
export function telling(id: string, read: Versioned<unknown> | undefined): string {
  return `${id}.v${(read?.version ?? 0) + 1}`;
}
