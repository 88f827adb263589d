import type { Diagnosis, Verdict } from '../../diagnosis/types.ts';
import type { Refusal } from '../../remediations/types.ts';
import type { RunbookId } from '../../runbooks/ids.ts';
import type { Actor, AuditDraft, Incident, Priority, ThreadContent, Transaction, Versioned } from '../types.ts';
import { paintIncident, posts, put, telling } from './parts.ts';

interface Diagnosed {
  readonly diagnosis: Diagnosis;
  readonly refusals: readonly Refusal[];
  readonly by: Actor;
  /** `thread` posts the sections and the verdict; `nothing` is for the diagnosis after a repair, whose result `verified` tells. */
  readonly tell: 'thread' | 'nothing';
  /** A proposal is made of it next: until then nobody is told that a person has to repair it. */
  readonly proposing?: boolean;
  /** Diagnoses that are kept whatever their age. */
  readonly referred?: ReadonlySet<string>;
}

/** Newest diagnoses that an incident keeps. Messages that are not posted yet tell of them; a slow Slack may be some behind. */
const KEPT = 12;

const PRIORITY = { broken: 'P1', degraded: 'P2', inconclusive: 'P2', healthy: 'P3' } as const satisfies Record<
  Verdict,
  Priority
>;

/** Runbooks of the steps that an engineer would take first, in this order. */
const NEXT_STEPS: readonly RunbookId[] = ['operator-logs', 'rbac', 'statefulset', 'chart-version'];

/** Id that the next diagnosis of an incident gets. */
export function nextDiagnosisId({ id, diagnoses }: Incident): string {
  const last = diagnoses.at(-1)?.slice(`${id}.d`.length) ?? '0';
  return `${id}.d${Number(last) + 1}`;
}

/** Stores a diagnosis and makes it the incident's newest. Old ones that nothing refers to are forgotten; the audit has what they came to. */
export function recordDiagnosis(incident: Versioned<Incident>, diagnosed: Diagnosed): Transaction {
  const { diagnosis, refusals, by, tell } = diagnosed;
  const id = nextDiagnosisId(incident.value);
  const { progress: _over, cause: _cause, sameAgainAt: _before, ...before } = incident.value;
  const old = before.diagnoses.slice(0, 1 - KEPT).filter((one) => diagnosed.referred?.has(one) === false);
  const next: Incident = {
    ...before,
    status: statusAfter(before),
    // A repaired incident keeps the priority it had.
    priority: tell === 'nothing' ? before.priority : PRIORITY[diagnosis.verdict],
    diagnoses: [...before.diagnoses.filter((one) => !old.includes(one)), id],
    verdict: diagnosis.verdict,
    ...(diagnosis.rootCause === null ? {} : { cause: diagnosis.rootCause.cause }),
    ...firstBlind(before, diagnosis),
    ...(diagnosed.proposing === true && { progress: 'proposing' }),
  };
  return {
    puts: [
      put('diagnosis', id, undefined, { id, incident: before.id, diagnosis, refusals }),
      put('incident', before.id, incident, next),
    ],
    ...(old.length > 0 && { forget: old.map((one) => ({ kind: 'diagnosis', id: one }) as const) }),
    audit: [diagnosedEntry(before, id, diagnosis, by)],
    outbox: [
      paintIncident(before.id),
      ...(tell === 'thread' ? posts(before.id, telling(before.id, incident), said(id, diagnosis)) : []),
    ],
  };
}

/** The cluster was read again and says the same as the newest diagnosis `id`: the incident's message says when, and the thread nothing. */
export function recordSameAgain(
  incident: Versioned<Incident>,
  { diagnosis, by, proposing }: Pick<Diagnosed, 'diagnosis' | 'by' | 'proposing'>,
  id: string,
): Transaction {
  const { progress: _over, ...before } = incident.value;
  const next: Incident = {
    ...before,
    status: statusAfter(before),
    sameAgainAt: diagnosis.at,
    ...(proposing === true && { progress: 'proposing' }),
  };
  return {
    puts: [put('incident', before.id, incident, next)],
    audit: [diagnosedEntry(before, id, diagnosis, by)],
    outbox: [paintIncident(before.id)],
  };
}

function statusAfter({ status }: Pick<Incident, 'status'>): Incident['status'] {
  return status === 'investigating' ? 'diagnosed' : status;
}

function diagnosedEntry({ id: incident, target }: Incident, id: string, diagnosis: Diagnosis, by: Actor): AuditDraft {
  return {
    what: 'diagnosed',
    actor: by,
    cluster: target.cluster,
    incident,
    values: {
      diagnosis: id,
      verdict: diagnosis.verdict,
      cause: diagnosis.rootCause?.cause ?? '',
      certainty: diagnosis.rootCause?.certainty ?? '',
    },
  };
}

/** No proposal came of a diagnosis after all. */
export function proposedNothing(incident: Versioned<Incident>): Transaction {
  const { id } = incident.value;
  return {
    puts: [put('incident', id, incident, withoutProposing(incident.value))],
    audit: [],
    outbox: [paintIncident(id)],
  };
}

/** An incident whose next proposal is there, or won't come. A diagnosis that is under way stays so. */
export function withoutProposing(incident: Incident): Incident {
  const { progress, ...rest } = incident;
  return progress === 'proposing' ? rest : incident;
}

/** Monitoring is blind since the first time that any diagnosis of the incident showed. */
function firstBlind(incident: Incident, diagnosis: Diagnosis): Pick<Incident, 'blindSince' | 'blindAtLeast'> {
  const { blindSince, blindAtLeast } = incident.blindSince === undefined ? diagnosis : incident;
  return { ...(blindSince !== undefined && { blindSince }), ...(blindAtLeast && { blindAtLeast }) };
}

/**
 * The next steps of an incident get a message each, in their order, also when they found nothing. The neighbours share one: a channel takes
 * about a message a second, and the card waits behind them.
 */
function said(id: string, diagnosis: Diagnosis): ThreadContent[] {
  const steps = diagnosis.byRunbook.filter(({ runbook }) => NEXT_STEPS.includes(runbook));
  const [first, ...others] = diagnosis.byRunbook
    .filter(({ runbook, findings }) => !NEXT_STEPS.includes(runbook) && findings.length > 0)
    .map(({ runbook }) => runbook);
  return [
    ...steps.map(({ runbook }) => ({ say: 'section', diagnosis: id, runbook }) as const),
    ...(first === undefined ? [] : [{ say: 'section', diagnosis: id, runbook: first, also: others } as const]),
    { say: 'diagnosis', diagnosis: id },
  ];
}
