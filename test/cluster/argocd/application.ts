import type { KubeObject } from '../kinds.ts';

/** An Application as the stand-in reads it. */
export interface App extends KubeObject {
  readonly operation?: Operation;
  readonly spec: {
    readonly source?: Source;
    readonly sources?: readonly Source[];
    readonly destination?: unknown;
    readonly syncPolicy?: {
      readonly automated?: { readonly prune?: boolean; readonly selfHeal?: boolean; readonly enabled?: boolean };
      readonly syncOptions?: readonly string[];
    };
  };
  readonly status?: {
    readonly operationState?: OperationState;
    readonly sync?: { readonly status: string; readonly revision?: string; readonly comparedTo?: { source?: Source } };
    readonly history?: readonly { readonly id: number }[];
  };
}

interface Source {
  readonly repoURL: string;
  readonly chart?: string;
  readonly targetRevision?: string;
}

export interface Operation {
  readonly initiatedBy?: { readonly username?: string; readonly automated?: boolean };
  readonly sync?: {
    readonly revision?: string;
    readonly revisions?: readonly string[];
    readonly syncOptions?: readonly string[];
    readonly resources?: readonly Selected[];
    readonly syncStrategy?: { readonly apply?: unknown; readonly hook?: unknown };
    readonly autoHealAttemptsCount?: number;
    readonly manifests?: readonly string[];
  };
}

export interface Selected {
  readonly group?: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

export interface OperationState {
  readonly operation: Operation;
  readonly phase: 'Running' | 'Terminating' | 'Succeeded' | 'Failed' | 'Error';
  readonly message?: string;
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly syncResult?: { readonly revision: string; readonly source?: Source };
}

/** The chart among the sources. */
export const chartSource = ({ spec }: App): Source | undefined => {
  const all = spec.sources && spec.sources.length > 0 ? spec.sources : spec.source ? [spec.source] : [];
  return all.find(({ chart }) => chart !== undefined) ?? all[0];
};

export const isOver = ({ phase }: OperationState): boolean => phase !== 'Running' && phase !== 'Terminating';

export const isAutomated = ({ spec: { syncPolicy } }: App): boolean =>
  syncPolicy?.automated !== undefined && syncPolicy.automated.enabled !== false;

/** Now, as the API writes times. */
export const now = (): string => new Date().toISOString().replace(/\.\d+Z$/, 'Z');
