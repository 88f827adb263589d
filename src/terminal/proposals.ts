import type { Diagnosis } from '../diagnosis/types.ts';
import type { Evidence } from '../evidence/types.ts';
import { planFor } from '../remediations/index.ts';
import type { ClusterIdentity, Plan, Refusal } from '../remediations/types.ts';

/** The repairs of the root cause as far as this evidence tells: shown, never executed from the terminal. */
export function proposalsFor(evidence: Evidence, diagnosis: Diagnosis): readonly (Plan | Refusal)[] {
  const identity = identityOf(evidence);
  if (identity === undefined || diagnosis.rootCause === null) return [];
  const offer = planFor(evidence, diagnosis, identity);
  return [...('plan' in offer && offer.plan ? [offer.plan] : []), ...offer.refusals];
}

/** The cluster that evidence was read from; undefined when that is not known. */
export function identityOf({ cluster, target }: Evidence): ClusterIdentity | undefined {
  if (cluster.state !== 'read') return undefined;
  return { name: target.cluster, uid: cluster.value.uid, caFingerprint: cluster.value.caFingerprint ?? '' };
}
