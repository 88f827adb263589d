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
