import type { ClusterIdentity } from '../../remediations/types.ts';
import type { AuditDraft } from './audit.ts';
import type { Incident, StoredDiagnosis } from './incident.ts';
import type { OutboxEntry, PostedMessage } from './outbox.ts';
import type { Proposal } from './proposal.ts';

/** At most one open incident per target and one live proposal per target. Id of the record: `targetKey(target)`. */
export interface TargetRecord {
  readonly openIncident?: string;
  readonly liveProposal?: string;
}
/** The one installation that may use this Redis (prefix). Id: `self`. */
export interface InstallationRecord {
  readonly cluster: ClusterIdentity;
  readonly since: string;
}
/** The kill switch. Id: `self`. */
export interface PauseRecord {
  readonly paused: boolean;
  readonly by: string;
  readonly at: string;
  readonly reason?: string;
}

export interface Records {
  incident: Incident;
  proposal: Proposal;
  diagnosis: StoredDiagnosis;
  target: TargetRecord;
  message: PostedMessage;
  installation: InstallationRecord;
  pause: PauseRecord;
}
export type RecordKind = keyof Records;

/** `version` starts at 1 and grows by one with every write. */
export interface Versioned<T> {
  readonly value: T;
  readonly version: number;
}

/** A record to write; `expect` is the version that was read, 0 = must not exist yet. */
export type Put = {
  [K in RecordKind]: { readonly kind: K; readonly id: string; readonly expect: number; readonly value: Records[K] };
}[RecordKind];

/** With a proposal goes what is known of its card. */
export interface Forgotten {
  readonly kind: 'diagnosis' | 'proposal';
  readonly id: string;
}

/** All or nothing: records, locks, audit entries and outbox in one atomic write. */
export interface Transaction {
  readonly puts: readonly Put[];
  /** Records that nothing refers to any more: they go by themselves after some hours. */
  readonly forget?: readonly Forgotten[];
  /** Locks on written objects, by uid; owned by a proposal, released only by it (no TTL). All or none are taken. */
  readonly acquire?: { readonly owner: string; readonly uids: readonly string[] };
  readonly release?: { readonly owner: string; readonly uids: readonly string[] };
  readonly audit: readonly AuditDraft[];
  readonly outbox: readonly OutboxEntry[];
}
