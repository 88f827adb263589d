import type { InputOf } from '../commands/definitions.ts';
import { terminalText } from '../texts/en/terminal.ts';
import { evidenceFor } from './diagnose.ts';
import type { TerminalIo } from './io.ts';

/** `promfix capture -o FILE`: saves what a diagnosis reads, without secrets. */
export async function captureCommand(io: TerminalIo, input: InputOf<'capture'>): Promise<number> {
  const { captureText } = await import('../evidence/capture.ts');
  const evidence = await evidenceFor(io, input);
  const text = captureText(evidence);
  await io.writeText(input.output, text);
  io.err(terminalText.captured(input.output, Buffer.byteLength(text), evidence.hidden));
  return 0;
}
