import { isUndecided } from '../incidents/proposal.ts';
import type { Actor, Incident, Proposal } from '../incidents/types.ts';
import type { Ports } from '../ports.ts';
import { mayApproveAnything } from './approver.ts';

type Asked = Pick<Ports, 'file' | 'directory'>;

/**
 * Whether somebody may end what others wait for: these people themselves and approvers. Whoever can reach Redis from a terminal counts as an
 * approver.
 */
async function isTheirs(ports: Asked, people: readonly Actor[], actor: Actor): Promise<boolean> {
  if (actor.kind !== 'user') return true;
  const isOneOfThem = people.some((one) => one.kind === 'user' && one.user === actor.user);
  return isOneOfThem || mayApproveAnything(ports, actor.user);
}

/** An incident is closed by its owner, by whoever asked for it, and by approvers; others take it first, which everybody sees. */
export function mayClose(ports: Asked, { owner, requestedBy }: Incident, actor: Actor): Promise<boolean> {
  return isTheirs(ports, [owner, requestedBy], actor);
}

/** The same for a card that waits for its decision, and for whoever asked for that one: another card would take its approvals away. */
export async function mayReplace(
  ports: Asked,
  { owner, requestedBy }: Incident,
  card: Proposal | undefined,
  actor: Actor,
): Promise<boolean> {
  if (card === undefined || !isUndecided(card)) return true;
  return isTheirs(ports, [owner, requestedBy, card.requestedBy], actor);
}
