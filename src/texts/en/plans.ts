import type { Values } from '../../diagnosis/types.ts';
import type { CheckCode, EffectCode, NoUndoCode, PermanentCode, UntouchedCode } from '../../remediations/codes.ts';

type Sentence = (values: Values) => string;

/** What a repair is called: on the card, on its button, in the result. */
export const remediationTitle: Readonly<Record<string, string>> = {
  'restart-operator': 'Restart the operator',
  'scale-operator-up': 'Start the operator',
  unpause: 'End the pause',
};

/** Facts that hold, and let the repair be offered. */
export const checkText = {
  'crds-served': (v) =>
    `The API server serves ${v['plural']} and the other kinds that its controller lists (${v['count']} in all).`,
  'operator-rights': (v) => `The operator's account has the ${v['count']} rights that it needs to start working.`,
  'admission-secret-there': (v) => `Secret ${v['secret']}, which the new pod mounts, is there with its keys.`,
  'no-secret-needed': () => 'The operator’s pod needs no Secret to start.',
  'quota-leaves-room': (v) => `The quotas of ${v['namespace']} leave room for the new pod.`,
  'no-quota': (v) => `No quota limits ${v['namespace']}.`,
  'pod-security-allows': (v) =>
    `Pod Security in ${v['namespace']} is “${v['level']}”, and nothing speaks against the operator’s pod.`,
  'rollout-settled': (v) => `No other rollout of ${v['name']} is under way.`,
  'scaled-to-zero': (v) => `Deployment ${v['name']} asks for no replica.`,
  'is-paused': (v) => `${v['name']} is paused.`,
} as const satisfies Record<CheckCode, Sentence>;

/** What people will notice. */
export const effectText = {
  'operator-is-replaced': (v) =>
    `A new operator pod starts before the old one ends; that takes about ${v['seconds']} seconds.`,
  'everything-is-checked-again': (v) =>
    v['count'] === 1
      ? 'The new operator looks at the one resource that it manages; if that is as it should be, nothing happens to it.'
      : `The new operator looks at all ${v['count']} resources that it manages; those that are as they should be are left alone.`,
  'blind-until-ready': (v) =>
    `Monitoring by ${v['name']} stays blind until its first pod is ready, usually within ${v['minutes']} minutes.`,
  'pending-changes-apply': (v) =>
    v['count'] === 1
      ? 'Whatever was changed in the resource meanwhile is carried out now: its pods may be replaced.'
      : `Whatever was changed meanwhile in the ${v['count']} resources that it manages is carried out now: pods may be replaced.`,
  'operator-starts': (v) => `The operator starts within about ${v['seconds']} seconds.`,
} as const satisfies Record<EffectCode, Sentence>;

export const untouchedText = {
  workloads: () => 'StatefulSets, pods and volumes of what is monitored and of what monitors.',
  'custom-resources': () => 'Prometheus, Alertmanager and other custom resources.',
  secrets: () => 'Secrets.',
  git: () => 'Anything in Git.',
} as const satisfies Record<UntouchedCode, Sentence>;

export const noUndoText = {
  'restart-needs-none': () =>
    'A restart can’t be taken back and needs no undo: the operator keeps no state, the same version starts again.',
} as const satisfies Record<NoUndoCode, Sentence>;

/** The change that makes it last, where the objects come from. */
export const permanentText = {
  'crds-before-operator': () =>
    'Bring the CRDs before the operator: in an Application of their own, or in an earlier sync wave that waits until they are established. Until then the next fresh install can lose the same race.',
  'crds-with-operator': () =>
    'Order the Application that brings the CRDs before the one that runs the operator, or let the chart bring them (crds.enabled: true, skipCrds off).',
  'rbac-at-its-source': () =>
    'Keep the operator’s ClusterRole and binding as the chart renders them, in Git: a right that is missing at the next start switches the controller off again.',
  'find-what-blocked': () => 'The restart frees the operator; find out what blocked it, or it can happen again.',
  'keep-the-token': () => 'Don’t delete the operator’s ServiceAccount while it runs; its token ends with it.',
  'replicas-at-their-source': () =>
    'The chart runs one operator (replicas: 1). If Git, a Kustomize patch or an autoscaler sets 0, change it there, or the next sync takes it away again.',
  'paused-at-its-source': () =>
    'Remove paused: true from the values (prometheus.prometheusSpec.paused), or the next sync sets it again.',
} as const satisfies Record<PermanentCode, Sentence>;
