/** Every repair that promfix knows, by the name that people ask for it with. */
export type RemediationId =
  | 'restart-operator'
  | 'scale-operator-up'
  | 'unpause'
  | 'nudge'
  | 'relabel-statefulset'
  | 'orphan-delete-statefulset'
  | 'remove-owned-conflict'
  | 'recreate-resource'
  | 'fix-controller-id'
  | 'add-instance-label'
  | 'set-version'
  | 'admission-certificate'
  | 'test-chart-version'
  | 'refresh-application'
  | 'sync-application'
  | 'terminate-operation'
  | 'server-side-apply'
  | 'repair-operator-rights';

/** Id under which the undo of any repair is proposed, approved and carried out. */
export const UNDO = 'undo';

/** What a plan may be for. */
export type RepairId = RemediationId | typeof UNDO;
