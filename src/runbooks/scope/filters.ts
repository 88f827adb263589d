import { CONTROLLER_ID, namespaceScope } from '../../evidence/flags.ts';
import { TARGETS } from '../../evidence/targets.ts';
import type { Evidence, OperatorView } from '../../evidence/types.ts';
import { parseGoFlags } from '../../parse/go-flags.ts';
import { selects } from '../../parse/label-selector.ts';
import { because, readValue } from '../because.ts';
import type { Coded } from '../types.ts';

export const FILTER_CODES = [
  'controller-id-differs',
  'in-scope',
  'label-not-selected',
  'namespace-denied',
  'namespace-not-listed',
] as const;
type Found = Coded<(typeof FILTER_CODES)[number]>;
type Seen = Pick<Evidence, 'target' | 'resource'>;

/** Why an operator leaves the target out; all of it is in its arguments, and none of it in its log. */
export function judgeFilters(seen: Seen, operator: OperatorView): readonly Found[] {
  const excluded = exclusions(seen, operator);
  if (excluded.length > 0) return excluded;
  const args = because('operators', 'args', { quote: filterArgs(operator) || 'no filter' });
  return (
    ['ns-allowlist-excludes', 'ns-denylist', 'instance-selector-excludes', 'controller-id-mismatch'] as const
  ).map((cause) => ({ kind: 'ruled-out', cause, code: 'in-scope', certainty: 'proven', values: {}, because: [args] }));
}

export function exclusions(seen: Seen, operator: OperatorView): readonly Found[] {
  return [...byNamespace(seen, operator), ...bySelector(seen, operator), ...byControllerId(seen, operator)];
}

function filterArgs(operator: OperatorView): string {
  return operator.deployment.container.args
    .filter((one) => /namespaces|instance-selector|controller-id/.test(one))
    .join(' ');
}

function byNamespace(seen: Seen, operator: OperatorView): readonly Found[] {
  const { flag, allowed, denied } = namespaceScope(operator.deployment.container.args, seen.target.kind);
  const { namespace } = seen.target;
  // Both general lists together end the process at its start: there is no filter to speak of.
  if (flag === 'namespaces' && allowed !== undefined && denied.length > 0) return [];
  if (allowed !== undefined) {
    if (allowed.includes(namespace)) return [];
    return [
      {
        kind: 'cause',
        cause: 'ns-allowlist-excludes',
        code: 'namespace-not-listed',
        certainty: 'proven',
        values: { flag, allowed: allowed.join(', '), namespace },
        because: [because('operators', `args --${flag}`, { quote: allowed.join(',') })],
      },
    ];
  }
  if (!denied.includes(namespace)) return [];
  return [
    {
      kind: 'cause',
      cause: 'ns-denylist',
      code: 'namespace-denied',
      certainty: 'proven',
      values: { denied: denied.join(', '), namespace },
      because: [because('operators', 'args --deny-namespaces', { quote: denied.join(',') })],
    },
  ];
}

function bySelector(seen: Seen, operator: OperatorView): readonly Found[] {
  const { selectorFlag } = TARGETS[seen.target.kind];
  const selector = parseGoFlags(operator.deployment.container.args).get(selectorFlag);
  const resource = readValue(seen.resource);
  if (!selector || !resource || selects(selector, resource.meta.labels) !== false) return [];
  const labels = Object.entries(resource.meta.labels).map(([key, value]) => `${key}=${value}`);
  return [
    {
      kind: 'cause',
      cause: 'instance-selector-excludes',
      code: 'label-not-selected',
      certainty: 'proven',
      values: { flag: selectorFlag, selector },
      because: [
        because('operators', `args --${selectorFlag}`, { quote: selector }),
        because('resource', 'metadata.labels', { quote: labels.join(', ') || 'none' }),
      ],
    },
  ];
}

function byControllerId(seen: Seen, operator: OperatorView): readonly Found[] {
  const resource = readValue(seen.resource);
  if (!resource) return [];
  const wanted = resource.meta.annotations[CONTROLLER_ID] ?? '';
  const own = parseGoFlags(operator.deployment.container.args).get('controller-id') ?? '';
  if (wanted === own) return [];
  return [
    {
      kind: 'cause',
      cause: 'controller-id-mismatch',
      code: 'controller-id-differs',
      certainty: 'proven',
      values: { wanted, own },
      because: [
        because('resource', `metadata.annotations[${CONTROLLER_ID}]`, { quote: wanted || 'absent' }),
        because('operators', 'args --controller-id', { quote: own || 'absent' }),
      ],
    },
  ];
}
