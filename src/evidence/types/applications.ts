import type { Meta } from './meta.ts';

/** A time in which an AppProject lets its Applications sync, or does not. */
export interface SyncWindow {
  readonly kind?: string;
  /** Five fields of cron. */
  readonly schedule?: string;
  /** As Go writes durations: `1h30m`. */
  readonly duration?: string;
  readonly timeZone?: string;
  /** What a person starts is let through. */
  readonly manualSync?: boolean;
}

/** An Argo CD Application that has (or is about to have) the target or its operator. */
export interface ApplicationView {
  readonly meta: Meta;
  readonly contentHash: string;
  readonly project?: string;
  readonly sources: readonly {
    readonly repoURL?: string;
    readonly chart?: string;
    readonly path?: string;
    readonly targetRevision?: string;
    /** Its place in `spec.sources`; absent for `spec.source`. */
    readonly index?: number;
    /** `chartFrameHash`, for a source that is a chart. */
    readonly frameHash?: string;
    readonly releaseName?: string;
    readonly skipCrds?: boolean;
    /** Helm values that a runbook judges, as dotted paths (`crds.enabled`, `prometheusOperator.admissionWebhooks.patch.enabled` …). */
    readonly values: Readonly<Record<string, string | number | boolean>>;
  }[];
  readonly destination: { readonly server?: string; readonly name?: string; readonly namespace?: string };
  readonly automated?: { readonly prune?: boolean; readonly selfHeal?: boolean; readonly enabled?: boolean };
  readonly syncOptions: readonly string[];
  /** The sync windows of its project that are meant for it. Absent: the project was not read. A window that blocks leaves no trace in the Application. */
  readonly windows?: readonly SyncWindow[];
  /** It has `spec.sources`, so its revisions are a list. */
  readonly multiSource?: boolean;
  /** `spec.syncPolicy.retry`. */
  readonly retry?: {
    readonly limit?: number;
    readonly refresh?: boolean;
    readonly duration?: string;
    readonly factor?: number;
    readonly maxDuration?: string;
  };
  readonly sync?: {
    readonly status?: string;
    readonly revision?: string;
    /** Of several sources, in their order. */
    readonly revisions?: readonly string[];
  };
  readonly health?: { readonly status?: string; readonly message?: string; readonly lastTransitionTime?: string };
  readonly operation?: {
    readonly phase?: string;
    readonly message?: string;
    readonly startedAt?: string;
    readonly finishedAt?: string;
    readonly retryCount?: number;
    readonly automated?: boolean;
    readonly partial: boolean;
    readonly autoHealAttempts?: number;
    readonly revision?: string;
    /** One for each of several sources. */
    readonly revisions?: readonly string[];
    readonly syncOptions: readonly string[];
    /** Rows of syncResult that are not plain successes, and all hooks. */
    readonly results: readonly {
      readonly group?: string;
      readonly kind: string;
      readonly namespace?: string;
      readonly name: string;
      readonly status?: string;
      readonly hookPhase?: string;
      readonly hookType?: string;
      readonly syncPhase?: string;
      readonly message?: string;
    }[];
  };
  /** The source is worked out by Argo CD's hydrator. */
  readonly hydrated?: boolean;
  /** An operation is requested but not yet taken up. */
  readonly operationRequested: boolean;
  readonly conditions: readonly {
    readonly type: string;
    readonly message: string;
    readonly lastTransitionTime?: string;
  }[];
  /** Objects that are not Synced, and every CRD, Prometheus and operator row. */
  readonly resources: readonly {
    readonly group?: string;
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
    readonly status?: string;
    readonly health?: string;
    readonly hook?: boolean;
    readonly requiresPruning?: boolean;
  }[];
  readonly resourceCount: number;
  readonly history: readonly {
    readonly revision?: string;
    readonly deployedAt?: string;
    readonly syncOptions?: readonly string[];
  }[];
  /** Name of an Application or ApplicationSet that manages this one. */
  readonly parent?: string;
  /** Which of the two it is, where an owner reference says so. */
  readonly parentKind?: 'Application' | 'ApplicationSet';
  readonly reconciledAt?: string;
}
