import type { CauseSlug } from '../diagnosis/causes.ts';
import type { Picture } from '../diagnosis/picture.ts';
import type { Diagnosis, Values } from '../diagnosis/types.ts';
import type { Evidence, Right, Target } from '../evidence/types.ts';
import type { RemediationId, RepairId } from './ids.ts';

export type Risk = 'low' | 'medium' | 'high';

export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** Absent only for objects that the step creates. */
  readonly uid?: string;
}

/** Where the worker gets a CA from: it reads the Secret when it writes, and takes only certificates out of it. */
export type CaSource =
  | {
      readonly secret: ObjectRef;
      readonly key: string /** SHA-256 (hex) of the decoded value */;
      readonly sha256: string;
    }
  /** The CA that an earlier step of the same plan (by its index) will make; its hash stands on the Secret then, beside that step's mark. */
  | { readonly secret: ObjectRef; readonly key: string; readonly renewedBy: number }
  /** Takes the CA out again. */
  | 'nothing';

/** A field (JSON pointer without `*`) that has one of these values; null stands for a field that is absent. */
export interface Expected {
  readonly path: string;
  readonly is: readonly (string | null)[] | 'present';
}

/**
 * One change, as data; closed union. `contentHash` is the hash of the object as shown (without status, managedFields, resourceVersion):
 * the executor refuses when the object it reads just before the write has another. Steps carry references and hashes, never secret values.
 */
export type Step =
  /** Annotates the pod template of a Deployment with `kubectl.kubernetes.io/restartedAt` and waits for the rollout. */
  | { readonly do: 'restart'; readonly object: ObjectRef; readonly contentHash: string }
  /** Sets `spec.replicas` of a Deployment; `from` is what was shown. */
  | {
      readonly do: 'scale';
      readonly object: ObjectRef;
      readonly contentHash: string;
      readonly from: number;
      readonly to: number;
    }
  /** A JSON merge patch of declared field paths only. */
  | {
      readonly do: 'patch';
      readonly object: ObjectRef;
      readonly contentHash: string;
      readonly patch: Readonly<Record<string, unknown>>;
      /** What has to be so right before the write, of fields that the hash leaves out. */
      readonly expects?: readonly Expected[];
      /** What is waited for after the write, as the next step needs it: the object's controller takes the change up. */
      readonly awaits?: readonly Expected[];
    }
  /** Annotates a custom resource with `promfix.io/nudge`, so that the operator tries again now instead of after its back-off. */
  | { readonly do: 'nudge'; readonly object: ObjectRef; readonly contentHash: string }
  /** Sets `clientConfig.caBundle` of the named webhooks of a webhook configuration, and nothing else. */
  | {
      readonly do: 'copy-ca';
      readonly object: ObjectRef;
      readonly contentHash: string;
      readonly webhooks: readonly string[];
      readonly from: CaSource;
    }
  /**
   * Puts a new serving certificate for these DNS names, its private key and its CA into a Secret, under these keys. They are made by the
   * worker right before the write and go nowhere else. `contentHash` is the `versionHash`.
   */
  | {
      readonly do: 'renew-certificate';
      readonly object: ObjectRef;
      readonly contentHash: string;
      readonly sans: readonly string[];
      readonly days: number;
      readonly keys: { readonly ca: string; readonly cert: string; readonly key: string };
    }
  /**
   * Sets `targetRevision` of one source of an Argo CD Application. `contentHash` is the `chartFrameHash`: of all that the Application asks
   * for but this version, so that the same hash holds for the way back.
   */
  | {
      readonly do: 'set-chart-version';
      readonly object: ObjectRef;
      readonly contentHash: string;
      readonly chart: string;
      /** Index into `spec.sources`; absent where the Application has a single `spec.source`. */
      readonly source?: number;
      readonly from: string;
      readonly to: string;
      /** Ends an operation that still syncs `from`, in the same write: Argo CD begins nothing new while one runs. */
      readonly endsSync: boolean;
    }
  /**
   * Deletes an object that belongs to the target, and waits until it is gone. Of a Secret and a ConfigMap `contentHash` is the hash of the
   * metadata with the version, which stands for contents that nobody reads (`versionHash`).
   */
  | {
      readonly do: 'delete';
      readonly object: ObjectRef;
      readonly contentHash: string;
      /** What becomes of its dependents. Always said: the server's default differs by kind. */
      readonly propagation: 'Background' | 'Orphan';
      /** uid of the owner: what nobody or somebody else owns is never deleted. */
      readonly owner: string;
    }
  /**
   * Deletes the custom resource under diagnosis and sees to it that it exists again, whatever happens in between: the worker keeps an
   * encrypted copy first.
   */
  | {
      readonly do: 'recreate';
      readonly object: ObjectRef;
      readonly contentHash: string;
      /** Always said, as for a delete. What the resource owns is collected; `without` says what that must not be. */
      readonly propagation: 'Background';
      /** Who makes it anew. promfix does it from its copy as well when Argo CD takes too long. */
      readonly by: 'promfix' | 'argocd';
      /** The Application that is asked to look at once, where the worker may. */
      readonly refresh?: ObjectRef;
      /** What runs pods for it, by name: it is not deleted while it owns one of them. */
      readonly without: readonly ObjectRef[];
    };

/** A step that does this. */
export type StepOf<Do extends Step['do']> = Extract<Step, { do: Do }>;

/** What a remediation may write: the executor refuses anything else, the worker's Role is generated from it. */
export interface DeclaredWrite {
  readonly group: string;
  readonly resource: string;
  readonly verb: 'patch' | 'create' | 'delete';
  /** JSON pointers of the fields that may change; `*` stands for one segment, and the empty pointer for the whole object. */
  readonly fields: readonly string[];
  /** What holds beyond the paths; the admission policy refuses what breaks it. */
  readonly limits?: readonly Limit[];
}

/** A bound that a path can't express. `path` is a JSON pointer without `*`. */
export type Limit =
  /** Stays as it was, though it lies under a declared field: an operation without `manifests`. */
  | { readonly limit: 'unchanged'; readonly path: string }
  /** Absent, as it was, or one of these. */
  | { readonly limit: 'one-of'; readonly path: string; readonly values: readonly (string | boolean)[] }
  /** A list that gains and loses nothing but these. */
  | { readonly limit: 'members-within'; readonly path: string; readonly values: readonly string[] }
  /** Absent, or as it was in everything but this one key, which may get one of the values. */
  | {
      readonly limit: 'gone-or-but';
      readonly path: string;
      readonly key: string;
      readonly values: readonly string[];
    }
  /** A list of RBAC rules that loses none, and gains only what one of these grants. */
  | { readonly limit: 'rules-within'; readonly path: string; readonly rules: readonly RoleRule[] }
  /** A list of subjects that gains ServiceAccounts only, and none of promfix's own namespace. */
  | { readonly limit: 'service-accounts-elsewhere'; readonly path: string }
  /** Of a delete: a resource of this API group owns the object. */
  | { readonly limit: 'owned-by'; readonly group: string };

/** A rule of a Role or ClusterRole. */
export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

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

export interface Remediation {
  readonly id: RemediationId;
  /** For a plan that was asked for without being needed (`OnRequest`): whether what it mends is in order. */
  readonly requested?: {
    readonly cause: CauseSlug;
    readonly observations: readonly string[];
    isInOrder(evidence: Evidence): boolean;
  };
  readonly risk: Risk;
  readonly writes: readonly DeclaredWrite[];
  readonly deadlineSeconds: number;
  /** Whether what was changed still stands, for a change that somebody may put back without breaking anything at once. */
  readonly holds?: (evidence: Evidence) => boolean;
  /** What is said of the end of a plan with a way back. */
  readonly conclusion?: Conclusion;
  plan(
    evidence: Evidence,
    diagnosis: Diagnosis,
    cluster: ClusterIdentity,
    circumstances?: Circumstances,
  ): Plan | Refusal;
}

/** What an incident knows beside what was read: the same whenever its plan is worked out. */
export interface Circumstances {
  /** What became of the earlier proposals of this incident, oldest first. Absent where there is no incident to know of any. */
  readonly tried?: readonly Tried[];
  /** The version that a person named. */
  readonly version?: string;
}

/**
 * How an earlier proposal of the incident ended.
 * - `helped`; `in-vain`: carried out, and the same cause came back; `got-further`: its cause was gone, and it still was not healthy
 * - `put-back`: somebody took the change back; `not-tested`: the version was not brought in time
 * - `undone`: people took it back; `denied`: they did not want it; `failed`: nothing was changed
 * - `unknown`: nobody has said yet whether it was made
 */
export const ENDINGS = [
  'helped',
  'in-vain',
  'got-further',
  'put-back',
  'not-tested',
  'undone',
  'denied',
  'failed',
  'unknown',
] as const;

export interface Tried {
  /** `inc-12.p1` */
  readonly proposal: string;
  readonly remediation: RepairId;
  readonly cause: CauseSlug;
  readonly ending: (typeof ENDINGS)[number];
  /** When it ended, or was decided. */
  readonly at: string;
  /** The chart version that it set. */
  readonly version?: string;
  /** The root cause as it was found after it; where nothing was made, or it was taken back, before it. */
  readonly picture?: Picture;
}

/** How a plan with a way back ended. */
interface Ended {
  readonly plan: Plan;
  readonly healthy: boolean;
  /** Whether the way back was taken. */
  readonly returned: boolean;
  /** Whether what the steps asked for was in place when it was judged. */
  readonly wasSynced: boolean;
}
/** A code of `texts/en/results.ts` and its values. */
export type Conclusion = (ended: Ended) => Check;
