import { serverSideApply as isServerSide, nameOf, someNames } from '../runbooks/argocd/application.ts';
import { applicationFor, applicationOwnership, applicationRef, missingCrds } from './argocd/application.ts';
import { busy, idleOr, syncOf, writesOperation } from './argocd/sync-operation.ts';
import { named } from './parts/operator.ts';
import { type Definition, rightsFor } from './parts/planned.ts';
import { check, isRefused, refuse } from './parts/refuse.ts';

const ON = 'ServerSideApply=true';
const OFF = 'ServerSideApply=false';
const OPTIONS = '/spec/syncPolicy/syncOptions';

/**
 * Switches an Application to server-side apply and syncs it, in one write: the long CRDs have no room in the annotation that client-side
 * apply keeps. Only where nobody else writes the Application's spec; otherwise it is a change for Git.
 */
export const serverSideApply: Definition = {
  id: 'server-side-apply',
  risk: 'high',
  writes: [
    {
      ...writesOperation(OPTIONS),
      limits: [...(writesOperation().limits ?? []), { limit: 'members-within', path: OPTIONS, values: [ON, OFF] }],
    },
  ],
  deadlineSeconds: 600,
  draft(evidence, diagnosis) {
    const application = applicationFor(evidence, diagnosis);
    if (isRefused(application)) return application;
    const name = nameOf(application);
    const { syncOptions: before, parent, contentHash } = application;
    if (isServerSide(application)) return refuse('already-server-side', { application: name });
    if (parent !== undefined) return refuse('application-managed', { application: name, parent });
    const after = [...before.filter((option) => option !== OFF), ON];
    const sync = busy(application) ?? syncOf(evidence, application, 'server-side-apply', after);
    if ('refused' in sync) return sync;
    const object = applicationRef(application);
    const missing = missingCrds(evidence, application) ?? [];
    return {
      steps: [
        {
          do: 'patch',
          object,
          contentHash,
          patch: { spec: { syncPolicy: { syncOptions: after } }, ...sync.patch },
          expects: idleOr(application.operation?.phase),
        },
      ],
      diff: [
        {
          object: named(object),
          path: 'spec.syncPolicy.syncOptions',
          before: before.length > 0 ? before.join(', ') : null,
          after: after.join(', '),
        },
        sync.line,
      ],
      checks: [check('written-client-side', { application: name, crds: someNames(missing, 6) }), ...sync.checks],
      effects: [...sync.effects, check('fields-change-hands'), check('operator-may-need-restart')],
      manages: [],
      untouched: [check('nothing-pruned'), check('volumes'), check('git')],
      undo: {
        kind: 'steps',
        steps: [
          {
            do: 'patch',
            object,
            contentHash: '',
            patch: { spec: { syncPolicy: { syncOptions: before.length > 0 ? before : null } } },
          },
        ],
      },
      ownership: applicationOwnership(application),
      permanent: check('server-side-apply-at-its-source'),
      rights: rightsFor(object, 'applications'),
    };
  },
};
