import { open, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { terminalText } from '../texts/en/terminal.ts';
import { EXIT } from './exit-codes.ts';
import { TerminalError, type TerminalIo } from './io.ts';

/** The real edges: this process's streams, files and user. The environment is handed in by `main.js`. */
export function processIo(variables: TerminalIo['variables']): TerminalIo {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    variables,
    userName: userName(),
    colour: process.stdout.isTTY === true && variables['NO_COLOR'] === undefined,
    now: () => new Date(),
    readText,
    writeText: async (path, text) => {
      try {
        await writeFile(path, text, { mode: 0o600 });
      } catch (error) {
        throw new TerminalError(EXIT.cannotCreate, terminalText.cannotWrite(path, reason(error)), error);
      }
    },
  };
}

/** Reads at most `maxBytes` and refuses more, so that a wrong file is not swallowed whole. */
async function readText(path: string, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    const stream = path === '-' ? process.stdin : (await open(path)).createReadStream();
    for await (const chunk of stream) {
      // Neither stream has an encoding set: both give Buffers.
      const buffer = chunk as Buffer;
      bytes += buffer.length;
      if (bytes > maxBytes) throw new TerminalError(EXIT.noInput, terminalText.tooLarge(path, maxBytes));
      chunks.push(buffer);
    }
  } catch (error) {
    if (error instanceof TerminalError) throw error;
    throw new TerminalError(EXIT.noInput, terminalText.cannotRead(path, reason(error)), error);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A user id without an entry in the password file (as in a container) has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
