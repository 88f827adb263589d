import type { Diagnosis, Verdict } from '../../diagnosis/types.ts';
import type { Refusal } from '../../remediations/types.ts';
import type { RunbookId } from '../../runbooks/ids.ts';
import type { Transaction, Versioned } from '../../store/types.ts';
import type { Actor, Incident, Priority, ThreadContent } from '../types.ts';
import { paintIncident, posts, put, telling } from './parts.ts';

interface Diagnosed {
  readonly diagnosis: Diagnosis;
  readonly refusals: readonly Refusal[];
  readonly by: Actor;
  /** `thread` posts the sections and the verdict; `nothing` is for the diagnosis after a repair, whose result `verified` tells. */
  readonly tell: 'thread' | 'nothing';
  /** A proposal is made of it next: until then nobody is told that a person has to repair it. */
  readonly proposing?: boolean;
}

const PRIORITY = { broken: 'P1', degraded: 'P2', inconclusive: 'P2', healthy: 'P3' } as const satisfies Record<
  Verdict,
  Priority
>;

/** Runbooks of the steps that an engineer would take first, in this order. */
const NEXT_STEPS: readonly RunbookId[] = ['operator-logs', 'rbac', 'statefulset', 'chart-version'];

/** Id that the next diagnosis of an incident gets. */
export function nextDiagnosisId(incident: Incident): string {
  return `${incident.id}.d${incident.diagnoses.length + 1}`;
}

/** Stores a diagnosis and makes it the incident's newest. */
export function recordDiagnosis(incident: Versioned<Incident>, diagnosed: Diagnosed): Transaction {
  const { diagnosis, refusals, by, tell } = diagnosed;
  const id = nextDiagnosisId(incident.value);
  const { progress: _over, cause: _cause, ...before } = incident.value;
  const next: Incident = {
    ...before,
    status: before.status === 'investigating' ? 'diagnosed' : before.status,
    // A repaired incident keeps the priority it had.
    priority: tell === 'nothing' ? before.priority : PRIORITY[diagnosis.verdict],
    diagnoses: [...before.diagnoses, id],
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
    audit: [
      {
        what: 'diagnosed',
        actor: by,
        cluster: before.target.cluster,
        incident: before.id,
        values: {
          diagnosis: id,
          verdict: diagnosis.verdict,
          cause: diagnosis.rootCause?.cause ?? '',
          certainty: diagnosis.rootCause?.certainty ?? '',
        },
      },
    ],
    outbox: [
      paintIncident(before.id),
      ...(tell === 'thread' ? posts(before.id, telling(before.id, incident), said(id, diagnosis)) : []),
    ],
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
