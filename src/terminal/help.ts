import { COMMANDS, type InputOf } from '../commands/definitions.ts';
import { nearestCommand, usageOf } from '../commands/parse.ts';
import type { Command } from '../commands/types.ts';
import { parseText } from '../texts/en/commands.ts';
import { helpText } from '../texts/en/terminal-help.ts';
import { EXIT } from './exit-codes.ts';
import { TerminalError, type TerminalIo } from './io.ts';

/** `promfix help [COMMAND]`: made from the definitions, so that it can't differ from what the commands take. */
export async function helpCommand(io: TerminalIo, input: InputOf<'help'>): Promise<number> {
  const commands: readonly Command[] = Object.values(COMMANDS).filter((one: Command) =>
    one.surfaces.includes('terminal'),
  );
  const word = input.command?.toLowerCase();
  const about = commands.find((one) => one.name === word || one.aliases.includes(word ?? ''));
  if (word !== undefined && about === undefined)
    throw new TerminalError(EXIT.usage, parseText.unknownCommand(word.slice(0, 60), nearestCommand(word)));
  io.out(about ? one(about) : all(commands));
  return 0;
}

function all(commands: readonly Command[]): string {
  const usages = commands.map((command) => usageOf(command, 'terminal'));
  const width = Math.max(...commands.map((command) => command.name.length)) + 2;
  return [
    helpText.intro(),
    '',
    ...commands.map((command) => `  ${command.name.padEnd(width)}${command.summary}`),
    '',
    helpText.roles(),
    '',
    helpText.more(usages.length),
    '',
  ].join('\n');
}

function one(command: Command): string {
  const lines = [command.summary, '', `  promfix ${usageOf(command, 'terminal')}`, ''];
  const words = [
    ...command.arguments.map(({ syntax, about }) => [syntax, about] as const),
    ...command.options.filter(({ only }) => only !== 'slack').map(({ flags, about }) => [flags, about] as const),
  ];
  const width = Math.max(0, ...words.map(([word]) => word.length)) + 2;
  for (const [word, about] of words) lines.push(`  ${word.padEnd(width)}${about}`);
  const examples = command.terminalExamples ?? command.examples;
  lines.push('', ...examples.map(({ line, does }) => `  promfix ${line}\n      ${does}`), '');
  return lines.join('\n');
}
