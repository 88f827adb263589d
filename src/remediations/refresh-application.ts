import type { ApplicationView } from '../evidence/types.ts';
import { nameOf, someNames } from '../runbooks/argocd/application.ts';
import { applicationFor, applicationOwnership, applicationRef, missingCrds } from './argocd/application.ts';
import { REFRESH, REFRESH_FIELD } from './argocd/refresh-annotation.ts';
import { busy, idleOr } from './argocd/sync-operation.ts';
import { manualSync } from './argocd/sync-windows.ts';
import { named } from './parts/operator.ts';
import { selfHeals } from './parts/ownership.ts';
import { type Definition, rightsFor } from './parts/planned.ts';
import { check, isRefused, type Reason, refuse } from './parts/refuse.ts';
import { crdObstacle } from './sync-application.ts';

/** What the repo server remembers of a failure: only a hard refresh makes it try again. */
const CACHED = /Manifest generation error \(cached\)/;

/**
 * Makes Argo CD compare now. It notices a CRD that is gone only at its next round, minutes later; where it heals by itself it then brings it
 * back. A hard refresh where it keeps an error in its cache.
 */
export const refreshApplication: Definition = {
  id: 'refresh-application',
  risk: 'low',
  writes: [
    {
      group: 'argoproj.io',
      resource: 'applications',
      verb: 'patch',
      fields: [REFRESH_FIELD],
      limits: [{ limit: 'one-of', path: REFRESH_FIELD, values: ['normal', 'hard'] }],
    },
  ],
  deadlineSeconds: 300,
  draft(evidence, diagnosis, cause) {
    const application = applicationFor(evidence, diagnosis);
    if (isRefused(application)) return application;
    const obstacle = busy(application) ?? crdObstacle(evidence, application, cause) ?? idle(application, evidence.at);
    if (obstacle) return obstacle;
    const object = applicationRef(application);
    const name = nameOf(application);
    const how = application.conditions.some(({ message }) => CACHED.test(message)) ? 'hard' : 'normal';
    return {
      steps: [
        {
          do: 'patch',
          object,
          contentHash: application.contentHash,
          patch: { metadata: { annotations: { [REFRESH]: how } } },
          expects: idleOr(application.operation?.phase),
        },
      ],
      diff: [{ object: named(object), path: `metadata.annotations[${REFRESH}]`, before: null, after: how }],
      checks: [
        check('crds-in-application', {
          application: name,
          crds: someNames(missingCrds(evidence, application) ?? []),
        }),
        check('application-heals', { application: name }),
      ],
      effects: [check('argocd-looks-now', { application: name }), check('operator-may-need-restart')],
      manages: [],
      untouched: [check('volumes'), check('git')],
      undo: { kind: 'none', because: check('refresh-needs-none') },
      ownership: applicationOwnership(application),
      permanent: check('crds-kept'),
      rights: rightsFor(object, 'applications'),
    };
  },
};

/** Why nothing would follow from a comparison. */
function idle(application: ApplicationView, at: string): Reason | undefined {
  const { operation, sync, windows = [] } = application;
  const name = nameOf(application);
  if (!selfHeals(application)) return refuse('heals-not', { application: name });
  if (operation?.phase !== 'Succeeded' || operation.revision !== sync?.revision)
    return refuse('last-sync-failed', { application: name });
  // What Argo CD does by itself has no privilege over a window.
  const window = manualSync(
    windows.map(({ manualSync: _, ...one }) => one),
    at,
  );
  return window === 'open' ? undefined : refuse('sync-window-closed', { application: name, window });
}
