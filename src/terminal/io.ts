/** The edges of the terminal surface, so that commands can be tested without a process. */
export interface TerminalIo {
  /** Results; nothing else is printed here. */
  out(text: string): void;
  /** Sentences for the person: progress, errors. */
  err(text: string): void;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly userName: string;
  /** Whether results go to a screen that shows colours. */
  readonly colour: boolean;
  now(): Date;
  /** Text of a file, or of standard input for `-`; at most `maxBytes`. */
  readText(path: string, maxBytes: number): Promise<string>;
  writeText(path: string, text: string): Promise<void>;
}

/** Ends a command with a sentence and an exit code. */
export class TerminalError extends Error {
  readonly exitCode: number;
  constructor(exitCode: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'TerminalError';
    this.exitCode = exitCode;
  }
}
