import type { Meta } from './meta.ts';

/** A core/v1 Event, projected. `at` is the last time it was seen. */
export interface EventView {
  readonly at: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly involved: { readonly kind: string; readonly name: string; readonly uid?: string };
  readonly source?: string;
}

export interface ServiceView {
  readonly meta: Meta;
  readonly ports: readonly { readonly name?: string; readonly port: number; readonly targetPort?: string }[];
  readonly readyEndpoints?: number;
}

export interface QuotaView {
  readonly meta: Meta;
  readonly hard: Readonly<Record<string, string>>;
  readonly used: Readonly<Record<string, string>>;
  /** `Terminating`, `BestEffort` …, of both ways to state them; `other` where a selector says more than a name. Absent: none. */
  readonly scopes?: readonly string[];
}

export interface NetworkPolicyView {
  readonly meta: Meta;
  readonly podSelector: Readonly<Record<string, unknown>>;
  readonly types: readonly string[];
  readonly egressRules: number;
}

export interface NamespaceView {
  readonly meta: Meta;
  readonly phase?: string;
}

export interface LimitRangeView {
  readonly meta: Meta;
  readonly limits: readonly Readonly<Record<string, unknown>>[];
}
