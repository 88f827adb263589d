import { startProposal, targetKey } from '../incidents/changes.ts';
import { isFinal } from '../incidents/proposal.ts';
import type { Actor, Incident, Proposal, Versioned } from '../incidents/types.ts';
import { whyNotUndoable } from '../incidents/undo.ts';
import type { Ports } from '../ports.ts';
import { UNDO } from '../remediations/ids.ts';
import { remediationById } from '../remediations/index.ts';
import { type Reason, refuse } from '../remediations/parts/refuse.ts';
import { riskOfUndo } from '../remediations/parts/undo.ts';
import { commitWith } from '../store/decide.ts';
import { proposalsOf } from '../store/history.ts';
import type { Answer } from './answers.ts';
import type { SlackOrigin } from './types.ts';
import { mayReplace } from './whose.ts';

type Store = Ports['store'];

/** Incidents looked at for a repair to take back, when none is named. */
const LOOKED_AT = 20;

/** Which repair is meant: the one of a card, or the newest of an incident. */
type Meant =
  | { readonly proposal: string }
  | { readonly incident: string | undefined; readonly origin: SlackOrigin | undefined };

/**
 * Proposes to take a repair back. Whether the objects still are as it left them is found out by the worker; the new card says so. Approved and
 * carried out like any repair.
 */
export async function undo(
  ports: Pick<Ports, 'store' | 'approvalKey' | 'file' | 'directory'>,
  meant: Meant,
  by: Actor,
): Promise<Answer> {
  const { store, approvalKey } = ports;
  return commitWith<Answer>(store, async () => {
    const found = await originalOf(store, meant);
    if ('answer' in found) return { result: found.answer };
    const { id, incident: incidentId, cause, plan } = found.original;
    const why = whyNotUndoable(found.original);
    const repair = plan && remediationById(plan.remediation);
    if (why || !repair) return { result: notOffered(why ?? refuse('nothing-to-undo')) };
    const incident = await store.get('incident', incidentId);
    if (!incident) return { result: { say: 'no-incident', id: incidentId } };
    const target = await store.get('target', targetKey(incident.value.target));
    const live = target?.value.liveProposal;
    const older = live === undefined ? undefined : await store.get('proposal', live);
    const said = { say: 'preparing', incident: incident.value, remediation: UNDO } as const;
    if (older?.value.undoes === id && !isFinal(older.value.state)) return { result: { ...said, already: true } };
    if (!(await mayReplace(ports, incident.value, older?.value, by)))
      return { result: { say: 'take-first', incident: incident.value, to: 'replace' } };
    const started = startProposal({
      incident,
      target,
      older,
      earlier: await proposalsOf(store, incident.value.proposals),
      remediation: UNDO,
      cause,
      risk: riskOfUndo(repair.risk),
      by,
      at: await store.now(),
      approvalKey,
      undoes: id,
    });
    if (!started.ok) return { result: { say: 'not-now', ...started.refusal } };
    return { transaction: started.transaction, result: { ...said, already: false } };
  });
}

type Found = { readonly original: Proposal } | { readonly answer: Answer };

async function originalOf(store: Store, meant: Meant): Promise<Found> {
  if ('proposal' in meant) {
    const record = await store.get('proposal', meant.proposal);
    return record ? { original: record.value } : { answer: notOffered(refuse('nothing-to-undo')) };
  }
  const incidents = await candidates(store, meant);
  if (meant.incident !== undefined && incidents.length === 0)
    return { answer: { say: 'no-incident', id: meant.incident } };
  const repairs = await Promise.all(
    incidents.map(async ({ value }) => ({ value, repair: await newest(store, value) })),
  );
  const withRepair = repairs.flatMap(({ value, repair }) => (repair ? [{ value, repair }] : []));
  const possible = withRepair.filter(({ repair }) => whyNotUndoable(repair) === undefined);
  const [one, ...others] = possible.length > 0 ? possible : withRepair.slice(0, 1);
  if (one === undefined) return { answer: notOffered(refuse('nothing-to-undo')) };
  if (others.length > 0)
    return { answer: { say: 'which-incident', open: possible.map(({ value }) => value), command: 'fix', words: UNDO } };
  return { original: one.repair };
}

/** The named incident, the one of the thread, or the newest ones; resolved ones as well, for that is where a repair is taken back. */
async function candidates(
  store: Store,
  { incident, origin }: Extract<Meant, { origin: unknown }>,
): Promise<readonly Versioned<Incident>[]> {
  const ids = incident === undefined ? await store.list('incident', 'all', LOOKED_AT) : [incident];
  const records = (await Promise.all(ids.map((id) => store.get('incident', id)))).flatMap((record) => record ?? []);
  if (incident !== undefined || origin?.thread === undefined) return records;
  const here = records.filter(({ value }) => value.channel === origin.channel && value.root === origin.thread);
  return here.length > 0 ? here : records;
}

/** The newest repair that was carried out, or, to say why not, the newest at all. */
async function newest(store: Store, { proposals }: Incident): Promise<Proposal | undefined> {
  const newestFirst = (await proposalsOf(store, proposals)).toReversed();
  const repairs = newestFirst.filter(({ remediation }) => remediation !== UNDO);
  return repairs.find(({ state }) => state === 'succeeded' || state === 'unhealthy') ?? repairs[0];
}

function notOffered(reason: Reason): Answer {
  return { say: 'not-offered', refusal: { remediation: UNDO, ...reason }, known: [] };
}
