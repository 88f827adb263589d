/** The records of an incident, and what is written with them. */

export type * from './types/actor.ts';
export type * from './types/approval.ts';
export * from './types/audit.ts';
export * from './types/incident.ts';
export type * from './types/outbox.ts';
export * from './types/proposal.ts';
export type * from './types/proposal-event.ts';
export type * from './types/records.ts';
