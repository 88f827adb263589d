import type { z } from 'zod';
import type { Actor } from '../incidents/types.ts';

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
