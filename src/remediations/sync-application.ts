import type { CauseSlug } from '../diagnosis/causes.ts';
import type { ApplicationView, Evidence } from '../evidence/types.ts';
import { nameOf, serverSideApply, someNames } from '../runbooks/argocd/application.ts';
import { applicationFor, applicationOwnership, applicationRef, missingCrds } from './argocd/application.ts';
import { busy, idleOr, syncOf, writesOperation } from './argocd/sync-operation.ts';
import { type Definition, rightsFor } from './parts/planned.ts';
import { check, isRefused, type Reason, refuse, unread } from './parts/refuse.ts';

/** Causes in which the CRDs are what has to come back. */
const CRD_CAUSES: readonly CauseSlug[] = ['crds-pruned', 'crd-missing', 'sibling-crd-missing', 'csa-crd-too-long'];

/**
 * Asks Argo CD for a whole sync. Its self-heal syncs only what drifted and never runs a hook: what a hook made, such as the admission Secret,
 * comes back by this alone.
 */
export const syncApplication: Definition = {
  id: 'sync-application',
  risk: 'medium',
  writes: [writesOperation()],
  deadlineSeconds: 600,
  draft(evidence, diagnosis, cause) {
    const application = applicationFor(evidence, diagnosis);
    if (isRefused(application)) return application;
    const sync =
      busy(application) ??
      crdObstacle(evidence, application, cause) ??
      syncOf(evidence, application, 'sync-application');
    if ('refused' in sync) return sync;
    const object = applicationRef(application);
    return {
      steps: [
        {
          do: 'patch',
          object,
          contentHash: application.contentHash,
          patch: sync.patch,
          expects: idleOr(application.operation?.phase),
        },
      ],
      diff: [sync.line],
      checks: sync.checks,
      effects: [...sync.effects, ...(CRD_CAUSES.includes(cause) ? [check('operator-may-need-restart')] : [])],
      manages: [],
      untouched: [check('nothing-pruned'), check('volumes'), check('git')],
      undo: { kind: 'none', because: check('sync-needs-none') },
      ownership: applicationOwnership(application),
      permanent: check(CRD_CAUSES.includes(cause) ? 'crds-kept' : 'full-sync-for-hooks'),
      rights: rightsFor(object, 'applications'),
    };
  },
};

/** Whether a sync would bring the missing CRDs at all. */
export function crdObstacle(evidence: Evidence, application: ApplicationView, cause: CauseSlug): Reason | undefined {
  if (!CRD_CAUSES.includes(cause)) return undefined;
  const missing = missingCrds(evidence, application);
  if (missing === undefined)
    return evidence.crds.state === 'unread'
      ? unread('the CRDs', evidence.crds)
      : refuse('not-judged', { what: 'which CRDs are missing' });
  if (missing.length === 0) return refuse('crds-not-in-application', { application: nameOf(application) });
  return serverSideApply(application)
    ? undefined
    : refuse('needs-server-side', { application: nameOf(application), crds: someNames(missing) });
}
