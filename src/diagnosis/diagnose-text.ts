import type { Evidence, Read, Target } from '../evidence/types.ts';
import { diagnose } from './diagnose.ts';
import type { Diagnosis } from './types.ts';

const NOT_ATTEMPTED = {
  state: 'unread',
  because: 'not-attempted',
  detail: 'only pasted text was given',
} as const satisfies Read<unknown>;

/** Pasted text names no target; keys in it are taken as they come. */
const ANY: Target = { cluster: '', kind: 'Prometheus', namespace: '', name: '' };

/** What text alone proves: a log, an error, an event. No cluster is read, so everything else is "not checked". */
export function diagnoseText(lines: readonly string[], target: Target = ANY, at = ''): Diagnosis {
  return diagnose(textEvidence(lines, target, at));
}

export function textEvidence(lines: readonly string[], target: Target = ANY, at = ''): Evidence {
  return {
    target,
    at,
    cluster: NOT_ATTEMPTED,
    resource: NOT_ATTEMPTED,
    resources: NOT_ATTEMPTED,
    crds: NOT_ATTEMPTED,
    served: NOT_ATTEMPTED,
    operators: NOT_ATTEMPTED,
    namespace: NOT_ATTEMPTED,
    owned: NOT_ATTEMPTED,
    statefulSet: NOT_ATTEMPTED,
    pods: NOT_ATTEMPTED,
    claims: NOT_ATTEMPTED,
    events: NOT_ATTEMPTED,
    quotas: NOT_ATTEMPTED,
    limitRanges: NOT_ATTEMPTED,
    storageClasses: NOT_ATTEMPTED,
    webhooks: NOT_ATTEMPTED,
    admissionSecret: NOT_ATTEMPTED,
    jobs: NOT_ATTEMPTED,
    applications: NOT_ATTEMPTED,
    undecodable: NOT_ATTEMPTED,
    pasted: lines.map((line) => line.trimEnd()).filter((line) => line !== ''),
    hidden: 0,
  };
}
