import { readFile } from 'node:fs/promises';
import { ConfigError, type Environment, type FileConfig, parseEnvironment, parseFile } from '../config.ts';
import { EXIT } from './exit-codes.ts';
import { TerminalError, type TerminalIo } from './io.ts';

interface Settings {
  readonly environment: Environment;
  /** promfix.yaml, where there is one. */
  readonly file?: FileConfig;
}

/** The environment and, where there is one, promfix.yaml; a mistake in either ends the command with all mistakes shown. */
export async function settingsOf(io: TerminalIo): Promise<Settings> {
  try {
    const environment = parseEnvironment(io.variables);
    const path = environment.PROMFIX_CONFIG ?? 'promfix.yaml';
    const text = await readFile(path, 'utf8').catch(() => undefined);
    return { environment, ...(text !== undefined && { file: parseFile(text, path) }) };
  } catch (error) {
    if (error instanceof ConfigError) throw new TerminalError(EXIT.config, error.message, error);
    throw error;
  }
}
