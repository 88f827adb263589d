import type { Evidence, OperatorView, Read } from '../evidence/types.ts';
import { parseGoFlags } from '../parse/go-flags.ts';
import { exclusions } from '../runbooks/scope/filters.ts';

/** Lists whose order carries a meaning; all others are sorted, so that a verdict can't depend on the order in which things were read. */
const ORDERED: ReadonlySet<string> = new Set([
  'lines',
  'args',
  'pasted',
  'operators',
  'containers',
  'initContainers',
  'sources',
  'conditions',
]);
/** Lists told by time, oldest first. */
const BY_TIME: Readonly<Record<string, string>> = { events: 'at', history: 'deployedAt' };

/** The same evidence with every unordered list sorted and the responsible operator first. The input is not changed. */
export function normalise(evidence: Evidence): Evidence {
  // Sorting lists inside does not change the shape.
  const sorted = sortDeep(evidence, '') as Evidence;
  return { ...sorted, operators: responsibleFirst(sorted) };
}

function sortDeep(value: unknown, key: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((one) => sortDeep(one, key));
    if (ORDERED.has(key)) return items;
    const time = BY_TIME[key];
    return items
      .map((one) => ({
        one,
        sort: `${time && isRecord(one) ? String(one[time] ?? '') : ''}\u0000${JSON.stringify(one)}`,
      }))
      .sort((a, b) => (a.sort < b.sort ? -1 : a.sort > b.sort ? 1 : 0))
      .map(({ one }) => one);
  }
  if (!isRecord(value)) return value;
  // The value of a Read bears the name of its source: `operators: { state: 'read', value: [...] }`.
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sortDeep(value[name], name === 'value' ? key : name)]),
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The operator that takes the target for its own and runs; ties by namespace, age and name. */
function responsibleFirst(evidence: Evidence): Read<readonly OperatorView[]> {
  if (evidence.operators.state !== 'read') return evidence.operators;
  const rank = (one: OperatorView): string => {
    const { meta, replicas, status } = one.deployment;
    const claims = exclusions(evidence, one).length === 0;
    const named = (parseGoFlags(one.deployment.container.args).get('controller-id') ?? '') !== '';
    const marks = [
      !claims,
      one.log.state === 'unread' && one.log.because === 'not-attempted',
      status.readyReplicas === 0,
      replicas === 0,
      meta.namespace !== evidence.target.namespace,
      named,
    ];
    return `${marks.map(Number).join('')} ${meta.created} ${meta.namespace ?? ''}/${meta.name}`;
  };
  const operators = evidence.operators.value
    .map((one) => ({ one, sort: rank(one) }))
    .sort((a, b) => (a.sort < b.sort ? -1 : a.sort > b.sort ? 1 : 0));
  return { ...evidence.operators, value: operators.map(({ one }) => one) };
}
