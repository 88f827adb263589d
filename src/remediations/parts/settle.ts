import type { Evidence, RoleView } from '../../evidence/types.ts';
import { applicationOf } from './ownership.ts';

/** Whoever keeps an object by a watch puts it back within seconds; Argo CD's self-heal waits 5. */
const WATCHED_SECONDS = 30;
/** Where an Application keeps it that was not read: its regular look at all it deploys (120 s and up to 60 s more), and the sync after it. */
const RECONCILED_SECONDS = 200;
const TRACKING = 'argocd.argoproj.io/tracking-id';

/** How long a change must have lasted until its owner would have put it back. */
export function settleSeconds(
  evidence: Evidence,
  objects: readonly (Pick<RoleView, 'meta'> & { kind: string })[],
): number {
  const isUnknown = objects.some(
    ({ kind, meta }) => meta.annotations[TRACKING] !== undefined && applicationOf(evidence, kind, meta) === undefined,
  );
  return isUnknown ? RECONCILED_SECONDS : WATCHED_SECONDS;
}
