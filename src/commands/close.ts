import { closeIncident, targetKey } from '../incidents/changes.ts';
import type { Ports } from '../ports.ts';
import { commitWith } from '../store/decide.ts';
import type { Answer } from './answers.ts';
import type { InputOf } from './definitions.ts';
import { meantIncident } from './find-incident.ts';
import type { Request } from './types.ts';
import { mayClose } from './whose.ts';

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
      return { result: { say: 'take-first', incident: meant.found.value, to: 'close' } };
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
