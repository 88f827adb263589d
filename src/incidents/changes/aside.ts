import type { Values } from '../../diagnosis/types.ts';
import type { Actor, Incident, PauseRecord, PostedMessage, Proposal, Transaction, Versioned } from '../types.ts';
import { paintCard, paintIncident, put, wakeJob } from './parts.ts';

interface RefusedClick {
  readonly incident: Versioned<Incident>;
  readonly proposal: string;
  readonly by: Actor;
  /** What was tried, and the code of why it was refused. */
  readonly values: Values & { readonly code: string };
}

/** Audit entry and counter only: the card stays as it is, and nothing is posted for others to read. */
export function refuseClick(click: RefusedClick): Transaction {
  const { value } = click.incident;
  return {
    puts: [put('incident', value.id, click.incident, { ...value, refusedClicks: value.refusedClicks + 1 })],
    audit: [
      {
        what: 'click-refused',
        actor: click.by,
        cluster: value.target.cluster,
        incident: value.id,
        proposal: click.proposal,
        values: click.values,
      },
    ],
    outbox: [],
  };
}

/** The kill switch: `next.paused` stops executions until somebody resumes; then the jobs of `waiting` proposals are woken. */
export function setPause(
  record: Versioned<PauseRecord> | undefined,
  next: PauseRecord,
  actor: Actor,
  cluster: string,
  waiting: readonly string[] = [],
): Transaction {
  const values = next.reason === undefined ? {} : { reason: next.reason };
  return {
    puts: [put('pause', 'self', record, next)],
    audit: [{ what: next.paused ? 'paused' : 'resumed', actor, cluster, values }],
    outbox: next.paused ? [] : waiting.map(wakeJob),
  };
}

/**
 * A message was posted or edited. Given the incident whose own message it is, the incident learns its root (unless it lives in somebody
 * else's thread, which is its root already).
 */
export function recordMessage(
  previous: Versioned<PostedMessage> | undefined,
  message: PostedMessage,
  incident?: Versioned<Incident>,
): Transaction {
  const learns = incident !== undefined && incident.value.root === undefined;
  return {
    puts: [
      put('message', message.id, previous, message),
      ...(learns ? [put('incident', incident.value.id, incident, { ...incident.value, root: message.ts })] : []),
    ],
    audit: [],
    outbox: [],
  };
}

/** Shows a card again, e.g. after a restart. */
export function repaintCard(proposal: Proposal): Transaction {
  return { puts: [], audit: [], outbox: [paintCard(proposal)] };
}

/** Shows an incident's message again. */
export function repaintIncident(incident: Incident): Transaction {
  return { puts: [], audit: [], outbox: [paintIncident(incident.id)] };
}
