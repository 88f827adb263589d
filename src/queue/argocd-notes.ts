import type { Values } from '../diagnosis/types.ts';
import type { ApplicationView, Evidence, WebhookView } from '../evidence/types.ts';

/** What still waits in Argo CD once the repair is done. Sentences: `texts/en/results.ts`. */
export const ARGOCD_NOTES = [
  'argocd-waits-for-hook',
  'argocd-waits-for-health',
  'argocd-operation-running',
  'argocd-out-of-sync',
  'argocd-settled',
  'ca-bundle-still-empty',
] as const;
export interface Note {
  readonly code: (typeof ARGOCD_NOTES)[number];
  readonly values: Values;
}

/** Every Application of the target, as it stands after the repair, and the webhooks that its last hook fills in. */
export function argocdNotes(evidence: Evidence): readonly Note[] {
  const { applications, webhooks } = evidence;
  if (applications.state !== 'read' || applications.value.length === 0) return [];
  return [...applications.value.map(noteOf), ...(webhooks.state === 'read' ? caBundles(webhooks.value) : [])];
}

function noteOf(application: ApplicationView): Note {
  const { operation, sync, health, meta } = application;
  const name = meta.name;
  const message = operation?.message ?? '';
  if (operation?.phase === 'Running') {
    const hook = /waiting for completion of hook (\S+)/.exec(message)?.[1];
    if (hook !== undefined) return { code: 'argocd-waits-for-hook', values: { application: name, hook } };
    const object = /waiting for healthy state of (\S+)/.exec(message)?.[1];
    if (object !== undefined) return { code: 'argocd-waits-for-health', values: { application: name, object } };
    return { code: 'argocd-operation-running', values: { application: name } };
  }
  if (sync?.status === 'OutOfSync') {
    const rows = application.resources.filter((row) => row.status === 'OutOfSync');
    return {
      code: 'argocd-out-of-sync',
      values: { application: name, count: rows.length, first: rows[0] ? `${rows[0].kind}/${rows[0].name}` : '' },
    };
  }
  return {
    code: 'argocd-settled',
    values: { application: name, sync: sync?.status ?? '', health: health?.status ?? '' },
  };
}

function caBundles(webhooks: readonly WebhookView[]): readonly Note[] {
  const empty = webhooks
    .flatMap((one) => one.webhooks)
    .filter((one) => one.service !== undefined && one.caBundleBytes === 0);
  return empty.length === 0 ? [] : [{ code: 'ca-bundle-still-empty', values: { count: empty.length } }];
}
