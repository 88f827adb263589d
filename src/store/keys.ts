import type { RecordKind } from '../incidents/types.ts';

/** Everything lives under one hash tag, so that one script may write all of it in a Redis Cluster, too. */
export const PREFIX = '{promfix}';
/** BullMQ's keys are beside ours, in the same slot. */
export const BULL_PREFIX = `${PREFIX}:bull`;

export const keys = {
  record: (kind: RecordKind, id: string) => `${PREFIX}:${kind}:${id}`,
  index: (kind: 'incident' | 'proposal', which: 'live' | 'all') => `${PREFIX}:index:${kind}:${which}`,
  locks: `${PREFIX}:locks`,
  audit: `${PREFIX}:audit`,
  auditHead: `${PREFIX}:audit-head`,
  incidentNumber: `${PREFIX}:incident-number`,
  once: (key: string) => `${PREFIX}:once:${key}`,
  kept: (name: string) => `${PREFIX}:kept:${name}`,
  outbox: (to: 'slack' | 'queue') => `${PREFIX}:outbox:${to}`,
  outboxEntry: (to: 'slack' | 'queue', id: string) => `${PREFIX}:outbox:${to}:${id}`,
  outboxRevision: `${PREFIX}:outbox-revision`,
  /** Channel on which writers say that something is in the outbox. */
  wake: (to: 'slack' | 'queue') => `${PREFIX}:wake:${to}`,
} as const;
