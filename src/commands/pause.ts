import { setPause } from '../incidents/changes.ts';
import type { PauseRecord } from '../incidents/types.ts';
import type { Ports } from '../ports.ts';
import { commitWith } from '../store/decide.ts';
import type { Answer } from './answers.ts';
import { mayApproveAnything } from './approver.ts';
import type { InputOf } from './definitions.ts';
import type { Request } from './types.ts';

/** The kill switch: anybody in the incident channel (or at the terminal) stops all repairs. */
export async function pause(ports: Pick<Ports, 'store' | 'file'>, request: Request<InputOf<'pause'>>): Promise<Answer> {
  const { store, file } = ports;
  const elsewhere = notInIncidentChannel(ports, request, 'pause');
  if (elsewhere) return elsewhere;
  return commitWith<Answer>(store, async () => {
    const record = await store.get('pause', 'self');
    if (record?.value.paused) return { result: { say: 'paused', pause: record.value, already: true } };
    const { reason } = request.input;
    const next: PauseRecord = {
      paused: true,
      by: nameOf(request),
      at: await store.now(),
      ...(reason !== '' && { reason }),
    };
    return {
      transaction: setPause(record, next, request.actor, file.cluster),
      result: { say: 'paused', pause: next, already: false },
    };
  });
}

/** Approvers allow repairs again. Whoever can reach Redis from a terminal counts as one. */
export async function resume(
  ports: Pick<Ports, 'store' | 'file' | 'directory'>,
  request: Request<InputOf<'resume'>>,
): Promise<Answer> {
  const { store, file } = ports;
  const elsewhere = notInIncidentChannel(ports, request, 'resume');
  if (elsewhere) return elsewhere;
  if (request.actor.kind === 'user' && !(await mayApproveAnything(ports, request.actor.user)))
    return { say: 'approvers-only', command: 'resume' };
  return commitWith<Answer>(store, async () => {
    const record = await store.get('pause', 'self');
    if (!record?.value.paused) return { result: { say: 'resumed', already: true } };
    const { reason } = request.input;
    const next: PauseRecord = {
      paused: false,
      by: nameOf(request),
      at: await store.now(),
      ...(reason !== '' && { reason }),
    };
    return {
      transaction: setPause(record, next, request.actor, file.cluster, await heldBack(store)),
      result: { say: 'resumed', already: false },
    };
  });
}

/** Proposals looked at; a resume need not know of more, as their jobs look by themselves. */
const LIMIT = 200;

/** Approved repairs whose jobs wait for the end of the pause. */
async function heldBack(store: Ports['store']): Promise<readonly string[]> {
  const ids = await store.list('proposal', 'live', LIMIT);
  const states = await Promise.all(ids.map(async (id) => (await store.get('proposal', id))?.value.state));
  return ids.filter((_, at) => ['approved', 'queued', 'running'].includes(states[at] ?? ''));
}

function notInIncidentChannel(
  ports: Pick<Ports, 'file'>,
  request: Request<unknown>,
  command: 'pause' | 'resume',
): Answer | undefined {
  const channel = ports.file.slack.incidentChannel;
  const { origin } = request;
  return origin !== undefined && origin.channel !== channel
    ? { say: 'incident-channel-only', command, channel }
    : undefined;
}

function nameOf(request: Request<unknown>): string {
  const { actor } = request;
  return actor.kind === 'user' ? actor.user : actor.kind === 'terminal' ? actor.name : actor.role;
}
