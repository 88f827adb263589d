import { TARGETS } from '../evidence/targets.ts';
import { because, notChecked, readValue } from './because.ts';
import { judgeMissing, MISSING_CODES } from './crds/missing.ts';
import { judgeOrigin, ORIGIN_CODES } from './crds/origin.ts';
import { judgeResource, RESOURCE_CODES } from './crds/resource.ts';
import { defineRunbook } from './types.ts';

/** Is the kind there, and the resource of that kind? And what became of the size of the CRDs' annotations? */
export const crds = defineRunbook({
  id: 'crds',
  reads: ['crds', 'served', 'resource', 'resources', 'listed', 'operators', 'applications', 'pasted', 'statefulSet'],
  codes: ['crds-not-checked', 'served-not-checked', 'crd-served', ...MISSING_CODES, ...RESOURCE_CODES, ...ORIGIN_CODES],
  judge(seen) {
    if (seen.pasted !== undefined) return judgeMissing(seen);
    const { plural, version } = TARGETS[seen.target.kind];
    const missing = judgeMissing(seen);
    const served = readValue(seen.served)?.[version].includes(plural) === true;
    return [
      ...notChecked('crds-not-checked', 'crds', seen.crds),
      ...notChecked('served-not-checked', 'served', seen.served),
      ...(served && missing.length === 0
        ? [
            {
              kind: 'observation',
              code: 'crd-served',
              certainty: 'proven',
              values: { plural },
              because: [because('served', version, { quote: plural })],
            } as const,
          ]
        : []),
      ...missing,
      ...judgeResource(seen),
      ...judgeOrigin(seen),
    ];
  },
});
