import type { z } from 'zod';
import type { FileConfig } from '../config.ts';
import type { Evidence, Target, TargetKind } from '../evidence/types.ts';
import type { Actor } from '../incidents/types.ts';
import type { ClusterIdentity } from '../remediations/types.ts';
import type { Store } from '../store/types.ts';

/** What a person named: everything that is missing is looked up (`TargetFinder`). */
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

interface CommandExample {
  readonly line: string;
  readonly does: string;
}

/** Where a command was given, when it was given in Slack. */
export interface SlackOrigin {
  readonly team: string;
  readonly user: string;
  readonly channel: string;
  /** The thread in which the bot was mentioned. */
  readonly thread?: string;
}

/** A word after the command's name (`[target]`, `<cause>`, `[reason...]`); its name is the input's field. */
interface ArgumentSpec {
  readonly syntax: string;
  readonly about: string;
}
/** An option in commander's notation (`-n, --namespace <namespace>`); its long name is the input's field. */
interface OptionSpec {
  readonly flags: string;
  readonly about: string;
  /** Where it exists; both when left out. */
  readonly only?: Surface;
}
export type Surface = 'slack' | 'terminal';

/**
 * What a person can ask for. One definition serves Slack and the terminal: the words after the name are read by `commands/parse.ts` and
 * checked by `input`; help and usage are generated from it, and a test runs every example through the parser. What a command does is a
 * function of its own beside the definition, which returns an `Answer`.
 */
export interface Command<Name extends string = string, Input extends z.ZodType = z.ZodType> {
  readonly name: Name;
  readonly aliases: readonly string[];
  readonly summary: string;
  /** Those of Slack, and of the terminal where it has none of its own. */
  readonly examples: readonly CommandExample[];
  readonly terminalExamples?: readonly CommandExample[];
  readonly surfaces: readonly Surface[];
  readonly arguments: readonly ArgumentSpec[];
  readonly options: readonly OptionSpec[];
  readonly input: Input;
}

/** Keeps the types of name and input. */
export function command<const Name extends string, Input extends z.ZodType>(
  definition: Command<Name, Input>,
): Command<Name, Input> {
  return definition;
}

export interface Request<I> {
  readonly input: I;
  readonly actor: Actor;
  readonly origin?: SlackOrigin;
}
