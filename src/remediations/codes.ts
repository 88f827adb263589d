/** Facts that had to hold before a repair was offered. Sentences: `texts/en/plans.ts`. */
export const CHECK_CODES = [
  'crds-served',
  'operator-rights',
  'admission-secret-there',
  'no-secret-needed',
  'quota-leaves-room',
  'no-quota',
  'pod-security-allows',
  'rollout-settled',
  'scaled-to-zero',
  'is-paused',
] as const;
export type CheckCode = (typeof CHECK_CODES)[number];

/** What people will notice while a repair runs. */
export const EFFECT_CODES = [
  'operator-is-replaced',
  'everything-is-checked-again',
  'blind-until-ready',
  'pending-changes-apply',
  'operator-starts',
] as const;
export type EffectCode = (typeof EFFECT_CODES)[number];

export const UNTOUCHED_CODES = ['workloads', 'custom-resources', 'secrets', 'git'] as const;
export type UntouchedCode = (typeof UNTOUCHED_CODES)[number];

export const NO_UNDO_CODES = ['restart-needs-none'] as const;
export type NoUndoCode = (typeof NO_UNDO_CODES)[number];

/** What makes a repair last, to be changed where the objects come from. */
export const PERMANENT_CODES = [
  'crds-before-operator',
  'crds-with-operator',
  'rbac-at-its-source',
  'find-what-blocked',
  'keep-the-token',
  'replicas-at-their-source',
  'paused-at-its-source',
] as const;
export type PermanentCode = (typeof PERMANENT_CODES)[number];

/** Why a repair is not offered, or not carried out. Sentences: `texts/en/refusals.ts`. */
export const REFUSAL_CODES = [
  // -- by the plan
  'unknown-remediation',
  'nothing-broken',
  'wrong-cause',
  'not-certain',
  'not-live',
  'other-cluster',
  'not-checked',
  'not-judged',
  'operator-not-found',
  'crd-not-served',
  'other-kind-not-served',
  'operator-right-missing',
  'admission-secret-missing',
  'admission-secret-bad',
  'quota-full',
  'quota-unclear',
  'pod-security-refuses',
  'deployment-paused',
  'no-replicas',
  'rollout-in-progress',
  'already-scaled-up',
  'not-paused',
  'being-deleted',
  // -- by the worker, before anything was changed
  'no-longer-proposed',
  'worker-right-missing',
  'write-forbidden',
  'write-conflict',
  'write-invalid',
  'write-refused',
  'pod-security-warns',
  'changes-more',
  'object-gone',
  'object-replaced',
  'object-changed',
  'not-declared',
  'no-rule',
  'drifted',
  'drifted-twice',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];
