import type { Target } from '../evidence/types.ts';
import { unreadEvidence } from '../evidence/unread-evidence.ts';
import { diagnose } from './diagnose.ts';
import type { Diagnosis } from './types.ts';

/** Pasted text names no target; keys in it are taken as they come. */
const ANY: Target = { cluster: '', kind: 'Prometheus', namespace: '', name: '' };

/** What text alone proves: a log, an error, an event. No cluster is read, so everything else is "not checked". */
export function diagnoseText(lines: readonly string[]): Diagnosis {
  return diagnose({
    ...unreadEvidence(ANY, '', { state: 'unread', because: 'not-attempted', detail: 'only pasted text was given' }),
    pasted: lines.map((line) => line.trimEnd()).filter((line) => line !== ''),
  });
}
