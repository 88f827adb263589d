import type { Values } from '../../diagnosis/types.ts';
import { allSteps } from '../../remediations/parts/steps.ts';
import { isOpen } from '../incident.ts';
import { isFinal } from '../proposal.ts';
import { transition } from '../transition.ts';
import type {
  Actor,
  AuditDraft,
  Incident,
  Proposal,
  ProposalEvent,
  ProposalState,
  Put,
  TargetRecord,
  ThreadContent,
  Transaction,
  Versioned,
} from '../types.ts';
import { addJob, type Change, paintCard, paintIncident, posts, put, targetKey, telling } from './parts.ts';
import { report } from './report.ts';

/** What a change of a proposal needs read; `readForProposal` of the store reads it. */
export interface ProposalReads {
  readonly proposal: Versioned<Proposal>;
  readonly incident: Versioned<Incident>;
  readonly target: Versioned<TargetRecord> | undefined;
  /** Of an undo: the proposal that it takes back. */
  readonly original?: Versioned<Proposal> | undefined;
}

export interface Extras {
  /** Further values of the audit entry. Never secrets. */
  readonly values?: Values;
  /** Further messages in the thread, after the event's own. */
  readonly posts?: readonly ThreadContent[];
  /** Further records in the same write. */
  readonly puts?: readonly Put[];
}

/** Applies an event: record, audit, card, thread, queue, locks, target record and the incident's status in one write. */
export function changeProposal(
  reads: ProposalReads,
  event: ProposalEvent,
  actor: Actor,
  extras: Extras = {},
): Change<Proposal> {
  const { proposal, incident } = reads;
  const moved = transition(proposal.value, event);
  if (!moved.ok) return moved;
  const next = moved.next;
  const told = report(proposal.value, next, event, incident.value);
  const audit = told.audit.map(
    (entry): AuditDraft => ({
      what: entry.what,
      actor,
      cluster: next.target.cluster,
      incident: next.incident,
      proposal: next.id,
      values: { ...entry.values, ...extras.values },
    }),
  );
  const contents = [...told.posts, ...(extras.posts ?? [])];
  const surroundings = around(reads, next, event);
  const takenBack = next.undoes !== undefined && next.state === 'succeeded' ? reads.original : undefined;
  const transaction: Transaction = {
    puts: [
      put('proposal', next.id, proposal, next),
      ...surroundings,
      ...(takenBack ? [put('proposal', takenBack.value.id, takenBack, { ...takenBack.value, undoneBy: next.id })] : []),
      ...(extras.puts ?? []),
    ],
    ...locks(proposal.value, next, event),
    audit,
    outbox: [
      ...(told.paint ? [paintCard(next)] : []),
      ...(takenBack ? [paintCard(takenBack.value)] : []),
      ...(surroundings.length > 0 ? [paintIncident(next.incident)] : []),
      ...posts(next.incident, telling(next.id, proposal), contents),
      ...jobs(proposal.value, next, event),
    ],
  };
  return { ok: true, transaction, next };
}

/** The incident and the target follow what becomes of the proposal; written only when they change. */
function around({ incident, target }: ProposalReads, next: Proposal, event: ProposalEvent): Put[] {
  const puts: Put[] = [];
  const { value } = incident;
  // An older proposal that ends late does not speak for the incident any more.
  const isNewest = value.proposals.at(-1) === next.id;
  const open = isOpen(value);
  const goesOn = event.on === 'verified' && event.beside === true;
  const status = goesOn ? 'diagnosed' : (STATUS[next.state] ?? value.status);
  if (open && isNewest && status !== value.status)
    puts.push(
      put('incident', value.id, incident, {
        ...value,
        status,
        ...(status === 'resolved' ? { repairedAt: event.at, closedAt: event.at } : {}),
      }),
    );
  // The fault may be back: what was resolved is open again, unless somebody opened another incident about it meanwhile.
  const reopens = !open && isNewest && goesOn && next.undoes !== undefined && target?.value.openIncident === undefined;
  if (reopens) puts.push(put('incident', value.id, incident, reopened(value)));
  if (target === undefined) return puts;
  if (reopens) return [...puts, put('target', targetKey(next.target), target, { openIncident: value.id })];
  const after: TargetRecord = without(target.value, {
    openIncident: status === 'resolved' && isNewest ? value.id : undefined,
    liveProposal: isFinal(next.state) ? next.id : undefined,
  });
  if (Object.keys(after).length !== Object.keys(target.value).length)
    puts.push(put('target', targetKey(next.target), target, after));
  return puts;
}

function reopened({ closedAt: _closed, repairedAt: _repaired, closeReason: _reason, ...before }: Incident): Incident {
  return { ...before, status: 'diagnosed' };
}

/** What an incident's status becomes when its newest proposal gets into a state; `preparing` leaves it. */
const STATUS: Readonly<Partial<Record<ProposalState, Incident['status']>>> = {
  proposed: 'awaiting-approval',
  approved: 'repairing',
  queued: 'repairing',
  running: 'repairing',
  verifying: 'repairing',
  unknown: 'repairing',
  succeeded: 'resolved',
  unhealthy: 'diagnosed',
  failed: 'diagnosed',
  denied: 'diagnosed',
  expired: 'diagnosed',
  voided: 'diagnosed',
  superseded: 'diagnosed',
};

/** The record without those of its fields that hold the given values. */
function without(record: TargetRecord, held: { readonly [K in keyof TargetRecord]: string | undefined }): TargetRecord {
  return {
    ...(record.openIncident === undefined || record.openIncident === held.openIncident
      ? {}
      : { openIncident: record.openIncident }),
    ...(record.liveProposal === undefined || record.liveProposal === held.liveProposal
      ? {}
      : { liveProposal: record.liveProposal }),
  };
}

/** Locks on every object that the steps write: taken at the start, kept while the outcome is unknown, released at the end. */
function locks(before: Proposal, next: Proposal, event: ProposalEvent): Pick<Transaction, 'acquire' | 'release'> {
  const steps = next.plan ? allSteps(next.plan) : [];
  const uids = steps.flatMap((step) => (step.object.uid === undefined ? [] : [step.object.uid]));
  if (uids.length === 0) return {};
  const held = { owner: next.id, uids: [...new Set(uids)] };
  if (event.on === 'start') return { acquire: held };
  return isFinal(next.state) && before.startedAt !== undefined ? { release: held } : {};
}

function jobs(before: Proposal, next: Proposal, event: ProposalEvent) {
  const approved = before.state === 'proposed' && next.state === 'approved';
  const happened = event.on === 'resolve-unknown' && next.state === 'verifying';
  return approved || happened || event.on === 'ask-again' ? [addJob('execute', next.id)] : [];
}
