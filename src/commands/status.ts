import type { Ports } from '../ports.ts';
import { proposalsOf } from '../store/history.ts';
import type { Answer } from './answers.ts';
import type { InputOf } from './definitions.ts';
import { openIncidents } from './find-incident.ts';
import type { Request } from './types.ts';

/** What is open, or one incident with its proposals. */
export async function status(
  ports: Pick<Ports, 'store' | 'file'>,
  request: Request<InputOf<'status'>>,
): Promise<Answer> {
  const { store, file } = ports;
  const paused = (await store.get('pause', 'self'))?.value;
  const pause = paused?.paused ? { pause: paused } : {};
  const { incident } = request.input;
  const open = incident === undefined ? await openIncidents(store) : [];
  const ofThread = open.filter((one) => one.root !== undefined && one.root === request.origin?.thread);
  const id = incident ?? (ofThread.length === 1 ? ofThread[0]?.id : undefined);
  if (id === undefined) return { say: 'incidents', cluster: file.cluster, open, ...pause };
  const record = await store.get('incident', id);
  if (!record) return { say: 'no-incident', id };
  return {
    say: 'status',
    incident: record.value,
    proposals: await proposalsOf(store, record.value.proposals),
    ...pause,
  };
}
