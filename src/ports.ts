import type { FileConfig } from './config.ts';
import type { Evidence, Target, TargetKind } from './evidence/types.ts';
import type { ClusterIdentity } from './remediations/types.ts';
import type { Store } from './store/types.ts';

/** What a person named: everything that is missing is looked up (`evidence/find-target.ts`). */
export interface TargetQuery {
  readonly kind?: TargetKind;
  readonly namespace?: string;
  readonly name?: string;
}
export type TargetAnswer =
  | { readonly found: 'one'; readonly target: Target }
  /** Several fit: the person chooses. */
  | { readonly found: 'many'; readonly targets: readonly Target[] }
  /** None fits. A named one that does not exist is still a target (the resource rung is then not reached). */
  | { readonly found: 'none'; readonly query: TargetQuery };

/** Reads the cluster. Implemented by `evidence/collect.ts`. */
export interface ClusterPort {
  identity(): Promise<ClusterIdentity>;
  find(query: TargetQuery): Promise<TargetAnswer>;
  /** Never throws for what could not be read: that is in the evidence. Throws KubeError only when the API server can't be reached at all. */
  collect(target: Target, signal?: AbortSignal): Promise<Evidence>;
}

/** Looks people up in Slack. Fails closed: an error means "not a member". */
export interface DirectoryPort {
  /** Members of a user group, read now. */
  groupMembers(group: string): Promise<readonly string[]>;
  /** Whether the user is a full member of this workspace (no guest, no stranger of a shared channel, not deactivated). */
  isFullMember(user: string): Promise<boolean>;
  /** Whether people of other workspaces can see the channel (Slack Connect). */
  isSharedChannel(channel: string): Promise<boolean>;
  /** How many full members the workspace has; stops counting at `enough`. Throws when Slack can't say. */
  countMembers(enough: number): Promise<number>;
}

export interface Logger {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

/** What commands work with. Each asks for the part it needs (`Pick<Ports, …>`); the composition root fills it in. */
export interface Ports {
  readonly file: FileConfig;
  readonly cluster: ClusterPort;
  readonly store: Store;
  readonly directory: DirectoryPort;
  readonly log: Logger;
  readonly approvalKey: string;
  readonly team: string;
  /** Milliseconds since the epoch for measuring budgets and for records when the store can't tell the time. */
  readonly now: () => Date;
}
