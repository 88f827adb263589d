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
