import type { EvidenceKey, Right, Target, UnreadReason } from '../evidence/types.ts';
import type { RunbookId } from '../runbooks/ids.ts';
import type { CauseSlug } from './causes.ts';
import type { Rung, RungState } from './ladder.ts';

export type Certainty = 'proven' | 'likely' | 'possible';

/** Values that a sentence needs. Only plain values: sentences are in `texts/`. */
export type Values = Readonly<Record<string, string | number | boolean>>;

/**
 * One piece of proof: where it was read and what stood there. `quote` is the scrubbed original (a log line, a condition's message);
 * `path` is a field path or a short name (`status.conditions[Reconciled].message`, `log head`).
 */
export interface Because {
  readonly source: EvidenceKey | 'target';
  readonly path: string;
  readonly at?: string;
  readonly quote?: string;
  readonly values?: Values;
}

/**
 * What a runbook reports. It never says whether something is the root cause, a consequence or noise: only `diagnose.ts` does.
 * - `cause`: evidence for a cause of the table; `code` is the sentence in `texts/en/findings.ts`
 * - `ruled-out`: a cause that the evidence excludes
 * - `observation`: something loud or telling that is not a cause by itself (`tls-handshake-errors`); causes list what they explain
 * - `not-checked`: something that could not be read; `needs` is the missing right
 */
export type Finding =
  | {
      readonly kind: 'cause';
      readonly cause: CauseSlug;
      readonly code: string;
      readonly certainty: Certainty;
      readonly values: Values;
      readonly because: readonly Because[];
      readonly object?: string;
    }
  | {
      readonly kind: 'ruled-out';
      readonly cause: CauseSlug;
      readonly code: string;
      readonly certainty: Certainty;
      readonly values: Values;
      readonly because: readonly Because[];
    }
  | {
      readonly kind: 'observation';
      readonly code: string;
      readonly certainty: Certainty;
      readonly values: Values;
      readonly because: readonly Because[];
    }
  | {
      readonly kind: 'not-checked';
      readonly code: string;
      readonly values: Values;
      readonly source: EvidenceKey;
      readonly reason: UnreadReason;
      readonly needs?: Right;
      readonly because: readonly Because[];
    };

export type Verdict = 'healthy' | 'degraded' | 'broken' | 'inconclusive';

/** A finding with the runbook that reported it. */
export type Reported<F extends Finding = Finding> = F & { readonly runbook: RunbookId };

export interface RootCause {
  readonly cause: CauseSlug;
  readonly rung: Rung | null;
  readonly certainty: Certainty;
  readonly code: string;
  readonly values: Values;
  readonly because: readonly Because[];
}

/** Something that was seen, put in its place: what explains it. */
export interface Placed {
  readonly finding: Reported;
  /** The cause that explains it; absent for noise without a known reason. */
  readonly explainedBy?: CauseSlug;
}

/** What `diagnose()` returns: data only; `render/` makes sentences and the public JSON of it. */
export interface Diagnosis {
  readonly target: Target;
  readonly at: string;
  readonly verdict: Verdict;
  readonly rootCause: RootCause | null;
  /** Further causes that stand on their own and come next once the root cause is repaired. */
  readonly next: readonly Reported<Extract<Finding, { kind: 'cause' }>>[];
  readonly consequences: readonly Placed[];
  readonly noise: readonly Placed[];
  readonly ruledOut: readonly Reported<Extract<Finding, { kind: 'ruled-out' }>>[];
  readonly notChecked: readonly Reported<Extract<Finding, { kind: 'not-checked' }>>[];
  readonly observations: readonly Reported<Extract<Finding, { kind: 'observation' }>>[];
  readonly ladder: readonly { readonly rung: Rung; readonly state: RungState }[];
  /** Per runbook what it found, in the order of the incident's next steps: the thread is built from it. */
  readonly byRunbook: readonly { readonly runbook: RunbookId; readonly findings: readonly Reported[] }[];
  /** Since when monitoring is blind, where the evidence shows it. */
  readonly blindSince?: string;
  /** Healthy, but by its own spec no pod is wanted: monitoring is off. */
  readonly scaledToZero?: true;
  /** It may be longer than since `blindSince`. */
  readonly blindAtLeast?: true;
}
