import type { InputOf } from '../commands/definitions.ts';
import { CAUSES } from '../diagnosis/causes.ts';
import { explainJson, findCause } from '../render/explain-json.ts';
import { explainText } from '../render/explain-text.ts';
import { terminalText } from '../texts/en/terminal.ts';
import { EXIT } from './exit-codes.ts';
import { TerminalError, type TerminalIo } from './io.ts';

/** `promfix explain CAUSE`: the words of one cause, by its name or by an older one. */
export async function explainCommand(io: TerminalIo, input: InputOf<'explain'>): Promise<number> {
  const cause = findCause(input.cause);
  if (cause === undefined)
    throw new TerminalError(EXIT.usage, terminalText.unknownCause(input.cause, near(input.cause)));
  io.out(
    input.output === 'json'
      ? `${JSON.stringify(explainJson(cause), null, 2)}\n`
      : explainText(cause, { colour: io.colour }),
  );
  return 0;
}

/** Causes that share a word with what was asked for. */
function near(word: string): readonly string[] {
  const parts = word
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part.length > 2);
  return Object.keys(CAUSES)
    .filter((slug) => parts.some((part) => slug.includes(part)))
    .slice(0, 3);
}
