import { type Json, object } from '../../evidence/json.ts';
import type { Actor, Proposal } from '../../incidents/types.ts';

/** Who stands behind a write. It is no part of the plan: who approves is not known when that is shown. */
export interface Signature {
  readonly proposal: string;
  readonly askedBy: string;
  readonly approvedBy: readonly string[];
}

export function signatureOf({ id, requestedBy, approvals }: Proposal): Signature {
  return {
    proposal: id,
    askedBy: nameOf(requestedBy),
    approvedBy: approvals.map(({ by }) => nameOf({ kind: 'user', ...by })),
  };
}

function nameOf(actor: Actor): string {
  switch (actor.kind) {
    case 'user':
      return `slack:${actor.user}`;
    case 'terminal':
      return `terminal:${actor.name}`;
    case 'system':
      return 'promfix';
  }
}

/**
 * An operation that Argo CD is asked for, with the people behind it where Argo CD shows them: the approver as who initiated it, which its
 * history keeps, and all of them beside it. Any other patch as it is.
 */
export function signed(patch: Json, signature: Signature | undefined): Json {
  const { operation } = patch;
  if (signature === undefined || typeof operation !== 'object' || operation === null) return patch;
  const { initiatedBy, info, ...rest } = object(operation);
  const { proposal, askedBy, approvedBy } = signature;
  const username = ['promfix', approvedBy.at(-1)].filter((one) => one !== undefined).join('/');
  return {
    ...patch,
    operation: {
      ...rest,
      initiatedBy: { ...object(initiatedBy), username },
      info: [
        ...(Array.isArray(info) ? info : []),
        { name: 'proposal', value: proposal },
        { name: 'asked by', value: askedBy },
        ...(approvedBy.length > 0 ? [{ name: 'approved by', value: approvedBy.join(', ') }] : []),
      ],
    },
  };
}
