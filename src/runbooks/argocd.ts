import { concerned, nameOf } from './argocd/application.ts';
import { CAUSE_CODES, judgeCauses } from './argocd/causes.ts';
import { judgeState, STATE_CODES } from './argocd/state.ts';
import { because, notChecked } from './because.ts';
import { type Coded, defineRunbook } from './types.ts';

const CODES = [...STATE_CODES, ...CAUSE_CODES, 'not-read', 'project-permits'] as const;
type Found = Coded<(typeof CODES)[number]>;

/** What Argo CD shows, waits for and does by itself. Only what the Kubernetes API tells: no request to Argo CD. */
export const argocd = defineRunbook({
  id: 'argocd',
  reads: ['applications', 'resource', 'crds', 'operators', 'jobs', 'admissionSecret', 'pasted'],
  codes: CODES,
  judge: (evidence) => {
    const apps = concerned(evidence);
    const causes = apps.flatMap((app) => judgeCauses(app, evidence));
    const refused = causes.some((one) => one.kind === 'cause' && one.cause === 'argocd-project-not-permitted');
    const permitted: readonly Found[] =
      apps[0] && !refused
        ? [
            {
              kind: 'ruled-out',
              cause: 'argocd-project-not-permitted',
              code: 'project-permits',
              certainty: 'proven',
              values: { project: apps[0].project ?? 'default', application: nameOf(apps[0]) },
              because: [
                because('applications', `${nameOf(apps[0])}: status.operationState.syncResult`, {
                  quote: 'no resource is refused by the project',
                }),
              ],
            },
          ]
        : [];
    return [
      ...apps.flatMap(judgeState),
      ...causes,
      ...permitted,
      ...notChecked('not-read', 'applications', evidence.applications),
    ];
  },
});
