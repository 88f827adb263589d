import type { Values } from '../../diagnosis/types.ts';
import { planHash } from '../../incidents/plan-hash.ts';
import type { Proposal } from '../../incidents/types.ts';
import { UNDO } from '../../remediations/ids.ts';
import { isPlan, planOf } from '../../remediations/index.ts';
import { allSteps } from '../../remediations/parts/steps.ts';
import type { ClusterIdentity, Plan, Refusal } from '../../remediations/types.ts';
import { circumstancesOf } from './circumstances.ts';
import type { JobPorts } from './ports.ts';
import { workOutUndo } from './undo-plan.ts';

/**
 * The plan of a proposal as it fits now: of a repair from evidence and diagnosis, of an undo from what the repair left. Steps are never
 * carried out because they stand in a record.
 */
export async function rebuildPlan(
  ports: JobPorts,
  proposal: Proposal,
  cluster: ClusterIdentity,
): Promise<Plan | Refusal> {
  if (proposal.remediation === UNDO) return workOutUndo(ports, proposal, cluster);
  const circumstances = await circumstancesOf(ports.store, proposal);
  const evidence = await ports.cluster.collect(proposal.target, ports.signal);
  return planOf(proposal.remediation, evidence, ports.diagnose(evidence), cluster, circumstances);
}

/** What differs between the plan that was approved and the one that fits now; undefined when it is the same. */
export function drift(approved: Plan, answer: Plan | Refusal): Values | undefined {
  if (!isPlan(answer)) return { ...answer.values, now: answer.code, again: false };
  if (planHash(answer) === planHash(approved)) return undefined;
  const before = allSteps(approved);
  const steps = allSteps(answer);
  const index = steps.findIndex(
    ({ object, contentHash }, place) =>
      object.uid !== before[place]?.object.uid || contentHash !== before[place]?.contentHash,
  );
  const changed = steps[index];
  const object = changed?.object ?? before[0]?.object;
  return {
    now: changed && changed.object.uid !== before[index]?.object.uid ? 'object-replaced' : 'object-changed',
    ...(object && { kind: object.kind, name: object.name }),
    // A plan that fits now can be put to the approvers again.
    again: true,
  };
}
