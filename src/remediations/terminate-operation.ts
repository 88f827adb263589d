import type { ApplicationView, Evidence, JobView } from '../evidence/types.ts';
import { waitsFor } from '../parse/argocd-message.ts';
import { nameOf } from '../runbooks/argocd/application.ts';
import { applicationFor, applicationOwnership, applicationRef, isBusy } from './argocd/application.ts';
import { ENDED, IDLE, runs, syncOf, writesOperation } from './argocd/sync-operation.ts';
import { named } from './parts/operator.ts';
import { type Definition, rightsFor } from './parts/planned.ts';
import { check, isRefused, type Reason, refuse } from './parts/refuse.ts';
import type { Check } from './types.ts';

/** Seconds that an operation may wait for the same thing before it is called stuck. */
const STUCK = 300;

/**
 * Ends an operation of Argo CD that waits for what will not happen, and starts a whole sync after it: an operation that was terminated
 * counts as failed, and after a failed one Argo CD does nothing by itself for that revision.
 */
export const terminateOperation: Definition = {
  id: 'terminate-operation',
  risk: 'medium',
  writes: [writesOperation()],
  deadlineSeconds: 600,
  draft(evidence, diagnosis) {
    const application = applicationFor(evidence, diagnosis);
    if (isRefused(application)) return application;
    const stuck = stuckOperation(evidence, application);
    if ('refused' in stuck) return stuck;
    const sync = syncOf(evidence, application, 'terminate-operation');
    if ('refused' in sync) return sync;
    const object = applicationRef(application);
    const { contentHash } = application;
    return {
      steps: [
        {
          do: 'patch',
          object,
          contentHash,
          patch: { status: { operationState: { phase: 'Terminating' } } },
          expects: runs(stuck.startedAt),
          awaits: ENDED,
        },
        { do: 'patch', object, contentHash, patch: sync.patch, expects: IDLE },
      ],
      diff: [
        {
          object: named(object),
          path: 'status.operationState.phase',
          before: `Running since ${stuck.startedAt}: ${stuck.message}`,
          after: 'Terminating',
        },
        sync.line,
      ],
      checks: [
        check('operation-stuck', { application: nameOf(application), message: stuck.message, since: stuck.startedAt }),
        ...sync.checks.filter(({ code }) => code !== 'application-idle'),
      ],
      effects: [
        check('operation-ends', { application: nameOf(application) }),
        ...hookAgain(evidence, stuck.message),
        ...sync.effects,
      ],
      manages: [],
      untouched: [check('nothing-pruned'), check('volumes'), check('git')],
      undo: { kind: 'none', because: check('operation-cannot-be-resumed') },
      ownership: applicationOwnership(application),
      permanent: check('hook-with-deadline'),
      rights: rightsFor(object, 'applications'),
    };
  },
};

/** The operation that has waited long enough. */
function stuckOperation(
  { at }: Evidence,
  application: ApplicationView,
): { readonly startedAt: string; readonly message: string } | Reason {
  const { operation } = application;
  const name = nameOf(application);
  if (!isBusy(application) || operation?.phase !== 'Running' || operation.startedAt === undefined)
    return refuse('operation-not-running', { application: name });
  const { startedAt, message = '' } = operation;
  const seconds = Math.floor((Date.parse(at) - Date.parse(startedAt)) / 1000);
  // One that failed and will be tried again is ended just the same.
  const isWaiting = waitsFor(message) !== undefined || operation.finishedAt !== undefined;
  return isWaiting && seconds >= STUCK
    ? { startedAt, message }
    : refuse('operation-not-stuck', { application: name, seconds, message });
}

/** The hook starts anew: what stopped it has to be gone. */
function hookAgain({ jobs }: Evidence, message: string): readonly Check[] {
  const waits = waitsFor(message);
  if (waits?.state !== 'hook') return [];
  const name = waits.what.split('/').at(-1) ?? '';
  const job = jobs.state === 'read' ? jobs.value.find(({ meta }) => meta.name === name) : undefined;
  return [check('hook-starts-again', { job: name, reason: (job && reasonOf(job)) ?? '' })];
}

function reasonOf({ pods }: JobView): string | undefined {
  const container = pods.flatMap((pod) => [...pod.initContainers, ...pod.containers]).find(({ ready }) => !ready);
  const state = container?.state.waiting ?? container?.state.terminated;
  return state?.reason;
}
