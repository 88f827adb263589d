import { CAUSES, type CauseSlug } from '../diagnosis/causes.ts';
import type { Diagnosis } from '../diagnosis/types.ts';
import type { Evidence } from '../evidence/types.ts';
import { addInstanceLabel } from './add-instance-label.ts';
import { fixControllerId } from './fix-controller-id.ts';
import { nudge } from './nudge.ts';
import { orphanDeleteStatefulSet } from './orphan-delete-statefulset.ts';
import type { Definition } from './planned.ts';
import { isPlan, isRefused, type Reason, refuse } from './refuse.ts';
import { relabelStatefulSet } from './relabel-statefulset.ts';
import { removeOwnedConflict } from './remove-owned-conflict.ts';
import { restartOperator } from './restart-operator.ts';
import { scaleOperatorUp } from './scale-operator-up.ts';
import { setVersion } from './set-version.ts';
import type { ClusterIdentity, Plan, Refusal, Remediation } from './types.ts';
import { unpause } from './unpause.ts';

export { isPlan } from './refuse.ts';

/** Every repair that promfix knows. A test holds it against the folder and the table of causes. */
export const REMEDIATIONS: readonly Remediation[] = [
  restartOperator,
  scaleOperatorUp,
  unpause,
  nudge,
  relabelStatefulSet,
  orphanDeleteStatefulSet,
  removeOwnedConflict,
  fixControllerId,
  addInstanceLabel,
  setVersion,
].map(remediation);

export function remediationById(id: string): Remediation | undefined {
  return REMEDIATIONS.find((one) => one.id === id);
}

/** The repairs of a cause, best first. */
export function remediationsOf(cause: CauseSlug): readonly string[] {
  return CAUSES[cause].remediations;
}

export interface Offer {
  /** The first repair of the root cause that can be offered now. */
  readonly plan?: Plan;
  /** Why the ones before it can't. */
  readonly refusals: readonly Refusal[];
}

/** The best repair for the root cause of a diagnosis. No cause, or one with advice in words only: neither plan nor refusal. */
export function planFor(evidence: Evidence, diagnosis: Diagnosis, cluster: ClusterIdentity): Offer {
  const refusals: Refusal[] = [];
  for (const id of diagnosis.rootCause ? remediationsOf(diagnosis.rootCause.cause) : []) {
    const answer = planOf(id, evidence, diagnosis, cluster);
    if (isPlan(answer)) return { plan: answer, refusals };
    refusals.push(answer);
  }
  return { refusals };
}

/** One named repair for a diagnosis: its plan, or why not. */
export function planOf(id: string, evidence: Evidence, diagnosis: Diagnosis, cluster: ClusterIdentity): Plan | Refusal {
  const known = remediationById(id);
  if (!known) return { remediation: id, ...refuse('unknown-remediation', { id }) };
  return known.plan(evidence, diagnosis, cluster);
}

/**
 * The repair that somebody asks for by its name, or the first one of the cause, as far as the diagnosis alone tells; whether it can be offered
 * now is for its plan to say.
 */
export function chosenRepair(
  { rootCause }: Pick<Diagnosis, 'rootCause'>,
  named: string | undefined,
): { readonly remediation: Remediation; readonly cause: CauseSlug } | Refusal {
  const id = named ?? (rootCause ? (remediationsOf(rootCause.cause)[0] ?? '') : '');
  if (!rootCause) return { remediation: id, ...refuse('nothing-broken') };
  if (id === '') return { remediation: id, ...refuse('advice-only', { cause: rootCause.cause }) };
  const remediation = remediationById(id);
  if (!remediation) return { remediation: id, ...refuse('unknown-remediation', { id }) };
  const cause = repairable(id, rootCause);
  return typeof cause === 'string' ? { remediation, cause } : { remediation: id, ...cause };
}

/** Puts around a definition what holds for every repair: right cause, certain enough, live evidence of this very cluster. */
function remediation(definition: Definition): Remediation {
  const { id, risk, writes, deadlineSeconds } = definition;
  return {
    id,
    risk,
    writes,
    deadlineSeconds,
    plan(evidence, diagnosis, cluster) {
      const cause = repairable(id, diagnosis.rootCause);
      if (typeof cause !== 'string') return { remediation: id, ...cause };
      const answer = stranger(evidence, cluster) ?? definition.draft(evidence, diagnosis, cause, cluster);
      if (isRefused(answer)) return { remediation: id, ...answer };
      return {
        schema: 'promfix.plan/v1',
        remediation: id,
        cause,
        risk,
        cluster,
        target: evidence.target,
        deadlineSeconds,
        ...answer,
      };
    },
  };
}

function repairable(id: string, rootCause: Diagnosis['rootCause']): CauseSlug | Reason {
  if (!rootCause) return refuse('nothing-broken');
  const { cause, certainty } = rootCause;
  const fitting = remediationsOf(cause);
  if (!fitting.includes(id))
    return refuse('wrong-cause', { cause, ...(fitting[0] !== undefined && { instead: fitting.join(', ') }) });
  if (certainty === 'possible') return refuse('not-certain', { cause });
  return cause;
}

/** Evidence that is not of this cluster, or of no cluster at all, is never acted on. */
function stranger(evidence: Evidence, cluster: ClusterIdentity): Reason | undefined {
  if (evidence.pasted !== undefined) return refuse('not-live');
  if (evidence.cluster.state === 'unread')
    return refuse(
      'not-checked',
      { what: 'the cluster’s identity', because: evidence.cluster.because },
      evidence.cluster.needs,
    );
  if (
    evidence.cluster.state === 'absent' ||
    evidence.cluster.value.uid !== cluster.uid ||
    evidence.target.cluster !== cluster.name
  )
    return refuse('other-cluster', { name: cluster.name });
  return undefined;
}
