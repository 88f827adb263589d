import type { ApplicationView, Evidence } from '../../evidence/types.ts';
import { nameOf } from '../../runbooks/argocd/application.ts';
import { named } from '../parts/operator.ts';
import { check, type Reason, refuse } from '../parts/refuse.ts';
import type { Check, DeclaredWrite, DiffLine, Expected, Limit } from '../types.ts';
import { applicationRef, heldBack, isBusy } from './application.ts';
import { manualSync } from './sync-windows.ts';

const OPERATION = '/operation';
const STATE = '/status/operationState';
const PHASE = `${STATE}/phase`;
const OVER = ['Succeeded', 'Failed', 'Error'] as const;

/**
 * What an operation must not have, whoever asks for it: a source of its own would deploy anything anywhere the project allows. And of the
 * status, which any patch of an Application can write, only what is needed to begin and to end an operation.
 */
const OPERATION_LIMITS: readonly Limit[] = [
  ...['sync/manifests', 'sync/source', 'sync/sources', 'sync/syncStrategy/apply', 'initiatedBy/automated'].map(
    (field): Limit => ({ limit: 'unchanged', path: `${OPERATION}/${field}` }),
  ),
  { limit: 'one-of', path: `${OPERATION}/sync/prune`, values: [false] },
  { limit: 'one-of', path: `${OPERATION}/sync/syncStrategy/hook/force`, values: [false] },
  { limit: 'gone-or-but', path: STATE, key: 'phase', values: ['Terminating'] },
];

export const writesOperation = (...more: readonly string[]): DeclaredWrite => ({
  group: 'argoproj.io',
  resource: 'applications',
  verb: 'patch',
  fields: [OPERATION, STATE, ...more],
  limits: OPERATION_LIMITS,
});

/** No operation is under way: one that is written over another is lost. */
export const IDLE: readonly Expected[] = [{ path: OPERATION, is: [null] }];
export const ENDED: readonly Expected[] = [...IDLE, { path: PHASE, is: OVER }];
/** This very operation runs, and its controller was asked to run it. */
export const runs = (startedAt: string): readonly Expected[] => [
  { path: OPERATION, is: 'present' },
  { path: PHASE, is: ['Running'] },
  { path: `${STATE}/startedAt`, is: [startedAt] },
];

interface Sync {
  readonly patch: { readonly operation: Readonly<Record<string, unknown>>; readonly status: { operationState: null } };
  readonly line: DiffLine;
  readonly revision: string;
  readonly checks: readonly Check[];
  readonly effects: readonly Check[];
}

/**
 * A whole sync, hooks included, of what Argo CD compared last. An operation that is asked for by the Kubernetes API inherits nothing from
 * the Application, so all of it is said. The state of the last operation is taken away with it: what it leaves there could survive in
 * releases up to 3.5, a selection of objects for one, with which no hook would run.
 */
export function syncOf(
  evidence: Evidence,
  application: ApplicationView,
  remediation: string,
  syncOptions: readonly string[] = application.syncOptions,
): Sync | Reason {
  const obstacle = obstacleToSync(evidence, application);
  if (obstacle) return obstacle;
  const revisions = revisionsOf(application);
  if ('refused' in revisions) return revisions;
  const name = nameOf(application);
  const revision = 'revision' in revisions ? revisions.revision : revisions.revisions.join(', ');
  const options = syncOptions.join(', ') || 'none';
  return {
    revision,
    patch: {
      operation: {
        initiatedBy: { username: 'promfix' },
        info: [{ name: 'promfix', value: remediation }],
        retry: retryOf(application),
        sync: { ...revisions, prune: false, syncStrategy: { hook: {} }, syncOptions },
      },
      status: { operationState: null },
    },
    line: {
      object: named(applicationRef(application)),
      path: 'operation',
      before: null,
      after: `sync of ${revision} with hooks, no pruning; options: ${options}`,
    },
    checks: [check('application-idle', { application: name }), ...windowChecks(application)],
    effects: [
      check('argocd-syncs-all', { application: name, revision, count: application.resourceCount }),
      ...(application.operation ? [check('last-state-goes', { application: name })] : []),
      ...(application.windows === undefined ? [check('windows-not-read', { application: name })] : []),
    ],
  };
}

/** Whatever keeps Argo CD from syncing now, or would make it do more than is meant. */
function obstacleToSync(evidence: Evidence, application: ApplicationView): Reason | undefined {
  const name = nameOf(application);
  const { conditions, windows } = application;
  const error = conditions.find(({ type }) => type === 'ComparisonError' || type === 'InvalidSpecError');
  if (error) return refuse('comparison-fails', { application: name, message: error.message });
  const window = windows === undefined ? 'open' : manualSync(windows, evidence.at);
  if (window !== 'open') return refuse('sync-window-closed', { application: name, window });
  const count = heldBack(evidence, application);
  return count > 0 ? refuse('changes-held-back', { application: name, count }) : undefined;
}

/** A sync that is asked for while another one is under way is lost. */
export function busy(application: ApplicationView): Reason | undefined {
  if (!isBusy(application)) return undefined;
  const { operation } = application;
  return refuse('operation-running', {
    application: nameOf(application),
    message: operation?.message ?? '',
    since: operation?.startedAt ?? '',
  });
}

/** What was compared last, by its resolved name: a chart version or a commit. */
function revisionsOf(
  application: ApplicationView,
): { readonly revision: string } | { readonly revisions: readonly string[] } | Reason {
  const { sync, sources, multiSource } = application;
  const unknown = refuse('revision-unknown', { application: nameOf(application) });
  if (multiSource === true) return sync?.revisions?.length === sources.length ? { revisions: sync.revisions } : unknown;
  return sync?.revision === undefined || sync.revision === '' || sources.length === 0
    ? unknown
    : { revision: sync.revision };
}

/** The Application's own, or two more tries: an operation that tries for long keeps self-heal away. */
function retryOf({ retry }: ApplicationView): Readonly<Record<string, unknown>> {
  if (retry === undefined) return { limit: 2, backoff: { duration: '10s', factor: 2, maxDuration: '1m' } };
  const { limit, refresh, duration, factor, maxDuration } = retry;
  const backoff = {
    ...(duration !== undefined && { duration }),
    ...(factor !== undefined && { factor }),
    ...(maxDuration !== undefined && { maxDuration }),
  };
  return {
    ...(limit !== undefined && { limit }),
    ...(refresh !== undefined && { refresh }),
    ...(Object.keys(backoff).length > 0 && { backoff }),
  };
}

function windowChecks({ windows, project }: ApplicationView): readonly Check[] {
  if (windows === undefined) return [];
  return [check(windows.length === 0 ? 'no-windows' : 'windows-open', { project: project ?? 'default' })];
}

/** The phase that a plan found, and those that an operation ends with. */
export const idleOr = (phase: string | undefined): readonly Expected[] => [
  ...IDLE,
  { path: PHASE, is: [...new Set([phase ?? null, null, ...OVER])] },
];
