import { appendFile } from 'node:fs/promises';

/** With `--report FILE`: one line for each repair that worked. */
export async function reportLine(...columns: readonly string[]): Promise<void> {
  const file = process.env['PROMFIX_REPORT'];
  if (file) await appendFile(file, `${columns.join(' | ')}\n`);
}
