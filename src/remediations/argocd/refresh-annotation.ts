/** Asks Argo CD to compare an Application with its source now. */
export const REFRESH = 'argocd.argoproj.io/refresh';
export const REFRESH_FIELD = '/metadata/annotations/argocd.argoproj.io~1refresh';
