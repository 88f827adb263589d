import type { Plan } from '../remediations/types.ts';
import { canonicalHash } from './canonical.ts';

/**
 * The hash that an approval is bound to: cluster, remediation, target and steps with every object's uid and content hash, and the steps back,
 * from which an undo is made later. No prose and no times, so that the worker gets the same one when it builds the plan again from fresh
 * evidence.
 */
export function planHash(plan: Plan): string {
  const { schema, remediation, cluster, target, steps, otherwise, undo, undoes } = plan;
  return canonicalHash({
    schema,
    remediation,
    // The name is the configuration's own and may be changed; these two are the cluster's.
    cluster: { uid: cluster.uid, caFingerprint: cluster.caFingerprint },
    target: { kind: target.kind, namespace: target.namespace, name: target.name },
    steps,
    ...(otherwise && { otherwise }),
    back: undo.kind === 'steps' ? undo.steps : [],
    ...(undoes !== undefined && { undoes: { proposal: undoes.proposal, remediation: undoes.remediation } }),
  });
}

export { contentHash } from '../evidence/content-hash.ts';
