import type { Evidence, OperatorView } from '../../evidence/types.ts';
import { because, readValue } from '../because.ts';
import type { Coded } from '../types.ts';
import { exclusions } from './filters.ts';

export const OPERATORS_CODES = ['operators-overlap', 'other-operator', 'statefulset-churn'] as const;
type Found = Coded<(typeof OPERATORS_CODES)[number]>;
type Seen = Pick<Evidence, 'target' | 'at' | 'operators' | 'resource' | 'statefulSet'>;

/** Changes of a StatefulSet's spec per minute of its life above which somebody fights over it. */
const CHURN_PER_MINUTE = 2;
const CHURN_LEAST = 6;

/** Two operators that both take the target for their own write its StatefulSet in turns. Their own logs do not show the other. */
export function judgeOperators(seen: Seen): readonly Found[] {
  const running = (readValue(seen.operators) ?? []).filter(
    (one) => one.deployment.replicas > 0 && one.deployment.status.readyReplicas > 0,
  );
  const claiming = running.filter((one) => exclusions(seen, one).length === 0);
  const churn = churnOf(seen);
  const observed: readonly Found[] = churn
    ? [
        {
          kind: 'observation',
          code: 'statefulset-churn',
          certainty: 'proven',
          values: { generation: churn.generation, minutes: Math.round(churn.minutes * 10) / 10 },
          because: [churn.proof],
        },
      ]
    : [];
  const names = claiming.map(nameOf).sort();
  if (claiming.length < 2) {
    const others = running.slice(1).map(nameOf).sort();
    return others.length === 0
      ? observed
      : [
          ...observed,
          {
            kind: 'observation',
            code: 'other-operator',
            certainty: 'proven',
            values: { operators: others.join(', ') },
            because: [because('operators', 'Deployments', { quote: others.join(', ') })],
          },
        ];
  }
  return [
    ...observed,
    {
      kind: 'cause',
      cause: 'two-operators',
      code: 'operators-overlap',
      certainty: churn ? 'proven' : 'likely',
      values: { operators: names.join(', '), count: names.length },
      because: [
        because('operators', 'Deployments whose filters include the target', { quote: names.join(', ') }),
        ...(churn ? [churn.proof] : []),
      ],
    },
  ];
}

const nameOf = (one: OperatorView): string => `${one.deployment.meta.namespace ?? ''}/${one.deployment.meta.name}`;

function churnOf(
  seen: Seen,
): { readonly generation: number; readonly minutes: number; readonly proof: ReturnType<typeof because> } | undefined {
  const meta = readValue(seen.statefulSet)?.meta;
  const generation = meta?.generation;
  if (!meta || generation === undefined) return undefined;
  const minutes = Math.max(0, (Date.parse(seen.at) - Date.parse(meta.created)) / 60_000);
  if (generation < CHURN_LEAST || generation < minutes * CHURN_PER_MINUTE) return undefined;
  return {
    generation,
    minutes,
    proof: because('statefulSet', 'metadata.generation', {
      at: seen.at,
      quote: `${generation} changes since ${meta.created}`,
    }),
  };
}
