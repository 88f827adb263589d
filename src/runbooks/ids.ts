/** The runbooks, by the name under which their findings are told. */
export type RunbookId =
  | 'operator-logs'
  | 'rbac'
  | 'statefulset'
  | 'chart-version'
  | 'admission-tls'
  | 'argocd'
  | 'crds'
  | 'operator-pod'
  | 'scope'
  | 'pods';
