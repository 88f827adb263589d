import { isOpen } from '../incident.ts';
import type { Actor, Incident, Proposal, TargetRecord, Transaction, Versioned } from '../types.ts';
import { type Change, paintIncident, posts, put, targetKey, telling } from './parts.ts';
import { supersede } from './start.ts';

interface Closing {
  readonly incident: Versioned<Incident>;
  readonly target: Versioned<TargetRecord> | undefined;
  /** The target's live proposal: superseded, or a reason to refuse when it is approved or running. */
  readonly live: Versioned<Proposal> | undefined;
  readonly by: Actor;
  readonly at: string;
  readonly reason?: string;
  /** `resolved` when it is healthy again. */
  readonly as: 'closed' | 'resolved';
}

/** Ends an incident that no repair ended, and takes its open card back. */
export function closeIncident(closing: Closing): Change<Incident> {
  const { incident, target, live, by, at, reason } = closing;
  const { value } = incident;
  if (!isOpen(value)) return { ok: false, refusal: { code: 'already-decided', values: { state: value.status } } };
  const superseded = supersede(live, by, at);
  if (!superseded.ok) return superseded;
  const { progress: _over, ...before } = value;
  const next: Incident = {
    ...before,
    status: closing.as,
    closedAt: at,
    ...(reason === undefined ? {} : { closeReason: reason }),
  };
  const closed = {
    what: 'closed',
    actor: by,
    cluster: value.target.cluster,
    incident: value.id,
    values: { as: closing.as, ...(reason === undefined ? {} : { reason }) },
  } as const;
  const transaction: Transaction = {
    puts: [
      ...superseded.puts,
      put('incident', value.id, incident, next),
      ...(target === undefined ? [] : [put('target', targetKey(value.target), target, {})]),
    ],
    audit: [...superseded.audit, closed],
    outbox: [
      ...superseded.outbox,
      paintIncident(value.id),
      ...posts(value.id, telling(value.id, incident), [{ say: 'audit', seq: superseded.audit.length }]),
    ],
  };
  return { ok: true, transaction, next };
}

/** Somebody takes the incident. */
export function takeOwnership(incident: Versioned<Incident>, by: Actor): Transaction {
  const { value } = incident;
  return {
    puts: [put('incident', value.id, incident, { ...value, owner: by })],
    audit: [{ what: 'owner-changed', actor: by, cluster: value.target.cluster, incident: value.id, values: {} }],
    outbox: [paintIncident(value.id)],
  };
}
