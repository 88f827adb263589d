import type { Diagnosis } from '../diagnosis/types.ts';
import { startProposal, targetKey } from '../incidents/changes.ts';
import { isOpen } from '../incidents/incident.ts';
import { isUndecided } from '../incidents/proposal.ts';
import type { Incident } from '../incidents/types.ts';
import type { Ports } from '../ports.ts';
import { UNDO } from '../remediations/ids.ts';
import { chosenRepair, REMEDIATIONS } from '../remediations/index.ts';
import { warnings } from '../remediations/parts/tried.ts';
import type { Refusal } from '../remediations/types.ts';
import { commitWith } from '../store/decide.ts';
import { proposalsOf, triedIn } from '../store/history.ts';
import type { Answer } from './answers.ts';
import type { InputOf } from './definitions.ts';
import { meantIncident, openIncidents } from './find-incident.ts';
import type { Request } from './types.ts';
import { undo } from './undo.ts';
import { mayReplace } from './whose.ts';

/**
 * Prepares a repair for the newest diagnosis of an open incident, in place of the one that is proposed if the person may replace that. Whether
 * it can be offered now is found out by the worker, from fresh evidence; the card says so.
 */
export async function fix(
  ports: Pick<Ports, 'store' | 'approvalKey' | 'file' | 'directory'>,
  request: Request<InputOf<'fix'>>,
): Promise<Answer> {
  const { store } = ports;
  const { repair } = request.input;
  if (repair === UNDO) {
    const incident = await namedIncident(store, request.input);
    if (incident === null) return { say: 'no-incident' };
    return undo(ports, { incident, origin: request.origin }, request.actor);
  }
  return commitWith<Answer>(store, async () => {
    const named = await namedIncident(store, request.input);
    if (named === null) return { result: { say: 'no-incident' } };
    const meant = await meantIncident(store, 'fix', named, request.origin);
    if ('answer' in meant) return { result: meant.answer };
    const incident = meant.found;
    const diagnosis = await diagnosisOf(store, incident.value);
    const earlier = await proposalsOf(store, incident.value.proposals);
    const tried = await triedIn(store, earlier);
    const chosen = chosenRepair(diagnosis, repair, tried);
    if ('refused' in chosen) return { result: notOffered(chosen) };
    const { remediation, cause } = chosen;
    const { version } = request.input;
    const target = await store.get('target', targetKey(incident.value.target));
    const older =
      target?.value.liveProposal === undefined ? undefined : await store.get('proposal', target.value.liveProposal);
    const before = diagnosis ? warnings({ remediation: remediation.id, version }, diagnosis, tried) : [];
    const said = { say: 'preparing', incident: incident.value, remediation: remediation.id, before } as const;
    // A second card would only take away the approvals of the first.
    if (
      older &&
      older.value.remediation === remediation.id &&
      older.value.cause === cause &&
      older.value.version === version &&
      isUndecided(older.value)
    )
      return { result: { ...said, already: true } };
    if (!(await mayReplace(ports, incident.value, older?.value, request.actor)))
      return { result: { say: 'take-first', incident: incident.value, to: 'replace' } };
    const started = startProposal({
      incident,
      target,
      older,
      earlier,
      remediation: remediation.id,
      cause,
      risk: remediation.risk,
      by: request.actor,
      at: await store.now(),
      approvalKey: ports.approvalKey,
      ...(version !== undefined && { version }),
    });
    if (!started.ok) return { result: { say: 'not-now', ...started.refusal } };
    return { transaction: started.transaction, result: { ...said, already: false } };
  });
}

/** The incident's number as typed, or that of the open incident about the resource that was named; null when there is none. */
async function namedIncident(
  store: Ports['store'],
  { incident, target }: InputOf<'fix'>,
): Promise<string | undefined | null> {
  if (incident !== undefined || target === undefined) return incident;
  const open = await openIncidents(store);
  const about = open.find(
    (one) =>
      one.target.name === target.name &&
      (target.namespace ?? one.target.namespace) === one.target.namespace &&
      (target.kind ?? one.target.kind) === one.target.kind,
  );
  return about?.id ?? null;
}

/** A closed incident has nothing to repair any more, whatever was found in it. */
async function diagnosisOf(store: Ports['store'], incident: Incident): Promise<Diagnosis | null> {
  const newest = incident.diagnoses.at(-1);
  if (newest === undefined || !isOpen(incident)) return null;
  return (await store.get('diagnosis', newest))?.value.diagnosis ?? null;
}

function notOffered(refusal: Refusal): Answer {
  const known = refusal.code === 'unknown-remediation' ? REMEDIATIONS.map(({ id }) => id) : [];
  return { say: 'not-offered', refusal, known };
}
