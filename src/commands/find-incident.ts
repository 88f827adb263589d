import { isOpen } from '../incidents/incident.ts';
import type { Incident, Versioned } from '../incidents/types.ts';
import type { Store } from '../store/types.ts';
import type { Answer } from './answers.ts';
import type { CommandName } from './definitions.ts';
import type { SlackOrigin } from './types.ts';

/** More open incidents than anybody reads in a chat. */
const LISTED = 20;

/** Open incidents, newest first. */
export async function openIncidents(store: Store): Promise<readonly Incident[]> {
  const ids = await store.list('incident', 'live', LISTED);
  const records = await Promise.all(ids.map((id) => store.get('incident', id)));
  return records.flatMap((record) => (record && isOpen(record.value) ? [record.value] : []));
}

/**
 * The incident a person means: the one they named, the one of the thread, else the only open one. Several → they are asked.
 */
export async function meantIncident(
  store: Store,
  command: CommandName,
  named: string | undefined,
  origin: SlackOrigin | undefined,
): Promise<{ readonly found: Versioned<Incident> } | { readonly answer: Answer }> {
  if (named !== undefined) {
    const record = await store.get('incident', named);
    return record ? { found: record } : { answer: { say: 'no-incident', id: named } };
  }
  const open = await openIncidents(store);
  const inThread =
    origin?.thread === undefined
      ? []
      : open.filter((one) => one.channel === origin.channel && one.root === origin.thread);
  const candidates = inThread.length > 0 ? inThread : open;
  const [only, ...others] = candidates;
  if (only === undefined) return { answer: { say: 'no-incident' } };
  if (others.length > 0) return { answer: { say: 'which-incident', open: candidates, command } };
  const record = await store.get('incident', only.id);
  return record ? { found: record } : { answer: { say: 'no-incident', id: only.id } };
}
