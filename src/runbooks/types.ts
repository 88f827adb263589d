import type { Finding } from '../diagnosis/types.ts';
import type { Evidence, EvidenceKey } from '../evidence/types.ts';
import type { RunbookId } from './ids.ts';

/**
 * A module that judges one stretch of the path from evidence to findings. Pure: it reads nothing but what it declares in `reads`.
 * - `step`: place among the next steps of the incident document (1 to 4), where it is one of them
 * - `reads`: the sources it may look at; the rights table and the architecture test are made of it
 * - `codes`: every finding code it may report; `texts/en/findings/<id>.ts` has a sentence for each
 */
export interface Runbook {
  readonly id: RunbookId;
  readonly step?: 1 | 2 | 3 | 4;
  readonly reads: readonly EvidenceKey[];
  readonly codes: readonly string[];
  judge(evidence: Evidence): readonly Finding[];
}

/** What a runbook with these `reads` may see. */
export type Seen<K extends EvidenceKey> = Pick<Evidence, K | 'target' | 'at'>;

/** A finding whose code is one of the runbook's own. */
export type Coded<C extends string> = Finding & { readonly code: C };

/** Types `judge` by `reads` and `codes`, so that an undeclared source or an undeclared code does not compile. */
export function defineRunbook<const K extends EvidenceKey, const C extends string>(definition: {
  readonly id: RunbookId;
  readonly step?: 1 | 2 | 3 | 4;
  readonly reads: readonly K[];
  readonly codes: readonly C[];
  judge(evidence: Seen<K>): readonly Coded<C>[];
}): Runbook & { readonly codes: readonly C[]; readonly reads: readonly K[] } {
  return definition;
}
