import type { CauseSlug } from '../../diagnosis/causes.ts';
import type { Values } from '../../diagnosis/types.ts';
import type { Right, Target } from '../../evidence/types.ts';
import type { RepairId } from '../ids.ts';
import type { Step } from './step.ts';

export type Risk = 'low' | 'medium' | 'high';

/** One line of the diff a person sees: what stands there now and what will. */
export interface DiffLine {
  readonly object: string;
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Who would put the object back, and whether that happens by itself. */
export interface Ownership {
  readonly manager: 'argocd' | 'helm' | 'nobody-known';
  readonly name?: string;
  readonly selfHeal?: boolean;
  /** Whether the change survives the owner's next reconciliation. */
  readonly survives: boolean;
}

/** The identity a plan is bound to. */
export interface ClusterIdentity {
  readonly name: string;
  /** uid of kube-system */
  readonly uid: string;
  readonly caFingerprint: string;
}

/** A fact that had to hold before the repair was offered (e.g. the operator's start-up checks would pass now). */
export interface Check {
  readonly code: string;
  readonly values: Values;
}

/** One repair worked out for one target. Data: shown, hashed, approved, stored, rebuilt and compared before it runs. */
export interface Plan {
  readonly schema: 'promfix.plan/v1';
  readonly remediation: RepairId;
  readonly cause: CauseSlug;
  readonly risk: Risk;
  readonly cluster: ClusterIdentity;
  readonly target: Target;
  /** Of an undo: the proposal whose repair it takes back, and which one that was. */
  readonly undoes?: { readonly proposal: string; readonly remediation: RepairId };
  readonly steps: readonly Step[];
  /**
   * The way back, taken when the diagnosis after `steps` is not better than the one before. Approved, locked, declared and hashed with them;
   * `allSteps` has both.
   */
  readonly otherwise?: readonly Step[];
  readonly diff: readonly DiffLine[];
  readonly checks: readonly Check[];
  /** What became of this repair when it was tried before in the incident: said above everything else. */
  readonly warnings?: readonly Check[];
  /** What people will notice while it runs, and for how long. */
  readonly effects?: readonly Check[];
  /** What the operator manages, by kind: all of it is touched by a restart. */
  readonly manages: readonly { readonly kind: string; readonly count: number }[];
  readonly untouched: readonly Check[];
  readonly undo:
    | { readonly kind: 'steps'; readonly steps: readonly Step[] }
    | { readonly kind: 'none'; readonly because: Check };
  readonly ownership: readonly (Ownership & { readonly object: string })[];
  /** The change that makes it permanent, to be made in Git. */
  readonly permanent: Check;
  /** Seconds within which the repair must have shown its effect. */
  readonly deadlineSeconds: number;
  /** Seconds that the change must have lasted, until whoever owns the object would have put it back. Absent: no owner does so by itself. */
  readonly settleSeconds?: number;
  /** Rights the worker needs for these steps. */
  readonly rights: readonly Right[];
}

/** Why a remediation can't be offered; `code` is a sentence in `texts/en/refusals.ts`. */
export interface Refusal {
  readonly refused: true;
  readonly remediation: string;
  readonly code: string;
  readonly values: Values;
  readonly needs?: Right;
}
