import { isBetter } from '../../diagnosis/better.ts';
import { isOnPurpose } from '../../diagnosis/on-purpose.ts';
import type { Values } from '../../diagnosis/types.ts';
import type { Evidence } from '../../evidence/types.ts';
import { recordDiagnosis } from '../../incidents/changes.ts';
import { triedOf } from '../../incidents/history.ts';
import { hasWayBack } from '../../incidents/proposal.ts';
import type { Fence, Proposal } from '../../incidents/types.ts';
import { isRequested, planFor, remediationById } from '../../remediations/index.ts';
import { isSynced } from '../../remediations/test-chart-version.ts';
import type { Check, Plan } from '../../remediations/types.ts';
import { applyEvent, write } from '../../store/decide.ts';
import { circumstancesOf } from './circumstances.ts';
import { endOf, type JobEnd, type JobPorts, nothingToDo, WORKER } from './ports.ts';
import { putBack } from './put-back.ts';
import { stillWaiting } from './still-waiting.ts';
import { type Effect, elapsedSeconds, watchEffect } from './verify.ts';
import { watchUndo } from './verify-undo.ts';

/** `turned-back`: it is no better, and the way back is to be taken now. */
export type Concluded = JobEnd | 'turned-back';

/** Left for reading, after an owner could have put a change back. */
const SETTLING_SECONDS = 30;

/** Proves whether an applied repair helped, and writes the result down with the diagnosis that it rests on. */
export async function conclude(ports: JobPorts, proposal: Proposal, fence: Fence): Promise<Concluded> {
  const { plan } = proposal;
  if (plan === undefined) throw new Error('an applied proposal without a plan');
  const { since, deadlineSeconds } = spanOf(ports, proposal, plan);
  const effect = await watch(ports, proposal, plan, { since, deadlineSeconds });
  if (effect === undefined) return lost(ports, proposal, deadlineSeconds, fence);
  const diagnosis = await record(ports, proposal, effect);
  if (diagnosis === undefined) return nothingToDo('no-such-incident');
  const at = await ports.store.now();
  if (isToTurnBack(proposal, effect)) return turnBack(ports, proposal, plan, effect, { at, diagnosis, fence });
  const outcome = effect.putBack ? putBack(plan, effect.evidence, since) : outcomeOf(proposal, plan, effect);
  // Of something that was asked for beside the root cause, or was undone: whether monitoring runs is another question.
  const isBeside = isUndo(proposal) || isInOrderOf(plan) !== undefined;
  const goesOn = (isBeside && effect.diagnosis.verdict !== 'healthy') || isOnPurpose(effect.diagnosis);
  return endOf(
    await applyEvent(
      ports.store,
      proposal.id,
      {
        on: 'verified',
        at,
        diagnosis,
        healthy: effect.healthy,
        ...(goesOn && { beside: true }),
        ...(outcome && { outcome }),
        fence,
      },
      WORKER,
      { values: await valuesOf(ports, proposal, effect, { since, at, isBeside }) },
    ),
  );
}

interface Span {
  /** When the last change was made. */
  readonly since: string;
  readonly deadlineSeconds: number;
}

function spanOf({ file }: JobPorts, { journal, startedAt, createdAt }: Proposal, plan: Plan): Span {
  const since = journal.findLast((entry) => entry.state === 'done')?.at ?? startedAt ?? createdAt;
  const settling = plan.settleSeconds === undefined ? 0 : plan.settleSeconds + SETTLING_SECONDS;
  return { since, deadlineSeconds: Math.max(Math.min(plan.deadlineSeconds, file.timeouts.verify), settling) };
}

function isUndo({ undoes }: Proposal): boolean {
  return undoes !== undefined;
}

/** Of a repair that was asked for beside the root cause: what tells whether that is in order. */
function isInOrderOf(plan: Plan): ((evidence: Evidence) => boolean) | undefined {
  return isRequested(plan) ? remediationById(plan.remediation)?.requested?.isInOrder : undefined;
}

function watch(ports: JobPorts, proposal: Proposal, plan: Plan, span: Span): Promise<Effect | undefined> {
  if (isUndo(proposal)) return watchUndo(ports, plan, span);
  const { target, cause, settleSeconds } = plan;
  const isInOrder = isInOrderOf(plan);
  const holds = remediationById(plan.remediation)?.holds;
  return watchEffect(ports, {
    target,
    cause,
    ...span,
    ...(isInOrder && { isInOrder }),
    ...(settleSeconds !== undefined && { settleSeconds }),
    ...(holds && { holds }),
  });
}

async function lost(ports: JobPorts, { id }: Proposal, seconds: number, fence: Fence): Promise<JobEnd> {
  const at = await ports.store.now();
  return endOf(
    await applyEvent(ports.store, id, { on: 'lost', at, code: 'cannot-verify', values: { seconds }, fence }, WORKER),
  );
}

async function valuesOf(
  { store }: JobPorts,
  { incident }: Proposal,
  { diagnosis, evidence, healthy, putBack: wasPutBack }: Effect,
  { since, at, isBeside }: { readonly since: string; readonly at: string; readonly isBeside: boolean },
): Promise<Values> {
  const blindSince = (await store.get('incident', incident))?.value.blindSince;
  const waiting = stillWaiting(evidence);
  return {
    verdict: diagnosis.verdict,
    ...(wasPutBack && { putBack: true }),
    secondsAfterChange: Math.round(elapsedSeconds(since, at)),
    ...(healthy &&
      !isBeside &&
      blindSince !== undefined && { blindSeconds: Math.round(elapsedSeconds(blindSince, at)) }),
    ...(waiting.length > 0 && { stillWaiting: waiting.join('; ') }),
  };
}

function isToTurnBack(proposal: Proposal, { healthy, diagnosis }: Effect): boolean {
  return hasWayBack(proposal) && !healthy && !isBetter(diagnosis, proposal.cause);
}

async function turnBack(
  { store }: JobPorts,
  { id }: Proposal,
  plan: Plan,
  { diagnosis: after, evidence }: Effect,
  { at, diagnosis, fence }: { readonly at: string; readonly diagnosis: string; readonly fence: Fence },
): Promise<Concluded> {
  const synced = wasSynced(plan, evidence);
  const values: Values = {
    ...versionsOf(plan),
    wasSynced: synced,
    verdict: after.verdict,
    ...(after.rootCause && { cause: after.rootCause.cause }),
  };
  const decided = await applyEvent(
    store,
    id,
    { on: 'turn-back', at, fence, diagnosis, wasSynced: synced, values },
    WORKER,
  );
  return decided?.ok ? 'turned-back' : endOf(decided);
}

/** What is to be said beside whether it helped: of a plan with a way back, which way was taken and what that shows. */
function outcomeOf({ returning }: Proposal, plan: Plan, { healthy, evidence }: Effect): Check | undefined {
  return remediationById(plan.remediation)?.conclusion?.({
    plan,
    healthy,
    returned: returning !== undefined,
    wasSynced: returning ? returning.wasSynced : wasSynced(plan, evidence),
  });
}

function wasSynced({ steps }: Plan, evidence: Effect['evidence']): boolean {
  return steps.every((step) => step.do !== 'set-chart-version' || isSynced(evidence, step));
}

function versionsOf({ steps }: Plan): Values {
  const [step] = steps;
  return step?.do === 'set-chart-version' ? { version: step.to, before: step.from } : {};
}

/** Stores the diagnosis; returns its id. */
async function record(
  ports: JobPorts,
  proposal: Proposal,
  { diagnosis, evidence, healthy, putBack: isPutBack }: Effect,
): Promise<string | undefined> {
  const { plan } = proposal;
  // As it will be written down in a moment.
  const ended: Proposal = {
    ...proposal,
    state: healthy ? 'succeeded' : 'unhealthy',
    finishedAt: await ports.store.now(),
    ...(isPutBack && { outcome: { code: 'put-back', values: {} } }),
  };
  const now = triedOf(ended, diagnosis);
  const { tried = [] } = await circumstancesOf(ports.store, proposal);
  const refusals =
    plan === undefined
      ? []
      : planFor(evidence, diagnosis, plan.cluster, { tried: [...tried, ...(now ? [now] : [])] }).refusals;
  if ((await ports.store.get('incident', proposal.incident)) === undefined) return undefined;
  let id: string | undefined;
  await write(ports.store, async () => {
    const incident = await ports.store.get('incident', proposal.incident);
    if (incident === undefined) throw new Error(`incident ${proposal.incident} is gone`);
    const transaction = recordDiagnosis(incident, { diagnosis, refusals, by: WORKER, tell: 'nothing' });
    id = transaction.puts.find((one) => one.kind === 'diagnosis')?.id;
    return transaction;
  });
  return id;
}
