import { isDeepStrictEqual } from 'node:util';
import type { CauseSlug } from '../diagnosis/causes.ts';
import { saysTheSame } from '../diagnosis/same.ts';
import type { Diagnosis } from '../diagnosis/types.ts';
import type { Evidence, Target } from '../evidence/types.ts';
import { unreadEvidence } from '../evidence/unread-evidence.ts';
import {
  closeIncident,
  continueIncident,
  openIncident,
  proposedNothing,
  recordDiagnosis,
  recordSameAgain,
  startProposal,
  targetKey,
} from '../incidents/changes.ts';
import { isOpen } from '../incidents/incident.ts';
import { isUndecided } from '../incidents/proposal.ts';
import { isRequesterKnown } from '../incidents/requester-mac.ts';
import type { Actor, Incident, Proposal, Versioned } from '../incidents/types.ts';
import { KubeError } from '../kubernetes/types.ts';
import type { Ports } from '../ports.ts';
import type { RepairId } from '../remediations/ids.ts';
import { chosenRepair, planFor, remediationById } from '../remediations/index.ts';
import type { Circumstances, Refusal, Risk } from '../remediations/types.ts';
import { commitWith } from '../store/decide.ts';
import { historyOf, proposalsOf, referencesOf, triedIn } from '../store/history.ts';

export type InvestigatePorts = Pick<Ports, 'cluster' | 'store' | 'log' | 'now' | 'approvalKey'> & {
  /** `diagnose` of the diagnosis room; pure. */
  readonly judge: (evidence: Evidence) => Diagnosis;
};

const BOT: Actor = { kind: 'system', role: 'bot' };
/** After this a reading that was begun is taken for lost (its bot died) and may be begun again. */
const READING_SECONDS = 30;
/** Seconds after a reading within which it is not begun again: its messages would keep the incident's card waiting. */
const FRESH_SECONDS = 15;

export interface Place {
  readonly channel: string;
  /** The thread it was asked in. */
  readonly root?: string;
}
export interface Opened {
  readonly incident: Incident;
  readonly how: 'opened' | 'continued' | 'reading-already' | 'read-just-now';
  /** With `read-just-now`. */
  readonly fresh?: Fresh;
}
/** A reading that still holds. */
export interface Fresh {
  readonly secondsAgo: number;
  /** Seconds until the cluster is read again for who asks. */
  readonly againIn: number;
}

/** Opens the target's incident, or continues the one that is open. One that is being read right now is left alone. */
export async function openOrContinue(
  ports: InvestigatePorts,
  target: Target,
  by: Actor,
  place: Place,
  wish?: string,
): Promise<Opened> {
  const { store } = ports;
  let id: string | undefined;
  return commitWith<Opened>(store, async () => {
    const record = await store.get('target', targetKey(target));
    const open =
      record?.value.openIncident === undefined ? undefined : await store.get('incident', record.value.openIncident);
    if (open && isOpen(open.value)) return again(open, by);
    id ??= `inc-${await store.nextIncidentNumber()}`;
    await claimReading(store, id);
    const at = await store.now();
    const { approvalKey } = ports;
    const opening = { id, target, record, by, at, approvalKey, ...place, ...(wish !== undefined && { wish }) };
    const transaction = openIncident(opening);
    return { transaction, result: { incident: incidentIn(transaction.puts), how: 'opened' } };
  });

  async function again(open: Versioned<Incident>, actor: Actor) {
    const fresh = open.value.progress === undefined ? await freshOf(store, open.value) : undefined;
    if (fresh) return { result: { incident: open.value, how: 'read-just-now', fresh } as const };
    const claimed = await claimReading(store, open.value.id);
    if (!claimed && open.value.progress !== undefined)
      return { result: { incident: open.value, how: 'reading-already' } as const };
    const transaction = continueIncident(open, actor);
    return { transaction, result: { incident: incidentIn(transaction.puts), how: 'continued' } as const };
  }
}

/** Of an incident that was read so lately that another look would say the same. */
async function freshOf(store: Ports['store'], { diagnoses, sameAgainAt }: Incident): Promise<Fresh | undefined> {
  const newest = diagnoses.at(-1);
  const record = newest === undefined ? undefined : await store.get('diagnosis', newest);
  const readAt = sameAgainAt ?? record?.value.diagnosis.at;
  if (readAt === undefined) return undefined;
  const seconds = (Date.parse(await store.now()) - Date.parse(readAt)) / 1000;
  if (Math.abs(seconds) >= FRESH_SECONDS) return undefined;
  const secondsAgo = Math.max(0, Math.floor(seconds));
  return { secondsAgo, againIn: FRESH_SECONDS - secondsAgo };
}

/**
 * Claims the reading of an incident. False while somebody else may be at it; the claim runs out by itself, so that the reading of a bot that
 * died is begun again by whoever asks, or by the sweep.
 */
export function claimReading(store: Pick<Ports['store'], 'once'>, id: string): Promise<boolean> {
  return store.once(`reading:${id}`, READING_SECONDS);
}

function incidentIn(puts: readonly { readonly kind: string; readonly value: unknown }[]): Incident {
  const put = puts.find((one) => one.kind === 'incident');
  if (!put) throw new Error('the change writes no incident');
  // A put of kind `incident` holds an Incident; the structural parameter type lost that.
  return put.value as Incident;
}

/** What could be read of the cluster; a cluster that can't be reached is evidence, too. */
export async function readCluster(ports: Pick<Ports, 'cluster' | 'log' | 'now'>, target: Target): Promise<Evidence> {
  try {
    return await ports.cluster.collect(target);
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    ports.log.warn({ target, kind: error.kind }, 'the API server could not be reached');
    return unreadEvidence(target, ports.now().toISOString(), {
      state: 'unread',
      because: 'unavailable',
      detail: error.kind,
    });
  }
}

/** `same-again`: the newest diagnosis still holds, and nothing new is in the thread. */
export type Investigated =
  | { readonly came: 'new' | 'nothing' }
  | { readonly came: 'same-again'; readonly incident: Incident };

/** Reads, judges and records; resolves or proposes. What is off on purpose is in order and yet dark: a person says whether it was meant. Safe to run again. */
export async function investigate(ports: InvestigatePorts, id: string): Promise<Investigated> {
  const { store, log } = ports;
  const found = await store.get('incident', id);
  if (!found || !isOpen(found.value)) return { came: 'nothing' };
  const evidence = await readCluster(ports, found.value.target);
  const diagnosis = ports.judge(evidence);
  let history = await historyOf(store, found);
  const tried = await triedIn(store, history.proposals);
  const offer = await offerFor(ports, evidence, diagnosis, { tried });
  const wished = wishOf(found.value, diagnosis);
  const refusals = [...offer.refusals, ...(wished && 'refused' in wished ? [wished] : [])];
  const next = repairOf(diagnosis, offer.remediation, wished);
  const told = { diagnosis, refusals, by: BOT, tell: 'thread', proposing: next !== undefined } as const;
  const came = await commitWith<Investigated>(store, async () => {
    const incident = await store.get('incident', id);
    if (!incident || !isOpen(incident.value)) return { result: { came: 'nothing' } };
    history = await historyOf(store, incident, history);
    const { referred, untold } = referencesOf(history);
    const newest = incident.value.diagnoses.at(-1);
    const last = newest === undefined || untold.has(newest) ? undefined : await store.get('diagnosis', newest);
    if (last && saysTheSame(last.value.diagnosis, diagnosis) && isDeepStrictEqual(last.value.refusals, refusals)) {
      const transaction = recordSameAgain(incident, told, last.value.id);
      return { transaction, result: { came: 'same-again', incident: incidentIn(transaction.puts) } };
    }
    return { transaction: recordDiagnosis(incident, { ...told, referred }), result: { came: 'new' } };
  });
  if (came.came === 'nothing') return came;
  log.info(
    { incident: id, verdict: diagnosis.verdict, cause: diagnosis.rootCause?.cause, came: came.came },
    'diagnosed',
  );
  if (next !== undefined) await propose(ports, id, next);
  else if (diagnosis.verdict === 'healthy' && !diagnosis.scaledToZero) await resolve(ports, id);
  return came;
}

interface Repair {
  readonly remediation: RepairId;
  readonly cause: CauseSlug;
  readonly risk: Risk;
}

/** The repair that is proposed now: what was asked for by name, or else what the diagnosis calls for. */
function repairOf(
  { rootCause, verdict }: Diagnosis,
  offered: string | undefined,
  wished: ReturnType<typeof wishOf>,
): Repair | undefined {
  if (wished && 'cause' in wished) {
    const { cause, remediation } = wished;
    return { remediation: remediation.id, cause, risk: remediation.risk };
  }
  const remediation = offered === undefined ? undefined : remediationById(offered);
  if (verdict === 'healthy' || remediation === undefined || rootCause === null) return undefined;
  return { remediation: remediation.id, cause: rootCause.cause, risk: remediation.risk };
}

/** Whether the repair that an incident was opened for fits; asked once, by its first diagnosis. */
function wishOf({ wish, diagnoses }: Incident, diagnosis: Diagnosis): ReturnType<typeof chosenRepair> | undefined {
  return wish === undefined || diagnoses.length > 0 ? undefined : chosenRepair(diagnosis, wish);
}

/** Which repair can be offered now, by what the incident knows, and why others can't. The worker works the plan out anew. */
export async function offerFor(
  ports: Pick<Ports, 'cluster' | 'log'>,
  evidence: Evidence,
  diagnosis: Diagnosis,
  circumstances: Circumstances,
): Promise<{ readonly remediation?: RepairId; readonly refusals: readonly Refusal[] }> {
  if (diagnosis.rootCause === null) return { refusals: [] };
  try {
    const offer = planFor(evidence, diagnosis, await ports.cluster.identity(), circumstances);
    return { refusals: offer.refusals, ...(offer.plan && { remediation: offer.plan.remediation }) };
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return { refusals: [] };
  }
}

/** It is healthy: the incident ends by itself. A repair that is under way ends it later. */
async function resolve(ports: InvestigatePorts, id: string): Promise<void> {
  const { store } = ports;
  await commitWith(store, async () => {
    const incident = await store.get('incident', id);
    if (!incident || !isOpen(incident.value)) return { result: undefined };
    const target = await store.get('target', targetKey(incident.value.target));
    const live = await liveProposal(ports, target?.value.liveProposal);
    const closed = closeIncident({ incident, target, live, by: BOT, at: await store.now(), as: 'resolved' });
    return closed.ok ? { transaction: closed.transaction, result: undefined } : { result: undefined };
  });
}

async function propose(ports: InvestigatePorts, id: string, repair: Repair): Promise<void> {
  const { store } = ports;
  const { remediation, cause } = repair;
  await commitWith(store, async () => {
    const incident = await store.get('incident', id);
    if (!incident || !isOpen(incident.value)) return { result: undefined };
    const target = await store.get('target', targetKey(incident.value.target));
    const older = await liveProposal(ports, target?.value.liveProposal);
    // The card that is open already says the same: a second one would only take its approvals away.
    if (older && older.value.remediation === remediation && older.value.cause === cause && isUndecided(older.value))
      return { transaction: proposedNothing(incident), result: undefined };
    const by = incident.value.requestedBy;
    const approvalKey = isRequesterKnown(ports.approvalKey, incident.value) ? ports.approvalKey : undefined;
    const earlier = await proposalsOf(store, incident.value.proposals);
    const at = await store.now();
    const started = startProposal({ incident, target, older, earlier, ...repair, by, at, approvalKey });
    return { transaction: started.ok ? started.transaction : proposedNothing(incident), result: undefined };
  });
}

async function liveProposal(
  ports: Pick<Ports, 'store'>,
  id: string | undefined,
): Promise<Versioned<Proposal> | undefined> {
  return id === undefined ? undefined : ports.store.get('proposal', id);
}
