import { closeIncident, targetKey } from '../incidents/changes.ts';
import type { Actor, Incident } from '../incidents/types.ts';
import type { Ports } from '../ports.ts';
import { commitWith } from '../store/decide.ts';
import type { Answer } from './answers.ts';
import { mayApproveAnything } from './approver.ts';
import type { InputOf } from './definitions.ts';
import { meantIncident } from './find-incident.ts';
import type { Request } from './types.ts';

/**
 * Closes an incident that no repair closed, for its owner, whoever asked for it, and approvers; others take it first, which everybody sees. One
 * whose repair is approved or running stays open.
 */
export async function close(
  ports: Pick<Ports, 'store' | 'file' | 'directory'>,
  request: Request<InputOf<'close'>>,
): Promise<Answer> {
  const { store } = ports;
  const { incident, reason } = request.input;
  return commitWith<Answer>(store, async () => {
    const meant = await meantIncident(store, 'close', incident, request.origin);
    if ('answer' in meant) return { result: meant.answer };
    if (!(await mayClose(ports, meant.found.value, request.actor)))
      return { result: { say: 'take-first', incident: meant.found.value } };
    const target = await store.get('target', targetKey(meant.found.value.target));
    const live =
      target?.value.liveProposal === undefined ? undefined : await store.get('proposal', target.value.liveProposal);
    const closed = closeIncident({
      incident: meant.found,
      target,
      live,
      by: request.actor,
      at: await store.now(),
      ...(reason !== '' && { reason }),
      as: 'closed',
    });
    if (!closed.ok) return { result: { say: 'not-now', ...closed.refusal } };
    return { transaction: closed.transaction, result: { say: 'closed', incident: closed.next } };
  });
}

/** Whoever can reach Redis from a terminal counts as an approver. */
async function mayClose(
  ports: Pick<Ports, 'file' | 'directory'>,
  { owner, requestedBy }: Incident,
  actor: Actor,
): Promise<boolean> {
  if (actor.kind !== 'user') return true;
  const isTheirs = [owner, requestedBy].some((one) => one.kind === 'user' && one.user === actor.user);
  return isTheirs || mayApproveAnything(ports, actor.user);
}
