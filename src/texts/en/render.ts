import type { Rung } from '../../diagnosis/ladder.ts';
import type { Certainty, Verdict } from '../../diagnosis/types.ts';
import type { Target } from '../../evidence/types.ts';

export const rungNames = {
  crd: 'CRD',
  resource: 'resource',
  'operator-pod': 'operator pod',
  'start-up': 'start-up',
  controller: 'controller',
  caches: 'caches',
  selected: 'selection',
  sync: 'sync',
  statefulset: 'StatefulSet',
  pods: 'pods',
  ready: 'readiness',
  status: 'status',
} as const satisfies Record<Rung, string>;

export const verdictNames = {
  healthy: 'healthy',
  degraded: 'degraded',
  broken: 'broken',
  inconclusive: 'inconclusive',
} as const satisfies Record<Verdict, string>;

export const certaintyNames = { proven: 'proven', likely: 'likely', possible: 'possible' } as const satisfies Record<
  Certainty,
  string
>;

/** Words around a diagnosis. */
export const renderText = {
  target: (target: Target): string =>
    target.name === '' ? target.kind : `${target.kind} ${target.namespace}/${target.name}`,
  /** The first line: cluster, target, verdict, cause. */
  headline: (
    cluster: string,
    target: string,
    verdict: string,
    cause: string | undefined,
    certainty: string | undefined,
  ): string => {
    const where = cluster === '' ? target : `${cluster}: ${target}`;
    if (cause === undefined) return `${where} is ${verdict}`;
    return certainty === 'proven' || certainty === undefined
      ? `${where} is ${verdict}: ${cause}`
      : `${where} is ${verdict}: ${cause} (${certainty})`;
  },
  /** The first line of what is in order and yet watches nothing. */
  off: (cluster: string, target: string): string =>
    cluster === ''
      ? `${target} is scaled to 0 on purpose: monitoring is off`
      : `${cluster}: ${target} is scaled to 0 on purpose: monitoring is off`,
  offBecause:
    'Nothing is broken, but the resource itself says replicas: 0, so no pod is wanted. If it should run, set replicas in the Helm values (prometheus.prometheusSpec.replicas) and sync.',
  /** A cause on a first line, where it stands without its proof. */
  causeWith: (cause: string, certainty: string): string => (certainty === 'proven' ? cause : `${cause} (${certainty})`),
  ladderStops: (marks: string, step: number, of: number, rung: string): string =>
    `${marks} stops at ${step}/${of}: ${rung}`,
  ladderUnknown: (marks: string, step: number, of: number, rung: string): string =>
    `${marks} not known from ${step}/${of}: ${rung}`,
  ladderWhole: (marks: string, of: number): string => `${marks} all ${of} steps reached`,
  headings: {
    why: 'Why',
    next: 'Next, once that is repaired',
    consequences: 'What follows from it',
    noise: 'Noise',
    ruledOut: 'Ruled out',
    notChecked: 'Not checked',
    toDo: 'What to do',
    vain: 'What does not help',
    advice: 'To make it last',
    seen: 'What was seen',
    proposals: 'What promfix can do',
  },
  causesIntro: 'The causes, in the order of the path; `explain CAUSE` tells of one:',
  causesOf: (rung: Rung | null, causes: string): string =>
    rung === null ? `beside it: ${causes}` : `${rungNames[rung]}: ${causes}`,
  healthy: 'Nothing is broken on the path of this resource.',
  inconclusive: 'The evidence does not prove a cause.',
  blindSince: (at: string): string => `Monitoring has been blind since ${at}.`,
  blindAtLeast: (at: string): string => `Monitoring has been blind since ${at} at least.`,
  ownRights: 'These commands run under your own rights; promfix runs none of them from here.',
  /** What is quoted may end without a full stop. */
  follows: (what: string, why: string): string => (/[.!?:”]\s*$/.test(what) ? `${what} ${why}` : `${what}. ${why}`),
  remediation: (title: string, risk: string): string => `${title} (risk: ${risk})`,
  refused: (title: string, why: string): string => `${title}: not offered. ${why}`,
  /** The fact, then the causes it excludes, as `promfix explain` knows them. */
  ruledOut: (fact: string, causes: readonly string[]): string => `${fact} [${causes.join(', ')}]`,
  explain: {
    alias: 'Also called',
    rung: 'Step',
    what: 'What it is',
    effect: 'What follows',
    proof: 'How it is proven',
    repair: 'How it is repaired',
    commands: 'Commands',
    vain: 'What does not help',
    remediations: 'promfix can',
    byHand: 'Why by hand',
  },
  beside: 'beside the path',
  tried: (tried: string, because: string): string => `${tried}: ${because}`,
} as const;
