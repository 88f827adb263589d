import { isReady } from '../evidence/operator-pod.ts';
import type { Evidence } from '../evidence/types.ts';
import { because, notChecked, readValue } from './because.ts';
import { CRASH_CODES, fromFlags, judgeCrash } from './operator-pod/crash.ts';
import { judgePodless, PODLESS_CODES } from './operator-pod/podless.ts';
import { judgeWaiting, WAITING_CODES } from './operator-pod/waiting.ts';
import { operatorPod, responsible } from './operator-story.ts';
import { type Coded, defineRunbook } from './types.ts';

const OWN = [
  'events-not-checked',
  'operator-missing',
  'operator-not-ready',
  'operator-ready',
  'operators-not-checked',
  'operator-pods-not-checked',
  'operator-scaled-down',
] as const;
type Found = Coded<
  (typeof OWN)[number] | (typeof PODLESS_CODES)[number] | (typeof WAITING_CODES)[number] | (typeof CRASH_CODES)[number]
>;
type Seen = Pick<Evidence, 'target' | 'at' | 'operators' | 'admissionSecret' | 'pasted'>;

/** Does the operator run at all, and if not, at which step does its pod stop? */
export const operatorPodRunbook = defineRunbook({
  id: 'operator-pod',
  reads: ['operators', 'admissionSecret', 'pasted'],
  codes: [...OWN, ...PODLESS_CODES, ...WAITING_CODES, ...CRASH_CODES],
  judge(seen): readonly Found[] {
    if (seen.pasted !== undefined) return [];
    const operator = responsible(seen);
    if (!operator) return noOperator(seen);
    const { deployment } = operator;
    if (deployment.replicas === 0) {
      const values = { deployment: deployment.meta.name, namespace: deployment.meta.namespace ?? '' };
      return [
        {
          kind: 'cause',
          cause: 'operator-scaled-0',
          code: 'operator-scaled-down',
          certainty: 'proven',
          values,
          because: [because('operators', `Deployment/${deployment.meta.name}: spec.replicas`, { quote: '0' })],
        },
      ];
    }
    const pods = readValue(operator.pods);
    if (!pods) {
      const flags = fromFlags(operator, []).map((one) => ({ ...one, certainty: 'likely' }) as const);
      return [...notChecked('operator-pods-not-checked', 'operators', operator.pods), ...flags];
    }
    const pod = operatorPod(operator);
    if (pod && isReady(pod)) return ready(seen);
    const causes = pod
      ? [...judgeWaiting(seen, operator, pod), ...judgeCrash(seen, operator, pod)]
      : judgePodless(operator);
    const values = { deployment: deployment.meta.name, pod: pod?.meta.name ?? '', phase: pod?.phase ?? '' };
    return [
      {
        kind: 'observation',
        code: 'operator-not-ready',
        certainty: 'proven',
        values,
        because: [
          because('operators', `Deployment/${deployment.meta.name}: status.readyReplicas`, {
            quote: String(deployment.status.readyReplicas),
          }),
        ],
      },
      ...(causes.length === 0 ? notChecked('events-not-checked', 'operators', operator.events) : []),
      ...causes,
    ];
  },
});

function noOperator(seen: Seen): readonly Found[] {
  if (seen.operators.state === 'unread') return notChecked('operators-not-checked', 'operators', seen.operators);
  return [
    {
      kind: 'cause',
      cause: 'operator-missing',
      code: 'operator-missing',
      certainty: 'proven',
      values: {},
      because: [because('operators', 'Deployments that run prometheus-operator', { quote: 'none' })],
    },
  ];
}

function ready(seen: Seen): readonly Found[] {
  const operator = responsible(seen);
  const pod = operatorPod(operator);
  if (!operator || !pod) return [];
  const values = {
    deployment: operator.deployment.meta.name,
    namespace: operator.deployment.meta.namespace ?? '',
    version: operator.deployment.container.version ?? '',
    pod: pod.meta.name,
  };
  return [
    {
      kind: 'observation',
      code: 'operator-ready',
      certainty: 'proven',
      values,
      because: [because('operators', `Pod/${pod.meta.name}: status.conditions[Ready]`, { quote: 'True' })],
    },
  ];
}
