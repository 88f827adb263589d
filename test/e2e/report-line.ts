import { appendFile } from 'node:fs/promises';

/** With `--report FILE`: one line for each repair that worked, in `FILE.repairs`. */
export async function reportLine(...columns: readonly string[]): Promise<void> {
  const file = process.env['PROMFIX_REPORT'];
  if (file) await appendFile(`${file}.repairs`, `${columns.join(' | ')}\n`);
}
