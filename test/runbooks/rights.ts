import { OPERATOR_RIGHTS } from '../../src/evidence/sources/rights.ts';
import type { AccessAnswer } from '../../src/evidence/types.ts';

/** Answers for everything a Prometheus's controller needs, all allowed but what `refuse` names as `verb resource[/subresource]`. */
export function rights(...refuse: readonly string[]): readonly AccessAnswer[] {
  return OPERATOR_RIGHTS.filter((one) => one.kinds.includes('Prometheus')).flatMap(
    ({ verbs, group, resource, subresource }) =>
      verbs.map((verb) => {
        const name = `${verb} ${subresource ? `${resource}/${subresource}` : resource}`;
        return {
          verb,
          group,
          resource,
          ...(subresource ? { subresource } : {}),
          allowed: !refuse.includes(name) && !refuse.includes('everything'),
        };
      }),
  );
}
