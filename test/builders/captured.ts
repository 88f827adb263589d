import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Evidence } from '../../src/evidence/types.ts';

/** What was read where this fault was played on the real control plane. */
export function captured(id: string): Evidence {
  // Written by the suite that captures them.
  return JSON.parse(readFileSync(join(import.meta.dirname, '../golden', id, 'evidence.json'), 'utf8')) as Evidence;
}
