import { Command as Commander, CommanderError } from 'commander';
import { parseText } from '../texts/en/commands.ts';
import { COMMANDS, type CommandName, type InputOf } from './definitions.ts';
import type { Command, Surface } from './types.ts';
import { wordsOf } from './words.ts';

/** A command with its checked input. */
export type Call = { [Name in CommandName]: { readonly name: Name; readonly input: InputOf<Name> } }[CommandName];

type Parsed =
  | { readonly ok: true; readonly call: Call }
  /** `problem` is a sentence for the person: what was not understood and what to write instead. */
  | { readonly ok: false; readonly problem: string };

const NAMES = Object.keys(COMMANDS).filter((name): name is CommandName => name in COMMANDS);

/** `diagnose [target] [-n <namespace>]`, for one surface. */
export function usageOf(command: Command, surface: Surface): string {
  const options = command.options
    .filter((option) => option.only === undefined || option.only === surface)
    .map((option) => `[${option.flags.replace(/^(-\w), --[\w-]+/, '$1')}]`);
  return [command.name, ...command.arguments.map((argument) => argument.syntax), ...options].join(' ');
}

/** A line typed in Slack, without `/promfix` or the mention. An empty one asks for help. */
export function parseLine(text: string): Parsed {
  return parseWords(wordsOf(text), 'slack');
}

/** Words after the program's name. Never prints and never ends the process. */
export function parseWords(words: readonly string[], surface: Surface): Parsed {
  const asked = words.find((word) => word === '--help' || word === '-h')
    ? ['help', ...words.filter((word) => !word.startsWith('-'))].slice(0, 2)
    : words;
  const [first = 'help', ...rest] = asked;
  const name = NAMES.find(
    (one) => one === first.toLowerCase() || COMMANDS[one].aliases.some((alias) => alias === first.toLowerCase()),
  );
  if (name === undefined)
    return { ok: false, problem: parseText.unknownCommand(first.slice(0, 60), nearestCommand(first)) };
  const command: Command = COMMANDS[name];
  if (!command.surfaces.includes(surface))
    return { ok: false, problem: parseText.wrongSurface(name, surface === 'slack' ? 'terminal' : 'slack') };
  const read = readWords(command, rest, surface);
  if (!read.ok) return read;
  const checked = command.input.safeParse(read.fields);
  if (!checked.success)
    return { ok: false, problem: parseText.invalid(checked.error.issues[0]?.message ?? '', usageOf(command, surface)) };
  // `name` and `input` come from the same row of COMMANDS; the compiler can't follow the row through a variable key.
  return { ok: true, call: { name, input: checked.data } as Call };
}

function readWords(
  command: Command,
  words: readonly string[],
  surface: Surface,
):
  | { readonly ok: true; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problem: string } {
  const usage = usageOf(command, surface);
  const silent = { writeOut: () => {}, writeErr: () => {}, outputError: () => {} };
  const reader = new Commander(command.name)
    .exitOverride()
    .configureOutput(silent)
    .helpOption(false)
    .allowExcessArguments(false);
  for (const argument of command.arguments) reader.argument(argument.syntax);
  for (const option of command.options)
    if (option.only === undefined || option.only === surface) reader.option(option.flags);
  try {
    reader.parse([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { ok: false, problem: problemOf(error, command, usage) };
  }
  const fields: Record<string, unknown> = { ...reader.opts() };
  reader.registeredArguments.forEach((argument, index) => {
    const value: unknown = reader.processedArgs[index];
    if (value !== undefined) fields[argument.name()] = value;
  });
  return { ok: true, fields };
}

/** What commander objects to, as a sentence of ours. The words it quotes stand between single quotes in its message. */
function problemOf(error: CommanderError, command: Command, usage: string): string {
  const quoted = (/'([^']*)'/.exec(error.message)?.[1] ?? '').slice(0, 60);
  switch (error.code) {
    case 'commander.unknownOption':
      return parseText.unknownOption(quoted, command.name, usage);
    case 'commander.optionMissingArgument':
      return parseText.optionNeedsValue(quoted, usage);
    case 'commander.missingArgument':
      return parseText.missing(quoted, usage);
    default:
      return parseText.tooMany(error.message.replace(/^error: /, '').slice(0, 200), usage);
  }
}

/** The command whose name is at most two typing mistakes away. */
export function nearestCommand(word: string): CommandName | undefined {
  const near = NAMES.map((name) => ({ name, distance: typos(word.toLowerCase().slice(0, 30), name) })).sort(
    (a, b) => a.distance - b.distance,
  )[0];
  return near && near.distance <= 2 ? near.name : undefined;
}

/** Levenshtein distance. */
function typos(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
