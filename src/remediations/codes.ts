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
  'storage-class-there',
  'operator-has-right',
  'quota-has-room',
  'quota-gone',
  'webhook-lets-through',
  'statefulset-is-ours',
  'object-is-ours',
  'operator-id',
  'operator-selects',
  'version-from-image',
  'version-without-digest',
] as const;
export type CheckCode = (typeof CHECK_CODES)[number];

/** What people will notice while a repair runs. */
export const EFFECT_CODES = [
  'operator-is-replaced',
  'everything-is-checked-again',
  'blind-until-ready',
  'pending-changes-apply',
  'operator-starts',
  'operator-tries-again',
  'operator-sees-it',
  'operator-takes-it',
  'made-anew',
  'pods-are-adopted',
  'digest-no-longer-pinned',
] as const;
export type EffectCode = (typeof EFFECT_CODES)[number];

export const UNTOUCHED_CODES = [
  'workloads',
  'pods',
  'volumes',
  'volumes-stay-behind',
  'no-volumes',
  'custom-resources',
  'spec',
  'secrets',
  'git',
] as const;
export type UntouchedCode = (typeof UNTOUCHED_CODES)[number];

export const NO_UNDO_CODES = ['restart-needs-none', 'nudge-needs-none', 'operator-makes-it-anew'] as const;
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
  'keep-what-was-mended',
  'resource-label-at-its-source',
  'who-took-the-label',
  'who-changed-the-object',
  'controller-id-at-its-source',
  'instance-label-at-its-source',
  'version-at-its-source',
] as const;
export type PermanentCode = (typeof PERMANENT_CODES)[number];

/** Why a repair is not offered, or not carried out. Sentences: `texts/en/refusals.ts`. */
export const REFUSAL_CODES = [
  // -- by the plan
  'unknown-remediation',
  'nothing-broken',
  'advice-only',
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
  'resource-absent',
  'storage-class-still-missing',
  'right-still-missing',
  'right-not-asked',
  'quota-still-full',
  'webhook-still-down',
  'label-is-right',
  'not-owned',
  'held-by-finalizer',
  'protected-namespace',
  'controller-id-fits',
  'another-operator-claims',
  'selector-unclear',
  'selector-fits',
  'version-is-readable',
  'version-unknown',
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
