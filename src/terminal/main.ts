import { processIo } from './process-io.ts';
import { runTerminal } from './run.ts';

/** `promfix WORDS…` in a terminal; without words it helps. Gives the exit code. */
export async function terminal(
  variables: Readonly<Record<string, string | undefined>>,
  words: readonly string[],
): Promise<number> {
  return runTerminal(processIo(variables), words.length === 0 ? ['help'] : words);
}
