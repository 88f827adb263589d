import { notChecked, readValue } from './because.ts';
import { FILTER_CODES, judgeFilters } from './scope/filters.ts';
import { judgeLifecycle, LIFECYCLE_CODES } from './scope/lifecycle.ts';
import { judgeOperators, OPERATORS_CODES } from './scope/operators.ts';
import { defineRunbook } from './types.ts';

/** Does the operator take this resource for its own: its filters, the resource's own state, and whether a second operator does so, too. */
export const scope = defineRunbook({
  id: 'scope',
  reads: ['operators', 'resource', 'statefulSet', 'pasted'],
  codes: ['scope-not-checked', ...FILTER_CODES, ...LIFECYCLE_CODES, ...OPERATORS_CODES],
  judge(seen) {
    if (seen.pasted !== undefined) return judgeLifecycle(seen);
    const operator = readValue(seen.operators)?.[0];
    return [
      ...notChecked('scope-not-checked', 'operators', seen.operators),
      ...(operator ? judgeFilters(seen, operator) : []),
      ...judgeLifecycle(seen),
      ...judgeOperators(seen),
    ];
  },
});
