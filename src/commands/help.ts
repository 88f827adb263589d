import type { Answer } from './answers.ts';
import { COMMANDS, type CommandName, type InputOf } from './definitions.ts';
import type { Request } from './types.ts';

/** All commands, or one of them. */
export function help(request: Request<InputOf<'help'>>): Answer {
  const word = request.input.command?.toLowerCase();
  const about = Object.values(COMMANDS).find((one) => one.name === word || one.aliases.some((alias) => alias === word));
  const name: CommandName | undefined = about?.name;
  return { say: 'help', ...(name && { about: name }) };
}
