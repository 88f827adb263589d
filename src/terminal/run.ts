import packageJson from '../../package.json' with { type: 'json' };
import type { Call } from '../commands/parse.ts';
import { terminalText } from '../texts/en/terminal.ts';
import { EXIT } from './exit-codes.ts';
import { TerminalError, type TerminalIo } from './io.ts';

/** Runs one command line in the terminal and gives its exit code. Prints a sentence for everything that goes wrong. */
export async function runTerminal(io: TerminalIo, words: readonly string[]): Promise<number> {
  try {
    if (words[0] === '--version' || words[0] === '-V') {
      io.out(`promfix ${packageJson.version}\n`);
      return 0;
    }
    const { parseWords } = await import('../commands/parse.ts');
    const parsed = parseWords(words, 'terminal');
    if (!parsed.ok) throw new TerminalError(EXIT.usage, parsed.problem);
    return await dispatch(io, parsed.call);
  } catch (error) {
    if (error instanceof TerminalError) {
      io.err(`promfix: ${error.message}\n`);
      return error.exitCode;
    }
    io.err(`promfix: ${terminalText.internal(error instanceof Error ? error.message : String(error))}\n`);
    if (io.variables['LOG_LEVEL'] === 'debug' && error instanceof Error) io.err(`${error.stack}\n`);
    return EXIT.internal;
  }
}

/** Each command's modules are loaded when it is asked for: the others don't make it slower. */
async function dispatch(io: TerminalIo, call: Call): Promise<number> {
  switch (call.name) {
    case 'diagnose':
      return (await import('./diagnose.ts')).diagnoseCommand(io, call.input);
    case 'fix':
      return (await import('./fix.ts')).fixCommand(io, call.input);
    case 'capture':
      return (await import('./capture.ts')).captureCommand(io, call.input);
    case 'explain':
      return (await import('./explain.ts')).explainCommand(io, call.input);
    case 'help':
      return (await import('./help.ts')).helpCommand(io, call.input);
    default:
      return (await import('./records.ts')).recordsCommand(io, call);
  }
}
