import { CAUSES, type CauseSlug } from '../diagnosis/causes.ts';
import type { Diagnosis } from '../diagnosis/types.ts';
import type { Evidence } from '../evidence/types.ts';
import { addInstanceLabel } from './add-instance-label.ts';
import { admissionCertificate } from './admission-certificate.ts';
import { fixControllerId } from './fix-controller-id.ts';
import type { RemediationId } from './ids.ts';
import { nudge } from './nudge.ts';
import { orphanDeleteStatefulSet } from './orphan-delete-statefulset.ts';
import type { Definition } from './parts/planned.ts';
import { isPlan, isRefused, type Reason, refuse } from './parts/refuse.ts';
import { barred, meantBy, openOutcome, warnings } from './parts/tried.ts';
import { recreateResource } from './recreate-resource.ts';
import { refreshApplication } from './refresh-application.ts';
import { relabelStatefulSet } from './relabel-statefulset.ts';
import { removeOwnedConflict } from './remove-owned-conflict.ts';
import { repairOperatorRights } from './repair-operator-rights.ts';
import { restartOperator } from './restart-operator.ts';
import { scaleOperatorUp } from './scale-operator-up.ts';
import { serverSideApply } from './server-side-apply.ts';
import { setVersion } from './set-version.ts';
import { syncApplication } from './sync-application.ts';
import { terminateOperation } from './terminate-operation.ts';
import { testChartVersion } from './test-chart-version.ts';
import type { Circumstances, ClusterIdentity, Plan, Refusal, Remediation } from './types.ts';
import { unpause } from './unpause.ts';

export { isPlan } from './parts/refuse.ts';

/** Every repair that promfix knows. A test holds it against the folder and the table of causes. */
export const REMEDIATIONS: readonly Remediation[] = [
  restartOperator,
  scaleOperatorUp,
  unpause,
  nudge,
  relabelStatefulSet,
  orphanDeleteStatefulSet,
  removeOwnedConflict,
  recreateResource,
  fixControllerId,
  addInstanceLabel,
  setVersion,
  admissionCertificate,
  testChartVersion,
  refreshApplication,
  syncApplication,
  terminateOperation,
  serverSideApply,
  repairOperatorRights,
].map(remediation);

export function remediationById(id: string): Remediation | undefined {
  return REMEDIATIONS.find((one) => one.id === id);
}

/** Whether a proposal is for something that was asked for beside the root cause. */
export function isRequested({
  remediation,
  cause,
}: {
  readonly remediation: string;
  readonly cause: CauseSlug;
}): boolean {
  return remediationById(remediation)?.requested?.cause === cause;
}

/** The repairs of a cause, best first. */
export function remediationsOf(cause: CauseSlug): readonly RemediationId[] {
  return CAUSES[cause].remediations;
}

interface Offer {
  /** The first repair of the root cause that can be offered now. */
  readonly plan?: Plan;
  /** Why the ones before it can't. */
  readonly refusals: readonly Refusal[];
}

/**
 * The best repair for the root cause of a diagnosis; what was in vain against it in this incident, or was not wanted, is left for a person to
 * ask for. No cause, or one with advice in words only: neither plan nor refusal.
 */
export function planFor(
  evidence: Evidence,
  diagnosis: Diagnosis,
  cluster: ClusterIdentity,
  circumstances: Circumstances = NOTHING_TRIED,
): Offer {
  const { rootCause } = diagnosis;
  const { tried } = circumstances;
  const open = openOutcome(tried);
  const unknown = open && barred(open, diagnosis, tried);
  if (open && unknown) return { refusals: [{ remediation: open.remediation, ...unknown }] };
  const refusals: Refusal[] = [];
  for (const id of rootCause ? remediationsOf(rootCause.cause) : []) {
    const answer = planOf(id, evidence, diagnosis, cluster, circumstances);
    const bar = isPlan(answer) ? barred(meantBy(answer), diagnosis, tried) : undefined;
    if (bar) refusals.push({ remediation: id, ...bar });
    else if (isPlan(answer)) return { plan: answer, refusals };
    // That Argo CD can't be asked where it has no part in it is no news.
    else if (answer.code !== 'no-application') refusals.push(answer);
  }
  return { refusals };
}

/** An incident in which nothing was tried yet, or none at all. */
const NOTHING_TRIED: Circumstances = { tried: [] };

/** One named repair for a diagnosis: its plan, or why not. */
export function planOf(
  id: string,
  evidence: Evidence,
  diagnosis: Diagnosis,
  cluster: ClusterIdentity,
  circumstances: Circumstances = NOTHING_TRIED,
): Plan | Refusal {
  const known = remediationById(id);
  if (!known) return { remediation: id, ...refuse('unknown-remediation', { id }) };
  return known.plan(evidence, diagnosis, cluster, circumstances);
}

/**
 * The repair that somebody asks for by its name, or the first one of the cause that was not tried in vain, as far as the diagnosis alone
 * tells; whether it can be offered now is for its plan to say.
 */
export function chosenRepair(
  diagnosis: Judged | null,
  named: string | undefined,
  tried: Circumstances['tried'] = [],
): { readonly remediation: Remediation; readonly cause: CauseSlug } | Refusal {
  const rootCause = diagnosis?.rootCause ?? null;
  const fitting = rootCause ? remediationsOf(rootCause.cause) : [];
  const bars = fitting.map((remediation) => barred({ remediation }, { rootCause }, tried));
  const id = named ?? fitting[bars.indexOf(undefined)] ?? fitting[0] ?? '';
  if (!rootCause && named === undefined) return { remediation: id, ...refuse('nothing-broken') };
  if (rootCause && id === '') return { remediation: id, ...refuse('advice-only', { cause: rootCause.cause }) };
  const [bar] = bars;
  if (named === undefined && bar && bars.every((one) => one !== undefined)) return { remediation: id, ...bar };
  const remediation = remediationById(id);
  if (!remediation) return { remediation: id, ...refuse(rootCause ? 'unknown-remediation' : 'nothing-broken', { id }) };
  const cause = diagnosis ? repairable(remediation, diagnosis) : refuse('nothing-broken');
  return typeof cause === 'string' ? { remediation, cause } : { remediation: id, ...cause };
}

/** What of a diagnosis decides which repairs fit. */
type Judged = Pick<Diagnosis, 'rootCause' | 'byRunbook'>;

/** Puts around a definition what holds for every repair: right cause, certain enough, live evidence of this very cluster. */
function remediation(definition: Definition): Remediation {
  const { id, risk, writes, deadlineSeconds, onRequest, conclusion, holds } = definition;
  return {
    id,
    risk,
    writes,
    deadlineSeconds,
    ...(onRequest && { requested: onRequest }),
    ...(conclusion && { conclusion }),
    ...(holds && { holds }),
    plan(evidence, diagnosis, cluster, circumstances = NOTHING_TRIED) {
      const cause = repairable({ id, ...(onRequest && { requested: onRequest }) }, diagnosis);
      if (typeof cause !== 'string') return { remediation: id, ...cause };
      const answer =
        foreignEvidence(evidence, cluster) ?? definition.draft(evidence, diagnosis, cause, cluster, circumstances);
      if (isRefused(answer)) return { remediation: id, ...answer };
      const before = warnings(meantBy({ remediation: id, steps: answer.steps }), diagnosis, circumstances.tried);
      return {
        schema: 'promfix.plan/v1',
        remediation: id,
        cause,
        risk,
        cluster,
        target: evidence.target,
        deadlineSeconds,
        ...answer,
        ...(before.length > 0 && { warnings: before }),
      };
    },
  };
}

function repairable({ id, requested }: Pick<Remediation, 'id' | 'requested'>, diagnosis: Judged): CauseSlug | Reason {
  const { rootCause } = diagnosis;
  const asked = requested && isSeen(requested.observations, diagnosis) ? requested.cause : undefined;
  if (!rootCause) return asked ?? refuse('nothing-broken');
  const { cause, certainty } = rootCause;
  const fitting = remediationsOf(cause);
  if (!fitting.includes(id) && asked !== undefined) return asked;
  if (!fitting.includes(id))
    return refuse('wrong-cause', { cause, ...(fitting[0] !== undefined && { instead: fitting.join(', ') }) });
  if (certainty === 'possible') return refuse('not-certain', { cause });
  return cause;
}

function isSeen(codes: readonly string[], { byRunbook }: Judged): boolean {
  return byRunbook.some(({ findings }) =>
    findings.some((one) => one.kind === 'observation' && one.certainty === 'proven' && codes.includes(one.code)),
  );
}

/** Evidence that is not of this cluster, or of no cluster at all, is never acted on. */
function foreignEvidence(evidence: Evidence, cluster: ClusterIdentity): Reason | undefined {
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
