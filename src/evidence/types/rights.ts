import type { Meta } from './meta.ts';

export interface AccessAnswer {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** Absent = asked for all namespaces. */
  readonly namespace?: string;
  readonly allowed: boolean;
  readonly reason?: string;
}

export interface BindingView {
  readonly kind: 'ClusterRoleBinding' | 'RoleBinding';
  readonly meta: Meta;
  /** Of the whole object, where `subjects` are exactly those that stand there. Absent in captures of older versions. */
  readonly contentHash?: string;
  readonly role: { readonly kind: string; readonly name: string };
  readonly subjects: readonly {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
    readonly apiGroup?: string;
  }[];
}

export interface RoleView {
  readonly kind: 'ClusterRole' | 'Role';
  readonly meta: Meta;
  /** Of the whole object, where `rules` are exactly those that stand there. Absent in captures of older versions. */
  readonly contentHash?: string;
  /** Its rules are gathered from other ClusterRoles. */
  readonly aggregated?: boolean;
  readonly rules: readonly {
    readonly groups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
    readonly resourceNames?: readonly string[];
    readonly nonResourceURLs?: readonly string[];
  }[];
}
