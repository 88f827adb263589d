import type { ApplicationView } from '../../evidence/types.ts';
import { waitsFor } from '../../parse/argocd-message.ts';
import { because } from '../because.ts';
import type { Coded } from '../types.ts';
import { nameOf, rowName, someNames } from './application.ts';

export const STATE_CODES = [
  'argocd-comparison-error',
  'argocd-degraded',
  'argocd-missing',
  'argocd-out-of-sync',
  'argocd-progressing',
  'argocd-sync-failed',
  'argocd-synced',
  'argocd-waits-for-health',
  'argocd-waits-for-hook',
] as const;
type StateCode = (typeof STATE_CODES)[number];

type Found = Coded<StateCode>;

/** What an Application shows: never a cause by itself, but what people see first. */
export function judgeState(app: ApplicationView): readonly Found[] {
  const found = [...judgeSyncStatus(app), ...judgeHealth(app), ...judgeOperation(app), ...judgeConditions(app)];
  if (found.length > 0 || app.sync?.status !== 'Synced') return found;
  return [
    {
      kind: 'observation',
      code: 'argocd-synced',
      certainty: 'proven',
      values: { application: nameOf(app), health: app.health?.status ?? 'unknown' },
      because: [because('applications', `${nameOf(app)}: status.sync.status`, { quote: 'Synced' })],
    },
  ];
}

function judgeSyncStatus(app: ApplicationView): readonly Found[] {
  if (app.sync?.status !== 'OutOfSync') return [];
  const rows = app.resources.filter((row) => row.status === 'OutOfSync').map(rowName);
  return [
    {
      kind: 'observation',
      code: 'argocd-out-of-sync',
      certainty: 'proven',
      values: { application: nameOf(app), count: rows.length, resources: someNames(rows) },
      because: [
        because('applications', `${nameOf(app)}: status.resources`, { quote: someNames(rows, 10) || 'OutOfSync' }),
      ],
    },
  ];
}

const HEALTH: Readonly<Record<string, StateCode>> = {
  Progressing: 'argocd-progressing',
  Degraded: 'argocd-degraded',
  Missing: 'argocd-missing',
};

function judgeHealth(app: ApplicationView): readonly Found[] {
  const code = HEALTH[app.health?.status ?? ''];
  if (!code) return [];
  return [
    {
      kind: 'observation',
      code,
      certainty: 'proven',
      values: { application: nameOf(app), since: app.health?.lastTransitionTime ?? '' },
      because: [
        because('applications', `${nameOf(app)}: status.health.status`, {
          at: app.health?.lastTransitionTime,
          quote: app.health?.message ?? app.health?.status,
        }),
      ],
    },
  ];
}

function judgeOperation(app: ApplicationView): readonly Found[] {
  const operation = app.operation;
  if (!operation) return [];
  const waits = operation.phase === 'Running' ? waitsFor(operation.message) : undefined;
  const proof = [
    because('applications', `${nameOf(app)}: status.operationState.message`, {
      at: operation.startedAt,
      quote: operation.message,
    }),
  ];
  if (waits) {
    const code = waits.state === 'health' ? 'argocd-waits-for-health' : 'argocd-waits-for-hook';
    return [
      {
        kind: 'observation',
        code,
        certainty: 'proven',
        values: { application: nameOf(app), what: waits.what, since: operation.startedAt ?? '' },
        because: proof,
      },
    ];
  }
  // A running operation with an end is a failed one that will be tried again.
  const failed =
    operation.phase === 'Failed' ||
    operation.phase === 'Error' ||
    (operation.phase === 'Running' && operation.finishedAt !== undefined);
  if (!failed) return [];
  return [
    {
      kind: 'observation',
      code: 'argocd-sync-failed',
      certainty: 'proven',
      values: { application: nameOf(app), message: operation.message ?? '', retries: operation.retryCount ?? 0 },
      because: [
        ...proof,
        ...operation.results
          .filter((row) => row.status === 'SyncFailed')
          .slice(0, 3)
          .map((row) => because('applications', `${nameOf(app)}: ${rowName(row)}`, { quote: row.message })),
      ],
    },
  ];
}

function judgeConditions(app: ApplicationView): readonly Found[] {
  return app.conditions
    .filter((one) => one.type === 'ComparisonError')
    .slice(0, 1)
    .map((one) => ({
      kind: 'observation',
      code: 'argocd-comparison-error',
      certainty: 'proven',
      values: { application: nameOf(app), message: one.message },
      because: [
        because('applications', `${nameOf(app)}: status.conditions[ComparisonError]`, {
          at: one.lastTransitionTime,
          quote: one.message,
        }),
      ],
    }));
}
