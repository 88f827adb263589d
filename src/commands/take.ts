import { takeOwnership } from '../incidents/changes.ts';
import type { Ports } from '../ports.ts';
import { commitWith } from '../store/decide.ts';
import type { Answer } from './answers.ts';
import type { InputOf } from './definitions.ts';
import { meantIncident } from './find-incident.ts';
import type { Request } from './types.ts';

/** The person becomes the owner of the incident they mean. */
export async function take(ports: Pick<Ports, 'store'>, request: Request<InputOf<'take'>>): Promise<Answer> {
  const { store } = ports;
  return commitWith<Answer>(store, async () => {
    const meant = await meantIncident(store, 'take', request.input.incident, request.origin);
    if ('answer' in meant) return { result: meant.answer };
    const incident = { ...meant.found.value, owner: request.actor };
    return { transaction: takeOwnership(meant.found, request.actor), result: { say: 'taken', incident } };
  });
}
