import type { Target } from '../../evidence/types.ts';
import { requesterMac } from '../requester-mac.ts';
import type { Actor, Incident, TargetRecord, Transaction, Versioned } from '../types.ts';
import { paintIncident, put, targetKey } from './parts.ts';

interface Opening {
  /** `inc-12`, from `store.nextIncidentNumber()` */
  readonly id: string;
  readonly target: Target;
  /** The target's record as read; an incident that is still open there is left to `continueIncident`. */
  readonly record: Versioned<TargetRecord> | undefined;
  readonly by: Actor;
  readonly at: string;
  readonly channel: string;
  /** The thread it was asked in. */
  readonly root?: string;
  readonly wish?: string;
  readonly approvalKey: string;
}

/** A new incident, being read; its message is painted. */
export function openIncident(opening: Opening): Transaction {
  const { id, target, by, at, channel, root, wish } = opening;
  const incident: Incident = {
    id,
    target,
    status: 'investigating',
    priority: 'P2',
    owner: by,
    requestedBy: by,
    requesterMac: requesterMac(opening.approvalKey, { id, at, requestedBy: by }),
    openedAt: at,
    channel,
    ...(root === undefined ? {} : { root }),
    inThread: root !== undefined,
    diagnoses: [],
    proposals: [],
    refusedClicks: 0,
    progress: 'reading',
    ...(wish === undefined ? {} : { wish }),
  };
  const record = opening.record;
  return {
    puts: [
      put('incident', id, undefined, incident),
      put('target', targetKey(target), record, { ...record?.value, openIncident: id }),
    ],
    audit: [asked(incident, by)],
    outbox: [paintIncident(id)],
  };
}

/** Somebody asked again for a target whose incident is open. */
export function continueIncident(incident: Versioned<Incident>, by: Actor): Transaction {
  const { value } = incident;
  // A repair under way keeps its status: reading again does not take it back.
  const status = value.status === 'diagnosed' ? 'investigating' : value.status;
  return {
    puts: [put('incident', value.id, incident, { ...value, status, progress: 'reading' })],
    audit: [asked(value, by)],
    outbox: [paintIncident(value.id)],
  };
}

function asked(incident: Incident, actor: Actor) {
  const { cluster, kind, namespace, name } = incident.target;
  return {
    what: 'asked',
    actor,
    cluster,
    incident: incident.id,
    values: { target: `${kind} ${namespace}/${name}` },
  } as const;
}
