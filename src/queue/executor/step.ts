import type { Values } from '../../diagnosis/types.ts';
import type { KubeClient } from '../../kubernetes/types.ts';
import type { RefusalCode } from '../../remediations/codes.ts';
import type { DeclaredWrite } from '../../remediations/types.ts';
import type { Copies } from '../jobs/copies.ts';
import type { Mark } from './mark.ts';
import type { Signature } from './signature.ts';

export interface StepContext {
  readonly client: KubeClient;
  /** What the remediation declared: nothing else is sent. */
  readonly writes: readonly DeclaredWrite[];
  readonly mark: Mark;
  /** The time that a restart writes (ISO); the same in every attempt. */
  readonly time: string;
  /** An earlier attempt meant to write, and it is not known how that ended. */
  readonly again: boolean;
  /** False: only find out whether an earlier attempt wrote. */
  readonly mayWrite: boolean;
  /** Who stands behind the change, for those who show it. */
  readonly signature?: Signature;
  /** Where a re-creation keeps its copy; no other step needs it. */
  readonly copies?: Copies;
  /** Asked between the read and the write: whether this attempt still owns the repair, and nobody pulled the kill switch. */
  confirm(): Promise<'ours' | 'not-ours' | 'paused'>;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  readonly signal?: AbortSignal;
}

export type StepOutcome =
  /** It is changed, exactly once; `already` by an earlier attempt. */
  | { readonly outcome: 'applied'; readonly already: boolean }
  /** Certainly nothing was changed. */
  | { readonly outcome: 'not-applied'; readonly code: RefusalCode; readonly values: Values }
  /** Whether it was changed can't be said. */
  | { readonly outcome: 'unknown'; readonly code: UnknownCode; readonly values: Values }
  /** It has to stop here; it wrote nothing that it does not know of. */
  | { readonly outcome: 'stopped'; readonly because: 'not-ours' | 'paused' | 'shutting-down' };

/** Sentences: `texts/en/results.ts`. */
const UNKNOWN_CODES = [
  'changed-by-another',
  'replaced-meanwhile',
  'gone-meanwhile',
  'cannot-read-back',
  'answer-lost',
] as const;
export type UnknownCode = (typeof UNKNOWN_CODES)[number];

/** What a write comes to that the API server turned down for good. */
export const REFUSED = {
  forbidden: 'write-forbidden',
  refused: 'write-refused',
  invalid: 'write-invalid',
  gone: 'object-gone',
} as const satisfies Record<string, RefusalCode>;

export function notApplied(code: RefusalCode, values: Values): StepOutcome {
  return { outcome: 'not-applied', code, values };
}
