import type { InputOf } from '../commands/definitions.ts';
import { causesByRung, explainJson, findCause, nearCauses } from '../render/explain-json.ts';
import { explainText } from '../render/explain-text.ts';
import { wrap } from '../render/terminal.ts';
import { renderText } from '../texts/en/render.ts';
import { terminalText } from '../texts/en/terminal.ts';
import { EXIT } from './exit-codes.ts';
import { TerminalError, type TerminalIo } from './io.ts';

/** `promfix explain [CAUSE]`: the words of one cause, by its name or by an older one; without a name, which there are. */
export async function explainCommand(io: TerminalIo, input: InputOf<'explain'>): Promise<number> {
  if (input.cause === undefined) {
    const rungs = causesByRung();
    const lines = rungs.map(({ rung, causes }) => renderText.causesOf(rung, causes.join(', ')));
    io.out(
      input.output === 'json'
        ? `${JSON.stringify(rungs, null, 2)}\n`
        : `${[renderText.causesIntro, '', ...lines.map((line) => wrap(line, '  '))].join('\n')}\n`,
    );
    return 0;
  }
  const cause = findCause(input.cause);
  if (cause === undefined)
    throw new TerminalError(EXIT.usage, terminalText.unknownCause(input.cause, nearCauses(input.cause)));
  io.out(
    input.output === 'json'
      ? `${JSON.stringify(explainJson(cause), null, 2)}\n`
      : explainText(cause, { colour: io.colour }),
  );
  return 0;
}
